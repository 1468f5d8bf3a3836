package program_test

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fulcrum/constructs/internal/program"
	"fulcrum/constructs/internal/props"
)

func put(t *testing.T, content []byte, mode os.FileMode) string {
	t.Helper()
	directory := t.TempDir()
	if err := os.WriteFile(filepath.Join(directory, program.Name), content, mode); err != nil {
		t.Fatal(err)
	}
	return directory
}

func TestCheck(t *testing.T) {
	var foreign bytes.Buffer
	if err := binary.Write(&foreign, binary.LittleEndian, elf.Header64{
		Ident:   [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:    uint16(elf.ET_EXEC),
		Machine: uint16(elf.EM_X86_64),
		Version: uint32(elf.EV_CURRENT),
	}); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ directory, want string }{
		{"", "Directory: missing"},
		{t.TempDir(), "no program at"},
		{put(t, []byte("#!/bin/sh\n"), 0o600), "is not executable"},
		{put(t, foreign.Bytes(), 0o700), "GOARCH=arm64"},
		{put(t, []byte("#!/bin/sh\n"), 0o700), ""},
	} {
		var found props.Problems
		program.Check(&found, x.directory)
		if got := strings.Join(found, "; "); (x.want == "") != (got == "") || !strings.Contains(got, x.want) {
			t.Errorf("%s: got %q, want %q", x.directory, got, x.want)
		}
	}
}

// TestLacksAuthorities looks at this very test, a program in Go that carries none.
func TestLacksAuthorities(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	if !program.LacksAuthorities(put(t, text, 0o700)) {
		t.Error("authorities found that are not there")
	}
	if program.LacksAuthorities(put(t, []byte("#!/bin/sh\n"), 0o700)) {
		t.Error("a script was taken for a program in Go")
	}
}

func TestCheckEnvironment(t *testing.T) {
	var found props.Problems
	program.CheckEnvironment(&found, map[string]string{"A": "a", "1": "a", "PORT": "1", "B": "two\nlines", "C": `"`}, "PORT")
	for i, want := range []string{"Environment[1]: not a", "Environment[B]:", "Environment[C]:", "Environment[PORT]: is set"} {
		if len(found) != 4 || !strings.HasPrefix(found[i], want) {
			t.Fatalf("found %q, want %s", found, want)
		}
	}
}

func TestBounds(t *testing.T) {
	for _, x := range []struct{ least, most, spare, want int }{
		{2, 2, 0, 0}, {1, 2, 0, 1}, {1, 0, 0, 2}, {2, 2, 1, 1}, {2, 3, 1, 0},
	} {
		var found props.Problems
		program.CheckBounds(&found, x.least, x.most, [2]string{"Min", "Max"}, x.spare)
		if len(found) != x.want {
			t.Errorf("%+v: %q", x, found)
		}
	}
	for port, want := range map[int]int{0: 0, 80: 1, 1024: 0, 65535: 0, 65536: 1} {
		var found props.Problems
		program.CheckPort(&found, "Port", port)
		if len(found) != want {
			t.Errorf("port %d: %q", port, found)
		}
	}
}
