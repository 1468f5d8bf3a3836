package runtimeapi

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// Resident returns how much memory a process has, in bytes, as ps tells it.
func Resident(ctx context.Context, pid int) (int, error) {
	out, err := exec.CommandContext(ctx, "ps", "-o", "rss=", "-p", strconv.Itoa(pid)).Output() //nolint:gosec // a number
	if err != nil {
		return 0, fmt.Errorf("memory of process %d: %w", pid, err)
	}
	kilobytes, err := strconv.Atoi(strings.TrimSpace(string(out)))
	return kilobytes << 10, err
}
