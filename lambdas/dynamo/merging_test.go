package dynamo_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/storetest"
	"fulcrum/lambdas/telemetry"
)

// counted does something and returns how often each call of DynamoDB's API was made.
func counted(server *localaws.Server, do func()) map[string]int {
	calls := map[string]int{}
	server.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		_, call, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		calls[call]++
		return false
	})
	defer server.Intercept(nil)
	do()
	return calls
}

// hotDinner is a dinner that many reach for, and what writes their commands.
type hotDinner struct {
	writer queued.Writer
	id     string
	sent   int
}

func newHotDinner(t testing.TB, store storetest.Store, merging bool) *hotDinner {
	h := &hotDinner{}
	n := 0
	newID := func() string { n++; return fmt.Sprintf("%026d", n) }
	commands := dinner.Commands{Dinners: store.Dinners, Now: time.Now, NewID: newID}
	created, err := commands.Create(t.Context(), once.Call{}, dinner.Host{ID: "host", Name: "Host"}, dinner.Plan{
		Title: "Soup", Place: "Here", Seats: 200, ConfirmBy: time.Now().Add(time.Hour), StartsAt: time.Now().Add(2 * time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	h.id = created.DinnerID
	h.writer = queued.Writer{Dinners: commands, Outcomes: store.Outcomes, Keep: time.Hour, Now: time.Now}
	if merging {
		h.writer.Merging = store.Merging
	}
	return h
}

// batch returns commands of guests who did not come before, as the queue hands them out.
func (h *hotDinner) batch(t testing.TB, size int) events.SQSEvent {
	var e events.SQSEvent
	for range size {
		h.sent++
		id := fmt.Sprintf("c%d", h.sent)
		body, err := queued.Codec{}.Encode(t.Context(), queued.Command{
			ID: id, DinnerID: h.id, AcceptedAt: time.Now(), Guest: dinner.Guest{ID: "guest-" + id, Name: "Guest"},
			Call: once.Call{Person: "guest-" + id, Operation: queued.ReserveSeat, Key: "k", Fingerprint: id},
		})
		if err != nil {
			t.Fatal(err)
		}
		e.Records = append(e.Records, events.SQSMessage{MessageId: id, Body: body, Attributes: map[string]string{"MessageGroupId": h.id}})
	}
	return e
}

func (h *hotDinner) handle(t testing.TB, e events.SQSEvent) {
	b := queued.Batches{Apply: h.writer.Apply, Together: h.writer.Together, Metrics: telemetry.NewMetrics(io.Discard, "Dinner", time.Now)}
	answer, err := b.Handle(t.Context(), e)
	if err != nil || len(answer.BatchItemFailures) > 0 {
		t.Fatalf("%v, %v", answer, err)
	}
}

// mergedWrites shows that a batch of commands for one dinner takes one transaction, and
// more of them as few as there is room for.
func mergedWrites(t *testing.T, server *localaws.Server, open storetest.Open) {
	store := open(t, time.Now, newEventID())
	h, alone := newHotDinner(t, store, true), newHotDinner(t, open(t, time.Now, newEventID()), false)
	for _, test := range []struct {
		name  string
		of    *hotDinner
		size  int
		calls map[string]int
	}{
		{"ten as one", h, 10, map[string]int{"GetItem": 1, "BatchGetItem": 1, "TransactWriteItems": 1}},
		{"more than fit", h, 2 * queued.MostMerged, map[string]int{"GetItem": 2, "BatchGetItem": 2, "TransactWriteItems": 2}},
		{"one", h, 1, map[string]int{"GetItem": 3, "TransactWriteItems": 1, "PutItem": 1}},
		{"ten one by one", alone, 10, map[string]int{"GetItem": 30, "TransactWriteItems": 10, "PutItem": 10}},
	} {
		t.Run(test.name, func(t *testing.T) {
			batch := test.of.batch(t, test.size)
			if got := counted(server, func() { test.of.handle(t, batch) }); !maps.Equal(got, test.calls) {
				t.Errorf("%d commands took the calls %v, want %v", test.size, got, test.calls)
			}
		})
	}
	d, err := store.Dinners.Get(t.Context(), h.id)
	if err != nil || len(d.State().Reservations) != h.sent {
		t.Errorf("%d of %d reservations, %v", len(d.State().Reservations), h.sent, err)
	}
}

// overtakenMerge shows that commands which leave the dinner as it was are judged again if
// another writes it between reading it and writing what became of them.
func overtakenMerge(t *testing.T, server *localaws.Server) {
	network := &between{}
	config := server.Config
	config.HTTPClient = network
	server.Table(t, "overtaken-merge")
	table := dynamo.Table{
		Client: dynamodb.NewFromConfig(config), Name: "overtaken-merge", Now: time.Now, NewID: newEventID(),
		EventRetention: time.Hour, CallRetention: time.Hour,
	}
	commands := dinner.Commands{Dinners: dynamo.Dinners{Table: table}, Now: time.Now, NewID: table.NewID}
	w := queued.Writer{
		Dinners: commands, Outcomes: dynamo.Outcomes{Table: table}, Merging: dynamo.Merging{Table: table}, Keep: time.Hour, Now: time.Now,
	}
	created, err := commands.Create(t.Context(), once.Call{}, dinner.Host{ID: "h", Name: "H"}, dinner.Plan{
		Title: "Soup", Place: "Here", Seats: 1, ConfirmBy: time.Now().Add(time.Hour), StartsAt: time.Now().Add(2 * time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	held, err := commands.Reserve(t.Context(), once.Call{}, created.DinnerID, dinner.Guest{ID: "first", Name: "F"})
	if err != nil {
		t.Fatal(err)
	}
	var late []queued.Command
	for _, id := range []string{"second", "third"} {
		late = append(late, queued.Command{
			ID: id, DinnerID: created.DinnerID, AcceptedAt: time.Now(), Guest: dinner.Guest{ID: id, Name: "G"},
			Call: once.Call{Person: id, Operation: queued.ReserveSeat, Key: "k", Fingerprint: id},
		})
	}
	network.do = func() {
		if err := commands.Cancel(t.Context(), once.Call{}, created.DinnerID, held.ReservationID, "first"); err != nil {
			t.Error(err)
		}
	}
	if n, err := w.Together(t.Context(), late); n != 2 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	for id, seat := range map[string]bool{"second": true, "third": false} {
		o, err := w.Outcomes.Outcome(t.Context(), id)
		if err != nil || (o.Refusal == nil) != seat {
			t.Errorf("%s: %+v, %v", id, o, err)
		}
	}
}

// newEventID returns what numbers events.
func newEventID() func() string {
	n := 0
	return func() string { n++; return fmt.Sprintf("%026d", n) }
}

// BenchmarkWriter tells what a batch of ten reservations of one dinner takes, as one and
// one by one: calls to the store for each command, and the time of them over loopback.
func BenchmarkWriter(b *testing.B) {
	server := localaws.Start(b)
	open := opener(server)
	for name, merging := range map[string]bool{"as one": true, "one by one": false} {
		b.Run(name, func(b *testing.B) {
			h := newHotDinner(b, open(b, time.Now, newEventID()), merging)
			calls := 0
			for n := 0; b.Loop(); n++ {
				b.StopTimer()
				if n%19 == 0 { // before it is full
					h = newHotDinner(b, open(b, time.Now, newEventID()), merging)
				}
				batch := h.batch(b, 10)
				b.StartTimer()
				for _, times := range counted(server, func() { h.handle(b, batch) }) {
					calls += times
				}
			}
			b.ReportMetric(float64(calls)/float64(10*b.N), "calls/command")
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(10*b.N), "ms/command")
		})
	}
}
