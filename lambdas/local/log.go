package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// openLog empties and opens the file at path to log to, or the first of path-2, path-3, …
// that no other program like this one logs to: each holds a lock on its own for as long
// as it runs, however it ends.
func openLog(path string) (*os.File, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	extension := filepath.Ext(path)
	for n, name := 2, path; ; n, name = n+1, fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, extension), n, extension) {
		file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // the user's choice
		if err != nil {
			return nil, err
		}
		if info, err := file.Stat(); err == nil && !info.Mode().IsRegular() { // a device is nobody's own
			return file, nil
		}
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			err = file.Truncate(0)
		}
		if err == nil {
			return file, nil
		}
		_ = file.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
}
