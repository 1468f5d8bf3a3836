package dynamo_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	bustypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/outbox"
	"fulcrum/lambdas/refusal"
	"fulcrum/lambdas/storetest"
)

// strict is the network to a table of strong consistency in several Regions: it knows no
// transactions and no index. before and after, if set, see each call once.
type strict struct {
	t             testing.TB
	before, after func(call string, body []byte) error
}

func (n *strict) Do(r *http.Request) (*http.Response, error) {
	_, call, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if strings.HasPrefix(call, "Transact") || strings.Contains(string(body), `"IndexName"`) {
		n.t.Errorf("%s: the table knows no such thing: %s", call, body)
	}
	if n.before != nil {
		if err := n.before(call, body); err != nil {
			return nil, err
		}
	}
	response, err := http.DefaultClient.Do(r)
	if err == nil && n.after != nil {
		if lost := n.after(call, body); lost != nil {
			_ = response.Body.Close()
			return nil, lost
		}
	}
	return response, err
}

// collector is a bus of a local EventBridge, and what a rule sends on from it to a queue,
// each event once.
type collector struct {
	t     testing.TB
	bus   *eventbridge.Client
	queue *sqs.Client
	name  string
	url   *string
	seen  map[string]bool
	got   []event.Event
}

// nothingLeft holds that every event that was handed on was taken out of its outbox.
func nothingLeft(t testing.TB, config aws.Config, table string) {
	t.Helper()
	pages := dynamodb.NewScanPaginator(dynamodb.NewFromConfig(config), &dynamodb.ScanInput{TableName: &table})
	for pages.HasMorePages() {
		page, err := pages.NextPage(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			if left, ok := item["outbox"].(*types.AttributeValueMemberM); ok && len(left.Value) > 0 {
				t.Errorf("%d events are left in the outbox of %v", len(left.Value), item["pk"])
			}
		}
	}
}

func newCollector(t testing.TB, server *localaws.Server, name string) *collector {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	c := &collector{t: t, bus: eventbridge.NewFromConfig(server.Config), queue: sqs.NewFromConfig(server.Config), name: name, seen: map[string]bool{}}
	queue, err := c.queue.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name})
	must(err)
	c.url = queue.QueueUrl
	about, err := c.queue.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: c.url, AttributeNames: []sqstypes.QueueAttributeName{"QueueArn"}})
	must(err)
	_, err = c.bus.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: &name})
	must(err)
	_, err = c.bus.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: &name, EventBusName: &name, EventPattern: aws.String(`{"source":[{"prefix":"dinner."}]}`)})
	must(err)
	_, err = c.bus.PutTargets(t.Context(), &eventbridge.PutTargetsInput{
		Rule: &name, EventBusName: &name, Targets: []bustypes.Target{{Id: aws.String("queue"), Arn: aws.String(about.Attributes["QueueArn"])}},
	})
	must(err)
	return c
}

func (c *collector) PutEvents(ctx context.Context, in *eventbridge.PutEventsInput, options ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error) {
	return c.bus.PutEvents(ctx, in, options...)
}

// events returns what has come to the queue so far.
func (c *collector) events() []event.Event {
	for {
		out, err := c.queue.ReceiveMessage(context.Background(), &sqs.ReceiveMessageInput{QueueUrl: c.url, MaxNumberOfMessages: 10})
		if err != nil {
			c.t.Fatal(err)
		}
		if len(out.Messages) == 0 {
			return c.got
		}
		for _, m := range out.Messages {
			e, err := event.FromBus([]byte(*m.Body))
			if err != nil {
				c.t.Fatal(err)
			}
			if !c.seen[e.ID] {
				c.seen[e.ID], c.got = true, append(c.got, e)
			}
			if _, err := c.queue.DeleteMessage(context.Background(), &sqs.DeleteMessageInput{QueueUrl: c.url, ReceiptHandle: m.ReceiptHandle}); err != nil {
				c.t.Fatal(err)
			}
		}
	}
}

// global is a store in a table of its own, with the reader of its stream.
type global struct {
	network *strict
	table   dynamo.Table
	pump    func() []event.Event
}

func newGlobal(t testing.TB, server *localaws.Server, persons dynamo.Sealer, now func() time.Time, newID func() string) *global {
	name := fmt.Sprintf("global-%d", tables.Add(1))
	server.Table(t, name)
	stream, err := server.Stream(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	g := &global{network: &strict{t: t}}
	config := server.Config
	config.HTTPClient = g.network
	g.table = dynamo.Table{
		Client: dynamodb.NewFromConfig(config), Name: name, Consistent: true, Now: now, NewID: newID, Persons: persons,
		EventRetention: 7 * 24 * time.Hour, CallRetention: storetest.CallRetention,
	}
	bus := newCollector(t, server, name)
	publisher := outbox.Publisher{Bus: bus, Store: g.table, Name: name}
	g.pump = func() []event.Event {
		for {
			records, err := stream.Records(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if len(records) == 0 {
				nothingLeft(t, server.Config, name)
				return bus.events()
			}
			document, err := json.Marshal(map[string]any{"Records": records})
			if err != nil {
				t.Fatal(err)
			}
			var batch events.DynamoDBEvent
			if err := json.Unmarshal(document, &batch); err != nil {
				t.Fatal(err)
			}
			response, err := publisher.Handle(context.Background(), batch)
			if err != nil || len(response.BatchItemFailures) > 0 {
				t.Fatalf("%v, %v", response, err)
			}
		}
	}
	return g
}

func (g *global) dinners() dynamo.GlobalDinners {
	return dynamo.GlobalDinners{Dinners: dynamo.Dinners{Table: g.table}}
}

func (g *global) commands() (dinner.Commands, guest.Commands) {
	d := dinner.Commands{Dinners: g.dinners(), Now: g.table.Now, NewID: g.table.NewID}
	return d, guest.Commands{Guests: dynamo.GlobalGuests{Table: g.table}, Dinners: d, Now: g.table.Now}
}

// globalOpener opens stores without transactions; the read models' table has them.
func globalOpener(server *localaws.Server, persons dynamo.Sealer) storetest.Open {
	other := openerWith(server, persons)
	return func(t testing.TB, now func() time.Time, newID func() string) storetest.Store {
		store, g := other(t, now, newID), newGlobal(t, server, persons, now, newID)
		store.Dinners, store.Guests, store.Outbox = g.dinners(), dynamo.GlobalGuests{Table: g.table}, g.pump
		store.Outcomes, store.Merging = nil, nil // they expire, which this table does not know
		return store
	}
}

// fresh is a global store with a dinner of two seats in it.
func fresh(t *testing.T, server *localaws.Server) (*global, dinner.Commands, guest.Commands, string) {
	t.Helper()
	n := 0
	g := newGlobal(t, server, nil, time.Now, func() string { n++; return fmt.Sprintf("%026d", n) })
	dinners, guests := g.commands()
	created, err := dinners.Create(t.Context(), once.Call{}, dinner.Host{ID: "host", Name: "Host"}, soup())
	if err != nil {
		t.Fatal(err)
	}
	return g, dinners, guests, created.DinnerID
}

func soup() dinner.Plan {
	return dinner.Plan{Title: "Soup", Place: "Here", Seats: 2, ConfirmBy: time.Now().Add(time.Hour), StartsAt: time.Now().Add(2 * time.Hour)}
}

// onceAt returns a hook that does something at the first call that fits.
func onceAt(call, part string, do func() error) func(string, []byte) error {
	done := false
	return func(c string, body []byte) error {
		if done || c != call || !strings.Contains(string(body), part) {
			return nil
		}
		done = true
		return do()
	}
}

var errLost = errors.New("the answer is lost")

// lostAnswers shows that a write whose answer is lost is not done again, nor refused for
// what it did itself.
func lostAnswers(t *testing.T, server *localaws.Server) {
	g, dinners, _, id := fresh(t, server)
	for name, x := range map[string]struct {
		call, part string
		do         func() error
	}{
		"reserve": {"UpdateItem", "DINNER#", func() error {
			_, err := dinners.Reserve(t.Context(), once.Call{}, id, dinner.Guest{ID: "guest", Name: "G"})
			return err
		}},
		"create": {"PutItem", `"DINNER#`, func() error {
			_, err := dinners.Create(t.Context(), once.Call{}, dinner.Host{ID: "other", Name: "O"}, soup())
			return err
		}},
	} {
		before := len(g.pump())
		lost := 0
		g.network.after = onceAt(x.call, x.part, func() error { lost++; return errLost })
		if err := x.do(); err != nil || lost != 1 {
			t.Errorf("%s: %v, after %d lost answers", name, err, lost)
		}
		g.network.after = nil
		if got := len(g.pump()) - before; got != 1 {
			t.Errorf("%s: %d events, want 1", name, got)
		}
	}
}

// forgottenMeanwhile shows that nobody gets a seat, nor opens a dinner, who asks to be
// forgotten while the command is under way, wherever it is overtaken.
func forgottenMeanwhile(t *testing.T, server *localaws.Server) {
	for name, at := range map[string]struct{ call, part string }{
		"after the place":          {"GetItem", "GUEST#leaver"},
		"before the dinner's item": {"UpdateItem", "DINNER#"},
	} {
		g, dinners, guests, id := fresh(t, server)
		forget := func() error { g.network.before = nil; return guests.Forget(t.Context(), "leaver") }
		g.network.before = onceAt(at.call, at.part, forget)
		_, err := dinners.Reserve(t.Context(), once.Call{}, id, dinner.Guest{ID: "leaver", Name: "Lea Ver"})
		if !refusal.Is(err, refusal.Forgotten) {
			t.Errorf("%s: %v, want a refusal", name, err)
		}
		g.pump()
		clean(t, g, name)
	}
	g, dinners, guests, _ := fresh(t, server)
	forget := func() error { g.network.before = nil; return guests.Forget(t.Context(), "leaver") }
	g.network.before = onceAt("PutItem", `"title"`, forget)
	_, err := dinners.Create(t.Context(), once.Call{}, dinner.Host{ID: "leaver", Name: "Lea Ver"}, soup())
	if !refusal.Is(err, refusal.Forgotten) {
		t.Errorf("a dinner of a forgotten host: %v", err)
	}
	g.pump()
	clean(t, g, "a dinner on its way")
}

// clean wants nothing about the leaver but that they left.
func clean(t *testing.T, g *global, when string) {
	t.Helper()
	for _, left := range append(mentions(t, g.table, "leaver"), mentions(t, g.table, "Lea Ver")...) {
		if left != "GUEST#leaver GUEST " {
			t.Errorf("%s: %q still mentions the guest", when, left)
		}
	}
}

// brokenOff shows that a call which creates a dinner can be repeated after an attempt
// that claimed it and got no further, and that this attempt, should it be alive yet,
// makes no second one but gets the same answer.
func brokenOff(t *testing.T, server *localaws.Server) {
	now := time.Now()
	n := 0
	g := newGlobal(t, server, nil, func() time.Time { return now }, func() string { n++; return fmt.Sprintf("%026d", n) })
	dinners, _ := g.commands()
	call := once.Call{Person: "host", Operation: "Create Dinner", Key: "k", Fingerprint: "f"}
	create := func() (dinner.CreateAnswer, error) {
		return dinners.Create(t.Context(), call, dinner.Host{ID: "host", Name: "Host"}, soup())
	}
	var second dinner.CreateAnswer
	var early, late error
	g.network.before = onceAt("PutItem", `"title"`, func() error { // the first attempt has claimed the call
		g.network.before = nil
		_, early = create()
		now = now.Add(time.Minute)
		second, late = create()
		return nil
	})
	first, err := create()
	if !refusal.Is(early, refusal.Busy) || late != nil || err != nil || first != second {
		t.Errorf("a second attempt at once: %v; a minute later: %+v, %v; the first one then: %+v, %v", early, second, late, first, err)
	}
	again, err := create()
	if err != nil || again != second {
		t.Errorf("repeated: %+v, %v; want %+v", again, err, second)
	}
	if got := len(g.pump()); got != 1 {
		t.Errorf("%d dinners were created, want 1", got)
	}
}

// otherRegion shows that writes that meet those of another Region are tried again, each
// of them, so that nothing is left out.
func otherRegion(t *testing.T, server *localaws.Server) {
	g, dinners, _, id := fresh(t, server)
	met := map[string]int{}
	server.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		_, call, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		if call != "UpdateItem" && call != "PutItem" || met[call] == 3 {
			return false
		}
		met[call]++
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"__type":"com.amazonaws.dynamodb.v20120810#ReplicatedWriteConflictException","message":"another Region"}`)
		return true
	})
	defer server.Intercept(nil)
	if _, err := dinners.Reserve(t.Context(), once.Call{}, id, dinner.Guest{ID: "guest", Name: "G"}); err != nil || met["UpdateItem"] != 3 || met["PutItem"] != 3 {
		t.Errorf("%v after conflicts %v", err, met)
	}
	if places, err := g.dinners().Places(t.Context(), "guest", "", 9); err != nil || len(places) != 1 {
		t.Errorf("places %v, %v; want that of the reservation", places, err)
	}
}

// handedOnLate shows that events which were not handed on stay in the item, also when
// others come to them, and go with the next record of the stream.
func handedOnLate(t *testing.T, server *localaws.Server) {
	g, dinners, _, id := fresh(t, server)
	for i := range 2 {
		if _, err := dinners.Reserve(t.Context(), once.Call{}, id, dinner.Guest{ID: fmt.Sprint("guest-", i), Name: "G"}); err != nil {
			t.Fatal(err)
		}
	}
	if waiting := mentions(t, g.table, "Dinner Created"); len(waiting) != 1 {
		t.Errorf("%v hold the first event, want the dinner", waiting)
	}
	if got := g.pump(); len(got) != 4 { // created, two reserved, full
		t.Errorf("%d events were handed on, want 4", len(got))
	}
	for _, name := range []string{"Dinner Created", "Seat Reserved", "Dinner Full"} {
		if left := mentions(t, g.table, name); len(left) > 0 {
			t.Errorf("%v still hold %s", left, name)
		}
	}
}
