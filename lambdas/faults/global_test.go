package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/notification"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/search"
)

// global returns the configuration of a run over the stores of a table of strong
// consistency in several Regions, with its items in memory.
func global(t Transport) Config {
	return Config{Transport: t, clients: 8, commands: 8, leavers: 3, open: func(w *world) Stores {
		table := newItems()
		return openGlobal(w, &remote{w: w, serve: table.serve, records: table.records})
	}}
}

// crowded is that of a run in which more calls are made of one dinner than its item holds.
func crowded(t Transport) Config {
	c := global(t)
	c.clients, c.commands, c.leavers, c.crowd = 40, 4, 4, true
	return c
}

// play runs a seed in time that passes at once: a store waits between its attempts.
func play(t *testing.T, seed uint64, c Config) (r Result, err error) {
	t.Helper()
	synctest.Test(t, func(*testing.T) { r, err = Run(seed, c) })
	return r, err
}

// remote is the network to a table of strong consistency in several Regions, with what
// goes wrong on it. After each write it reads the stream.
type remote struct {
	w *world
	// serve answers a call, and records returns what the stream shows since the last time.
	serve   func(r *http.Request, call string, body []byte) (*http.Response, error)
	records func() ([]document, error)

	events  []event.Event
	known   map[string]bool     // events
	placed  map[string]*actor   // who wrote a place last, by its key
	pending map[string][]string // events in the outbox of an item as it is now, by its key
	held    map[string][]string // calls, by the dinner that holds them
	gone    map[string]bool     // calls that made room for others
}

// itemHolds is how many calls the store promises to remember of a dinner.
const itemHolds = 32

func openGlobal(w *world, n *remote) Stores {
	n.placed, n.known, n.pending, n.held, n.gone = map[string]*actor{}, map[string]bool{}, map[string][]string{}, map[string][]string{}, map[string]bool{}
	table := dynamo.Table{
		Client: dynamodb.New(dynamodb.Options{
			Region: "eu-west-1", BaseEndpoint: aws.String("http://localhost"), HTTPClient: n,
			Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
			Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
				o.RateLimiter = noLimit{}
			}),
		}),
		Name: "global", Consistent: true, Now: w.clock, NewID: w.newID, CallRetention: callRetention,
	}
	readModels := memory.New(w.clock, w.newID, callRetention)
	return Stores{
		Dinners: dynamo.GlobalDinners{Dinners: dynamo.Dinners{Table: table}}, Guests: dynamo.GlobalGuests{Table: table},
		Inboxes: inboxes{w, readModels.Inboxes()}, Index: index{w, readModels.Index()}, Outbox: table,
		lost: func(person string, p dinner.Place) bool {
			by := n.placed["GUEST#"+person+" PLACE#"+p.Key()]
			return by != nil && by.failed
		},
		unhanded:  func() []string { return slices.Concat(slices.Collect(maps.Values(n.pending))...) },
		forgotten: func(c once.Call) bool { return n.gone[c.ID()] },
		Stream:    func() []Record { return nil }, // the network reads it
		Events:    func() []event.Event { return n.events },
		ReadModels: func() (notification.Inboxes, search.Index) {
			fresh := memory.New(w.clock, w.newID, callRetention)
			return fresh.Inboxes(), fresh.Index()
		},
	}
}

// Do sends a request.
func (n *remote) Do(r *http.Request) (*http.Response, error) {
	w := n.w
	_, call, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if w.running == nil { // a check
		return n.done(r, call, body)
	}
	w.pause()
	writes := call == "PutItem" || call == "UpdateItem" || call == "DeleteItem"
	if w.dice.fault(Throttle) {
		w.trace("throttled: "+call, "")
		return answer(r, http.StatusBadRequest, `{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow down"}`), nil
	}
	if writes && w.dice.fault(Conflict) {
		w.trace("another Region writes", "")
		return answer(r, http.StatusBadRequest, `{"__type":"com.amazonaws.dynamodb.v20120810#ReplicatedWriteConflictException","message":"another Region writes the item"}`), nil
	}
	response, err := n.done(r, call, n.breaks(call, body))
	if err != nil {
		return nil, err
	}
	w.pause()
	if w.dice.fault(LostAnswer) {
		w.trace("answer lost: "+call, "")
		_ = response.Body.Close()
		return nil, errTimeout
	}
	return response, nil
}

// done has a call done, and reads the stream.
func (n *remote) done(r *http.Request, call string, body []byte) (*http.Response, error) {
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	response, err := n.serve(r, call, body)
	if err != nil || response.StatusCode != http.StatusOK || call == "GetItem" || call == "Query" || call == "BatchGetItem" {
		return response, err
	}
	fresh, err := n.records()
	if err != nil {
		return nil, err
	}
	var records []Record
	for _, doc := range fresh {
		shown := Record{Key: at(doc, []string{"dynamodb", "Keys", "pk", "S"}), Document: doc}
		held := outboxOf(doc)
		for _, id := range slices.Sorted(maps.Keys(held)) {
			if !n.known[id] {
				n.known[id] = true
				shown.Events = append(shown.Events, id)
				n.keep(id, held[id].(document)["M"].(document))
			}
		}
		if sk := at(doc, []string{"dynamodb", "Keys", "sk", "S"}); strings.HasPrefix(sk, "PLACE#") {
			n.placed[shown.Key+" "+sk] = n.w.running
		}
		n.pending[shown.Key+" "+at(doc, []string{"dynamodb", "Keys", "sk", "S"})] = slices.Sorted(maps.Keys(held))
		n.remember(shown.Key, doc)
		records = append(records, shown)
	}
	n.w.stream(records)
	return response, nil
}

// keep notes an event, which is taken out of its item once it is handed on.
func (n *remote) keep(id string, item document) {
	e, err := n.w.eventIn(document{"dynamodb": document{"NewImage": item}})
	if err != nil {
		n.w.violate(id, "the outbox's event %s: %v", id, err)
		return
	}
	n.events = append(n.events, e)
}

// remember notes the calls that an item holds. One that it held has to make room when
// there are so many after it, and not before.
func (n *remote) remember(key string, doc document) {
	var v any = doc
	for _, name := range []string{"dynamodb", "NewImage", "calls", "L"} {
		inner, _ := v.(document)
		v = inner[name]
	}
	list, ok := v.([]any)
	if !ok {
		return
	}
	var now []string
	for _, c := range list {
		now = append(now, at(c.(document), []string{"M", "id", "S"}))
	}
	for _, id := range n.held[key] {
		if slices.Contains(now, id) {
			continue
		}
		if n.gone[id] = true; len(now) < itemHolds {
			n.w.violate(key, "a call of %s is forgotten after %d others, want %d", key, len(now), itemHolds)
		}
	}
	if len(now) > itemHolds {
		n.w.violate(key, "%s holds %d calls", key, len(now))
	}
	n.held[key] = now
}

// breaks changes a call as a run wants it broken.
func (n *remote) breaks(call string, body []byte) []byte {
	b := n.w.broken
	var in document
	if err := json.Unmarshal(body, &in); err != nil {
		return body
	}
	text := string(body)
	switch {
	case b.itemsWithoutCondition && call == "UpdateItem" && strings.Contains(text, `"#r = :read"`):
		delete(in, "ConditionExpression")
		delete(in["ExpressionAttributeValues"].(document), ":read")
	case b.outboxTakesOutNothing && call == "UpdateItem" && strings.Contains(text, "REMOVE"):
		in["UpdateExpression"], in["ExpressionAttributeValues"] = "SET handed = :yes", document{":yes": document{"S": "yes"}}
		delete(in, "ExpressionAttributeNames")
	case b.claimsAreNotVoided && call == "PutItem" && strings.Contains(text, `"void"`):
		in["Item"].(document)["sk"] = document{"S": "ELSEWHERE"}
	case b.theDoorStaysOpen && call == "PutItem" && strings.Contains(text, `"leavingAt"`):
		delete(in["Item"].(document), "leavingAt")
	case (b.itemsForgetCalls || b.itemsKeepFewCalls) && call == "UpdateItem":
		for name, v := range in["ExpressionAttributeValues"].(document) {
			if list, ok := v.(document)["L"].([]any); ok && b.itemsForgetCalls {
				in["ExpressionAttributeValues"].(document)[name] = document{"L": []any{}}
			} else if ok {
				in["ExpressionAttributeValues"].(document)[name] = document{"L": list[max(0, len(list)-3):]}
			}
		}
	default:
		return body
	}
	changed, err := json.Marshal(in)
	if err != nil {
		return body
	}
	return changed
}

// TestACrowdMakesCallsForgotten shows that a crowd makes more calls of a dinner than its
// item holds, and repeats some of those that had to make room.
func TestACrowdMakesCallsForgotten(t *testing.T) {
	var network *remote
	c := crowded(transport(t))
	c.open = func(w *world) Stores {
		table := newItems()
		network = &remote{w: w, serve: table.serve, records: table.records}
		return openGlobal(w, network)
	}
	repeated := 0
	for seed := uint64(1); seed <= 3; seed++ {
		synctest.Test(t, func(t *testing.T) {
			w, err := newWorld(seed, c)
			if err != nil {
				t.Fatal(err)
			}
			defer w.kill()
			w.drain()
			for _, m := range w.commands {
				if m.sent > 1 && network.gone[m.call.ID()] {
					repeated++
				}
			}
		})
	}
	if repeated < 3 {
		t.Errorf("%d calls were repeated and forgotten, want several", repeated)
	}
}

// TestGlobalOverTheNetwork runs a few seeds over a local AWS and over items in memory: they
// go the same way, step by step.
func TestGlobalOverTheNetwork(t *testing.T) {
	server := localaws.Start(t)
	tables := 0
	small := func(open func(*world) Stores) Config {
		return Config{Transport: transport(t), clients: 5, commands: 4, open: open}
	}
	network := small(func(w *world) Stores {
		tables++
		name := fmt.Sprintf("global-%d", tables)
		server.Table(t, name)
		stream, err := server.Stream(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		endpoint := *server.Config.BaseEndpoint
		return openGlobal(w, &remote{w: w, records: func() ([]document, error) { return stream.Records(context.Background()) },
			serve: func(r *http.Request, _ string, body []byte) (*http.Response, error) {
				in, err := http.NewRequestWithContext(r.Context(), r.Method, endpoint, bytes.NewReader(bytes.Replace(body, []byte(`"global"`), []byte(`"`+name+`"`), 1)))
				if err != nil {
					return nil, err
				}
				in.Header = r.Header
				return http.DefaultClient.Do(in)
			}})
	})
	memory := small(global(transport(t)).open)
	for seed := uint64(1); seed <= 2; seed++ {
		far, err := Run(seed, network)
		if err != nil {
			t.Fatal(err)
		}
		near, err := play(t, seed, memory)
		if err != nil {
			t.Fatal(err)
		}
		if far.Violations != "" {
			t.Errorf("seed %d: %s", seed, far.Violations)
		}
		if far != near {
			t.Errorf("seed %d: over the network %+v, in memory %+v", seed, far, near)
		}
		t.Logf("seed %d: %d commands, %d events, %d dead letters, %v", seed, far.Commands, far.Events, far.DeadLetters, far.Faults)
	}
}
