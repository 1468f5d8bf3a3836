package contract_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"fulcrum/lambdas/contract"
	"fulcrum/lambdas/contract/issuer"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/localdoor"
	"fulcrum/lambdas/notification"
	"fulcrum/lambdas/runtimeapi"
	"fulcrum/lambdas/search"
)

// functions are the binaries as Lambda runs them, over tables of their own in a local
// AWS.
type functions struct {
	aws       *localaws.Server
	store     string // the table
	api       *runtimeapi.Function
	consumers []consumer
	carried   map[string]bool // ids of events
}

type consumer struct {
	function *runtimeapi.Function
	handles  func(eventType string) bool
}

// start starts the system with the settings and tables whose names end in name.
func start(t *testing.T, server *localaws.Server, binaries, name string, settings []string) *functions {
	t.Helper()
	f := &functions{aws: server, store: "store-" + name, carried: map[string]bool{}}
	server.Table(t, f.store)
	server.Table(t, "read-models-"+name)
	settings = append(settings, "STORE_TABLE="+f.store, "READ_MODELS_TABLE=read-models-"+name)
	run := func(program string) *runtimeapi.Function {
		function, err := runtimeapi.Start(filepath.Join(binaries, program), settings...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(function.Close)
		return function
	}
	f.api = run("api")
	f.consumers = []consumer{{run("notification"), notification.Handles}, {run("search"), search.Handles}}
	return f
}

// settle carries the events that the store holds to the functions that consume
// them, as the pipe, the bus and the queues do.
func (f *functions) settle(t *testing.T) {
	t.Helper()
	var fresh []event.Event
	for _, e := range f.aws.Outbox(t, f.store) {
		if !f.carried[e.ID] {
			f.carried[e.ID] = true
			fresh = append(fresh, e)
		}
	}
	for _, c := range f.consumers {
		c.consume(t, fresh)
	}
}

func (c consumer) consume(t *testing.T, fresh []event.Event) {
	t.Helper()
	var batch events.SQSEvent
	for _, e := range fresh {
		if !c.handles(e.Type) {
			continue
		}
		body, err := event.ToBus(e)
		if err != nil {
			t.Fatal(err)
		}
		batch.Records = append(batch.Records, events.SQSMessage{MessageId: e.ID, Body: string(body)})
	}
	if len(batch.Records) == 0 {
		return
	}
	payload, err := json.Marshal(batch)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := c.function.Invoke(t.Context(), payload)
	if err != nil {
		t.Fatalf("%v\n%s", err, c.function.Output())
	}
	var answer events.SQSEventResponse
	if err := json.Unmarshal(raw, &answer); err != nil || len(answer.BatchItemFailures) > 0 {
		t.Fatalf("%v: %s\n%s", err, raw, c.function.Output())
	}
}

// stall makes the store hang; meanwhile an invocation has 2 s.
func (f *functions) stall(answer chan struct{}) func(*testing.T, bool) {
	return func(_ *testing.T, hang bool) {
		if !hang {
			close(answer)
			f.aws.Intercept(nil)
			f.api.Timeout = runtimeapi.Timeout
			return
		}
		f.api.Timeout = 2 * time.Second
		f.aws.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
			select {
			case <-answer:
				return false
			case <-r.Context().Done():
				return true
			}
		})
	}
}

// TestLambdaBinaries holds the function api to the contract behind each front door,
// with the consumers' functions beside it.
func TestLambdaBinaries(t *testing.T) {
	i, err := issuer.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	server := localaws.Start(t)
	binaries := runtimeapi.Build(t, "fulcrum/lambdas/cmd/api", "fulcrum/lambdas/cmd/notification", "fulcrum/lambdas/cmd/search")
	settings := append(server.Environment(), "CONSISTENCY=strong", "LOG_LEVEL=warn",
		"TOKEN_ISSUER="+i.URL, "TOKEN_CLIENTS="+issuer.Client, "ALLOWED_ORIGINS="+origin)
	for _, test := range []struct {
		name      string
		door      localdoor.Door
		hangsOnce bool // that takes seconds, and is the same behind every door
	}{
		{"rest-api", localdoor.Door{Form: localdoor.RESTAPI, Stage: "live"}, false},
		{"rest-api-authorizer", localdoor.Door{Form: localdoor.RESTAPI, Stage: "live", Claims: i.Verify}, false},
		{"http-api", localdoor.Door{Form: localdoor.HTTPAPI, Stage: "live"}, true},
		{"http-api-authorizer", localdoor.Door{Form: localdoor.HTTPAPI, Claims: i.Verify}, false},
		{"alb-single", localdoor.Door{Form: localdoor.ALBSingle}, false},
		{"alb-multi", localdoor.Door{Form: localdoor.ALBMulti}, false},
		{"function-url", localdoor.Door{Form: localdoor.FunctionURL}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := start(t, server, binaries, test.name, settings)
			test.door.Invoke = f.api.Invoke
			system := contract.System{
				Client: contract.HTTP{URL: "https://dinner.example/" + test.door.Stage, Client: &http.Client{Transport: test.door}},
				Token:  tokens(t, i), Forged: forged(t, i), Origin: origin, DoorVerifies: test.door.Claims != nil, Settle: f.settle,
			}
			if test.hangsOnce {
				system.Stall = f.stall(make(chan struct{}))
			}
			contract.Run(t, system)
			if !t.Failed() {
				return
			}
			for line := range strings.Lines(f.api.Output()) {
				if !strings.Contains(line, `"level":"INFO"`) {
					t.Log(line)
				}
			}
		})
	}
}
