package dynamo_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
	"fulcrum/lambdas/storetest"
)

// conflicts shows that a transaction that meets another is tried again, and not
// for ever.
func conflicts(t *testing.T, server *localaws.Server, open storetest.Open) {
	n := 0
	newID := func() string { n++; return strings.Repeat("0", 25) + string(rune('A'+n)) }
	store := open(t, time.Now, newID)
	commands := dinner.Commands{Dinners: store.Dinners, Now: time.Now, NewID: newID}
	plan := dinner.Plan{
		Title: "Soup", Place: "Here", Seats: 5,
		ConfirmBy: time.Now().Add(time.Hour), StartsAt: time.Now().Add(2 * time.Hour),
	}
	const cancelled = `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"cancelled","CancellationReasons":[{"Code":"None"},{"Code":"%s"}]}`
	for _, test := range []struct {
		name     string
		meet     int
		answer   string
		refusals refusal.Code
	}{
		{"thrice", 3, fmt.Sprintf(cancelled, "TransactionConflict"), ""},
		{"always", 1000, fmt.Sprintf(cancelled, "TransactionConflict"), refusal.Busy},
		{"throttled", 3, fmt.Sprintf(cancelled, "ThrottlingError"), ""},
		{"past what is provisioned", 3, fmt.Sprintf(cancelled, "ProvisionedThroughputExceeded"), ""},
		{"an attempt whose answer was lost", 3, `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionInProgressException","Message":"in progress"}`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			met := 0
			server.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".TransactWriteItems") || met == test.meet {
					return false
				}
				met++
				w.Header().Set("Content-Type", "application/x-amz-json-1.0")
				w.WriteHeader(http.StatusBadRequest)
				_, _ = io.WriteString(w, test.answer)
				return true
			})
			defer server.Intercept(nil)
			_, err := commands.Create(t.Context(), once.Call{}, dinner.Host{ID: "h", Name: "H"}, plan)
			if test.refusals == "" && err != nil || test.refusals != "" && !refusal.Is(err, test.refusals) {
				t.Errorf("got %v, want refusal %q", err, test.refusals)
			}
			if want := min(test.meet, 16); met != want {
				t.Errorf("tried %d times before success, want %d", met, want)
			}
		})
	}
}
