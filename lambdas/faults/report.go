package faults

import (
	"fmt"
	"strings"
)

// How much of a run that went wrong is shown.
const (
	mostViolations = 6
	mostSteps      = 40
)

// report says what did not hold and, if steps were traced, the last of those that
// concern the first thing.
func (w *world) report() string {
	var text strings.Builder
	for i, v := range w.violations {
		if i == mostViolations {
			fmt.Fprintf(&text, "and %d more\n", len(w.violations)-i)
			break
		}
		fmt.Fprintln(&text, v.text)
	}
	if !w.tracing {
		return text.String()
	}
	about := w.related(w.violations[0].about)
	var steps []string
	for _, l := range w.lines {
		if about[l.about] {
			steps = append(steps, fmt.Sprintf("  %9.3fs %-12s %s", l.at.Sub(start).Seconds(), l.actor, strings.TrimSpace(l.what+" "+l.about)))
		}
	}
	fmt.Fprintf(&text, "the last of %d steps about it:\n%s", len(steps), strings.Join(steps[max(0, len(steps)-mostSteps):], "\n"))
	return text.String()
}

// related returns an event, or a dinner with its events.
func (w *world) related(id string) map[string]bool {
	about := map[string]bool{id: true}
	for _, e := range w.stores.Events() {
		if e.AggregateID == id {
			about[e.ID] = true
		}
	}
	return about
}
