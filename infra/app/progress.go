package app

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// progress shows how far a synthesis is: one line that is redrawn on a terminal,
// a line per stack elsewhere.
type progress struct {
	out      io.Writer
	shown    bool
	terminal bool
	total    int
	done     int
	step     time.Time
}

// newProgress shows nothing unless FULCRUM_PROGRESS is set: the CDK's command line
// has a display of its own.
func newProgress(total int) *progress {
	p := &progress{out: io.Discard, total: total, step: time.Now()}
	if os.Getenv("FULCRUM_PROGRESS") == "" {
		return p
	}
	p.out, p.shown = os.Stderr, true
	info, err := os.Stderr.Stat()
	p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	return p
}

// next says that what is being worked on, the name, has begun.
func (p *progress) next(name string) {
	p.step = time.Now()
	if p.terminal {
		const width = 28
		filled := width * min(p.done, p.total) / p.total
		bar := strings.Repeat("█", filled) + strings.Repeat("░", width-filled)
		_, _ = fmt.Fprintf(p.out, "\r\033[Ksynth      %d stacks  %s  %d  %s", p.total, bar, p.done, name)
	}
}

// finished says that it has ended.
func (p *progress) finished(name string) {
	p.done++
	if !p.terminal {
		_, _ = fmt.Fprintf(p.out, "  %-68s %10.1f s\n", name, time.Since(p.step).Seconds())
	}
}

// clear removes the line from a terminal.
func (p *progress) clear() {
	if p.terminal {
		_, _ = fmt.Fprint(p.out, "\r\033[K")
	}
}
