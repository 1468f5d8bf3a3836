// Command speed measures the service's programs as they are deployed, beside
// programs that do nothing, in one run and in turn, so that a slow minute of the
// machine hits both: what it prints is a part of docs/bench.md. Everything stays on
// loopback.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fulcrum/lambdas/example"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/runtimeapi"
)

// Targets.
const (
	// maxZip and maxResident are a program's largest size as it is uploaded, and the
	// most memory that it may have after a while, in bytes.
	maxZip      = 6 << 20
	maxResident = 64 << 20
	// minShare is the least share of a bare server's requests a second.
	minShare = 0.6
)

// effort is how much is measured.
type effort struct {
	starts, rounds, invocations int           // of each function; invocations in a round
	turns, connections          int           // of each server
	period                      time.Duration // of a turn
}

var usual = effort{starts: 5, rounds: 5, invocations: 150, turns: 20, connections: 16, period: 250 * time.Millisecond}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	p := localaws.NewProgram(ctx)
	p.Do(func() error {
		r := &report{w: os.Stdout}
		if err := measure(p, r, usual); err != nil {
			return err
		}
		r.end()
		return nil
	})
	p.End()
	if err := errors.Join(p.Failure(), ctx.Err()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// report is what is written, and which targets were missed: sizes, which are the same
// on every machine, and times.
type report struct {
	w           io.Writer
	large, slow []string
}

// add writes more of it.
func (r *report) add(format string, args ...any) { _, _ = fmt.Fprintf(r.w, format, args...) }

// most notes a size that is over its limit.
func (r *report) most(what string, size, limit int) {
	if size > limit {
		r.large = append(r.large, fmt.Sprintf("%s: %s MB of at most %s", what, mb(size), mb(limit)))
	}
}

// end says which targets were missed.
func (r *report) end() {
	missed := append(r.large, r.slow...)
	if len(missed) == 0 {
		r.add("Every target is met.\n")
		return
	}
	r.add("Targets that are missed:\n\n- %s\n", strings.Join(missed, "\n- "))
}

// measure writes every table.
func measure(t localaws.Scope, r *report, e effort) error {
	dir, err := os.MkdirTemp("", "speed-")
	if err != nil {
		return err
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	packages := []string{"fulcrum/lambdas/cmd/server", "fulcrum/lambdas/speed/bare"}
	for _, f := range example.Functions {
		packages = append(packages, "fulcrum/lambdas/cmd/"+f.Name)
	}
	if err := runtimeapi.Compile(dir, packages...); err != nil {
		return err
	}
	for _, table := range []func(localaws.Scope, *report, string, effort) error{sizes, functions, servers, allocations} {
		if err := table(t, r, dir, e); err != nil {
			return err
		}
	}
	return nil
}

// quantile returns the value below which a share of values lies.
func quantile(values []time.Duration, share float64) time.Duration {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))]
}

// ms formats a time in milliseconds.
func ms(d time.Duration) string { return fmt.Sprintf("%.2f", d.Seconds()*1000) }

// mb formats bytes in MB, 2^20 bytes, as AWS counts them.
func mb(bytes int) string { return fmt.Sprintf("%.1f", float64(bytes)/(1<<20)) }

// binary is where a program was compiled to.
func binary(dir, name string) string { return filepath.Join(dir, name) }
