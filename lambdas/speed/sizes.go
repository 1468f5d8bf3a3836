package main

import (
	"archive/zip"
	"compress/flate"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"fulcrum/lambdas/localaws"
)

// size is how large a program is that is deployed, in bytes.
type size struct {
	name           string
	binary, zipped int
}

// deployed returns the sizes of every program, compiled for arm64 and zipped.
func deployed(dir string) ([]size, error) {
	command := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-tags", "lambda.norpc", //nolint:noctx,gosec // ends by itself
		"-o", dir+string(filepath.Separator), "fulcrum/lambdas/cmd/...")
	command.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	if out, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, out)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var sizes []size
	for _, f := range files {
		s := size{name: f.Name()}
		if s.binary, s.zipped, err = zipped(filepath.Join(dir, s.name)); err != nil {
			return nil, err
		}
		sizes = append(sizes, s)
	}
	return sizes, nil
}

// counter counts what is written.
type counter struct{ n int }

func (c *counter) Write(p []byte) (int, error) {
	c.n += len(p)
	return len(p), nil
}

// zipped returns the size of a file, alone and as the only one in an archive.
func zipped(path string) (plain, packed int, err error) {
	file, err := os.Open(path) //nolint:gosec // made here
	if err != nil {
		return 0, 0, err
	}
	defer file.Close() //nolint:errcheck // only read
	c := &counter{}
	archive := zip.NewWriter(c)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	w, err := archive.Create("bootstrap")
	if err != nil {
		return 0, 0, err
	}
	n, err := io.Copy(w, file)
	if err != nil {
		return 0, 0, err
	}
	err = archive.Close()
	return int(n), c.n, err
}

func sizes(t localaws.Scope, r *report, _ string, _ effort) error {
	dir, err := os.MkdirTemp("", "speed-")
	if err != nil {
		return err
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	programs, err := deployed(dir)
	if err != nil {
		return err
	}
	r.add("## Programs, as they are deployed\n\nFor arm64, in MB of 2^20 bytes; a zip may have %s.\n\n| program | binary | zip |\n|---|--:|--:|\n", mb(maxZip))
	for _, p := range programs {
		r.add("| %s | %s | %s |\n", p.name, mb(p.binary), mb(p.zipped))
		r.most("zip of "+p.name, p.zipped, maxZip)
	}
	r.add("\n")
	return nil
}
