package event_test

import (
	"strings"
	"testing"

	"fulcrum/lambdas/event"
)

// TestTraceTakesHeadersOnly wants nothing from outside to reach the outbox that
// could end a string there.
func TestTraceTakesHeadersOnly(t *testing.T) {
	const good = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
	if got := event.Trace(event.WithTrace(t.Context(), good)); got != good {
		t.Errorf("kept %q of %q", got, good)
	}
	for _, bad := range []string{"", `Root="1"`, `Root=1\`, "Root=1\n", "Root=1 ", strings.Repeat("a", 513)} {
		if got := event.Trace(event.WithTrace(t.Context(), bad)); got != "" {
			t.Errorf("%q was taken as %q", bad, got)
		}
	}
}
