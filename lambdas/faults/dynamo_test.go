package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/notification"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/search"
)

// TestDynamoDB runs a few seeds over DynamoDB's adapter and a local AWS: each call
// goes over the network, where it may be stopped, refused or lose its answer, and
// other processes run between any two of them.
func TestDynamoDB(t *testing.T) {
	runs := uint64(2)
	if soak() {
		runs = 200
	}
	d := &database{t: t, server: localaws.Start(t)}
	c := Config{Transport: transport(t), clients: 6, commands: 5, open: d.open}
	later := c
	later.queued = true
	t.Run("balanced", func(t *testing.T) { d.runs(t, c, runs) })
	t.Run("write-heavy", func(t *testing.T) {
		if merged := d.runs(t, later, runs); merged == 0 {
			t.Error("no commands were written with others")
		}
	})
	t.Run("broken", func(t *testing.T) {
		d.unconditional = true
		for seed := range uint64(10) {
			r, err := run(seed, c, false)
			if err != nil {
				t.Fatal(err)
			}
			if r.Violations != "" {
				return
			}
		}
		t.Error("writes without conditions, and nobody noticed")
	})
}

// runs runs seeds, and returns how many commands were written with others.
func (d *database) runs(t *testing.T, c Config, runs uint64) (merged int) {
	began := time.Now()
	var faults Counts
	for seed := uint64(1); seed <= runs; seed++ {
		if *replaySeed != 0 {
			seed, runs = *replaySeed, *replaySeed
		}
		r, err := Run(seed, c)
		if err != nil {
			t.Fatal(err)
		}
		if r.Violations != "" {
			t.Fatalf("seed %d: %s\nreplay: go test ./lambdas/faults -run %s -seed %d", seed, r.Violations, t.Name(), seed)
		}
		faults.Add(r.Faults)
		merged += r.Merged
		t.Logf("seed %d: %d commands, %d events, %d dead letters, %v", seed, r.Commands, r.Events, r.DeadLetters, r.Faults)
	}
	t.Logf("%d faults in %v, %d calls", faults.Total(), time.Since(began).Round(time.Millisecond), d.calls.Load())
	return merged
}

// database opens stores in tables of a local AWS.
type database struct {
	t      *testing.T
	server *localaws.Server
	// unconditional takes the conditions off every write.
	unconditional bool

	tables, calls atomic.Int64
}

func (d *database) open(w *world) Stores {
	wire := &wire{w: w, d: d}
	config := d.server.Config
	config.HTTPClient = wire
	config.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
			o.RateLimiter = noLimit{}
		})
	}
	client := dynamodb.NewFromConfig(config)
	table := func(name string) dynamo.Table {
		name = fmt.Sprintf("%s-%d", name, d.tables.Add(1))
		d.server.Table(d.t, name)
		return dynamo.Table{
			Client: client, Name: name, Consistent: true, Now: w.clock, NewID: w.newID,
			EventRetention: 365 * 24 * time.Hour, CallRetention: callRetention,
		}
	}
	store, readModels := table("store"), table("read-models")
	var err error
	if wire.stream, err = d.server.Stream(d.t.Context(), store.Name); err != nil {
		d.t.Fatal(err)
	}
	return Stores{
		Dinners: dynamo.Dinners{Table: store}, Guests: dynamo.Guests{Table: store},
		Inboxes: dynamo.Inboxes{Table: readModels}, Index: dynamo.Index{Table: readModels},
		Outcomes: dynamo.Outcomes{Table: store}, Merging: counting{w, dynamo.Merging{Table: store}},
		became: func(id string) (queued.Outcome, bool) {
			always := store
			always.Now = func() time.Time { return start } // when none has expired
			o, err := dynamo.Outcomes{Table: always}.Outcome(d.t.Context(), id)
			return o, err == nil
		},
		Stream: func() []Record { return nil }, // the wire reads it
		Events: func() []event.Event { return wire.events },
		ReadModels: func() (notification.Inboxes, search.Index) {
			fresh := table("read-models")
			return dynamo.Inboxes{Table: fresh}, dynamo.Index{Table: fresh}
		},
	}
}

// counting is a queued.Merging that counts what it has written.
type counting struct {
	w *world
	queued.Merging
}

// Merge implements queued.Merging.
func (c counting) Merge(ctx context.Context, id string, commands []queued.Command, apply func(queued.Known) ([]queued.Step, error)) error {
	n := 0
	err := c.Merging.Merge(ctx, id, commands, func(k queued.Known) ([]queued.Step, error) {
		steps, err := apply(k)
		n = len(steps)
		return steps, err
	})
	if err == nil {
		c.w.merged += n
	}
	return err
}

// noLimit lets a client retry as often as it likes: the bucket that bounds that in
// production would make one run depend on another.
type noLimit struct{}

func (noLimit) GetToken(context.Context, uint) (func() error, error) {
	return func() error { return nil }, nil
}
func (noLimit) AddTokens(uint) error { return nil }

// wire is the network between the system and the database, with what goes wrong
// on it.
type wire struct {
	w      *world
	d      *database
	stream *localaws.Stream
	events []event.Event
}

// Do sends a request.
func (n *wire) Do(r *http.Request) (*http.Response, error) {
	w := n.w
	n.d.calls.Add(1)
	if w.running == nil { // a check
		return http.DefaultClient.Do(r)
	}
	_, call, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	transaction := call == "TransactWriteItems"
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	w.pause()
	if w.dice.fault(Throttle) {
		w.trace("throttled: "+call, "")
		return answer(r, http.StatusBadRequest, `{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow down"}`), nil
	}
	if transaction && w.dice.fault(Conflict) {
		w.trace("conflict", "")
		return answer(r, http.StatusBadRequest, `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",`+
			`"Message":"cancelled","CancellationReasons":[{"Code":"TransactionConflict"}]}`), nil
	}
	if transaction && n.d.unconditional {
		body = unconditional(body)
		r.ContentLength = int64(len(body))
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	if transaction && response.StatusCode == http.StatusOK {
		n.read()
	}
	w.pause()
	if w.dice.fault(LostAnswer) {
		w.trace("answer lost: "+call, "")
		_ = response.Body.Close()
		return nil, errTimeout
	}
	return response, nil
}

func answer(r *http.Request, status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Request: r, ProtoMajor: 1, ProtoMinor: 1, ContentLength: int64(len(body)),
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(strings.NewReader(body)),
	}
}

// unconditional returns a transaction whose writes have no conditions.
func unconditional(body []byte) []byte {
	var request struct {
		ClientRequestToken string
		TransactItems      []map[string]map[string]any
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return body
	}
	for _, item := range request.TransactItems {
		if put := item["Put"]; put != nil {
			delete(put, "ConditionExpression")
			delete(put, "ExpressionAttributeValues")
		}
	}
	changed, err := json.Marshal(request)
	if err != nil {
		return body
	}
	return changed
}

// read hands the stream's new records to the world.
func (n *wire) read() {
	fresh, err := n.stream.Records(context.Background())
	if err != nil {
		n.w.violate("", "reading the stream: %v", err)
	}
	var records []Record
	for _, doc := range fresh {
		r := Record{Key: at(doc, []string{"dynamodb", "Keys", "pk", "S"}), Document: doc}
		if n.w.pipes[0].Takes(doc) {
			r.Event = at(doc, []string{"dynamodb", "NewImage", "id", "S"})
			n.keep(r)
		}
		records = append(records, r)
	}
	n.w.stream(records)
}

// keep notes the event in a record: the table forgets events about forgotten guests.
func (n *wire) keep(r Record) {
	e, err := n.w.eventIn(r.Document)
	if err != nil {
		n.w.violate(r.Event, "record of %s: %v", r.Event, err)
		return
	}
	n.events = append(n.events, e)
}

// eventIn returns the event of a stream's record, as the pipe puts it on the bus.
func (w *world) eventIn(record document) (event.Event, error) {
	e := w.pipes[0].Entry(record)
	message, err := json.Marshal(document{"source": e.Source, "detail-type": e.DetailType, "detail": json.RawMessage(e.Detail)})
	if err != nil {
		return event.Event{}, err
	}
	return event.FromBus(message)
}
