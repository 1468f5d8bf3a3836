package dynamo

import (
	"testing"
	"time"

	"fulcrum/lambdas/event"
)

// TestEventsSayWhereTheyWereWritten holds what the outbox of each Region goes by.
func TestEventsSayWhereTheyWereWritten(t *testing.T) {
	for _, region := range []string{"eu-west-1", ""} {
		table := Table{Name: "store", Region: region, Now: time.Now}
		item := table.outbox(event.Event{ID: "1", Type: "Dinner Created"}, "").item.Put.Item
		if got := text(item, "region"); got != region {
			t.Errorf("written in %q, the event says %q", region, got)
		}
	}
}
