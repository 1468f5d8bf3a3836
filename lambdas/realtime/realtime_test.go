package realtime_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"fulcrum/lambdas/event"
	"fulcrum/lambdas/realtime"
	"fulcrum/lambdas/token"
	"fulcrum/lambdas/token/tokentest"
)

var noon = time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC)

// memory keeps connections in a list.
type memory struct{ all []realtime.Connection }

func (m *memory) Open(_ context.Context, c realtime.Connection) error {
	m.all = append(m.all, c)
	return nil
}

func (m *memory) Close(_ context.Context, id string) error {
	m.all = slices.DeleteFunc(m.all, func(c realtime.Connection) bool { return c.ID == id })
	return nil
}

func (m *memory) Of(_ context.Context, personID string) ([]realtime.Connection, error) {
	var of []realtime.Connection
	for _, c := range m.all {
		if c.PersonID == personID {
			of = append(of, c)
		}
	}
	return of, nil
}

// TestSockets holds who may connect and what each route answers.
func TestSockets(t *testing.T) {
	authorize := func(protocols string) string {
		return fmt.Sprintf(`{"type":"REQUEST","methodArn":"arn:connect","headers":{"Sec-WebSocket-Protocol":%q},"requestContext":{"routeKey":"$connect","connectionId":"c="}}`, protocols)
	}
	route := func(key, person, body string) string {
		return fmt.Sprintf(`{"requestContext":{"routeKey":%q,"connectionId":"c=","authorizer":{"principalId":%q}},"body":%q}`, key, person, body)
	}
	for _, c := range []struct{ name, event, want, fails string }{
		{"a guest", authorize("dinner.v1, bearer.guest"), `"Effect":"Allow","Resource":"arn:connect"`, ""},
		{"another scope", authorize("dinner.v1, bearer.host"), "", "Unauthorized"},
		{"a forged token", authorize("dinner.v1, bearer.forged"), "", "Unauthorized"},
		{"no token", authorize("dinner.v1"), "", "Unauthorized"},
		{"two tokens, of which the first counts", authorize("dinner.v1, bearer.guest, bearer.forged"), `"Effect":"Allow"`, ""},
		{"two tokens, the other way round", authorize("dinner.v1, bearer.forged, bearer.guest"), "", "Unauthorized"},
		{"another protocol", authorize("bearer.guest"), "", "Unauthorized"},
		{"the issuer is away", authorize("dinner.v1, bearer.away"), "", token.ErrUnavailable.Error() + ": timeout"},
		{"connecting", route("$connect", "ann", ""), `{"statusCode":200,"headers":{"Sec-WebSocket-Protocol":"dinner.v1"}}`, ""},
		{"connecting as nobody", route("$connect", "", ""), `{"statusCode":403}`, ""},
		{"ping", route("$default", "ann", "ping"), `{"statusCode":200,"body":"pong"}`, ""},
		{"anything else", route("$default", "ann", "{}"), `"statusCode":400`, ""},
		{"disconnecting", route("$disconnect", "ann", ""), `{"statusCode":200}`, ""},
		{"no connection", `{"requestContext":{"routeKey":"$default"}}`, "", "event has no connection"},
	} {
		t.Run(c.name, func(t *testing.T) {
			store := &memory{all: []realtime.Connection{{ID: "other", PersonID: "ann"}}}
			if c.name == "disconnecting" {
				store.all = append(store.all, realtime.Connection{ID: "c=", PersonID: "ann"})
			}
			s := realtime.Sockets{Connections: store, Tokens: &tokentest.Verifier{}, Scope: "dinner/guest", Now: func() time.Time { return noon }}
			got, err := s.Invoke(t.Context(), []byte(c.event))
			if err != nil && err.Error() != c.fails || err == nil && c.fails != "" {
				t.Fatalf("%v, want %q", err, c.fails)
			}
			if !strings.Contains(string(got), c.want) {
				t.Errorf("got %s, want %s", got, c.want)
			}
			open := 1
			if c.name == "connecting" {
				open = 2
				if last := store.all[1]; last != (realtime.Connection{ID: "c=", PersonID: "ann", ExpiresAt: noon.Add(2 * time.Hour)}) {
					t.Errorf("opened %+v", last)
				}
			}
			if len(store.all) != open {
				t.Errorf("open are %v", store.all)
			}
		})
	}
}

// sent keeps what was sent, and has one connection that is gone and one that fails.
type sent struct{ messages []string }

func (s *sent) Send(_ context.Context, c realtime.Connection, message []byte) error {
	switch c.ID {
	case "gone":
		return realtime.ErrGone
	case "broken":
		return errors.New("no network")
	}
	s.messages = append(s.messages, c.ID+" "+string(message))
	return nil
}

func reserved() event.Event {
	return event.Event{
		ID: "E1", Type: "Seat Reserved", Source: "dinner.reservation", Version: 1, OccurredAt: noon, Aggregate: "Dinner", AggregateID: "D1",
		Data: json.RawMessage(`{"contract":1,"dinnerId":"D1","reservationId":"R1","guestId":"ann","hostId":"bob","startsAt":"2030-03-05T19:00:00Z","seatsLeft":3}`),
	}
}

// TestPush wants each person to hear their own notice, on all their connections, and
// connections that are gone to be forgotten.
func TestPush(t *testing.T) {
	store := &memory{all: []realtime.Connection{{ID: "a1", PersonID: "ann"}, {ID: "gone", PersonID: "ann"}, {ID: "a2", PersonID: "ann"}, {ID: "b", PersonID: "bob"}, {ID: "c", PersonID: "cy"}}}
	door := &sent{}
	if err := (realtime.Push{Connections: store, Door: door}).Handle(t.Context(), reserved()); err != nil {
		t.Fatal(err)
	}
	slices.Sort(door.messages)
	if len(door.messages) != 3 || !strings.HasPrefix(door.messages[0], "a1 ") || !strings.HasPrefix(door.messages[1], "a2 ") || !strings.HasPrefix(door.messages[2], "b ") {
		t.Errorf("sent %v", door.messages)
	}
	if !strings.Contains(door.messages[0], "Your seat is reserved") || !strings.Contains(door.messages[2], "seats left: 3") {
		t.Errorf("sent %v", door.messages)
	}
	if len(store.all) != 4 || slices.ContainsFunc(store.all, func(c realtime.Connection) bool { return c.ID == "gone" }) {
		t.Errorf("open are %v", store.all)
	}
	store.all = []realtime.Connection{{ID: "broken", PersonID: "ann"}, {ID: "a1", PersonID: "ann"}}
	if err := (realtime.Push{Connections: store, Door: door}).Handle(t.Context(), reserved()); err == nil || len(door.messages) != 4 {
		t.Errorf("%v after %v: a failure is to be tried again, and to keep nobody else waiting", err, door.messages)
	}
}

// TestForget wants nothing left of a forgotten person's connections.
func TestForget(t *testing.T) {
	store := &memory{all: []realtime.Connection{{ID: "a1", PersonID: "ann"}, {ID: "b", PersonID: "bob"}}}
	e := reserved()
	e.Type, e.Data = "Guest Forgotten", json.RawMessage(`{"contract":1,"guestId":"ann"}`)
	if err := (realtime.Push{Connections: store, Door: &sent{}}).Handle(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if len(store.all) != 1 || store.all[0].ID != "b" {
		t.Errorf("open are %v", store.all)
	}
	store.all = []realtime.Connection{{ID: "a1", PersonID: "ann"}}
	if err := (realtime.Push{Connections: stubborn{store}, Door: &sent{}}).Handle(t.Context(), e); err == nil {
		t.Error("a connection that is not removed is taken for gone")
	}
}

// stubborn removes nothing.
type stubborn struct{ *memory }

func (stubborn) Close(context.Context, string) error { return errors.New("throttled") }

// TestGateway posts to a stand-in of the management address, which sees the id, the
// message and a signature for the service.
func TestGateway(t *testing.T) {
	status := http.StatusOK
	var seen *http.Request
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(status)
	}))
	defer server.Close()
	g := realtime.Gateway{
		Endpoint: server.URL + "/live", Region: "eu-west-1", Client: server.Client(), Now: func() time.Time { return noon },
		Credentials: aws.NewCredentialsCache(credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "")),
	}
	if err := g.Send(t.Context(), realtime.Connection{ID: "Zm9v+/="}, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if seen.Method != http.MethodPost || seen.URL.Path != "/live/@connections/Zm9v+/=" || string(body) != "hello" {
		t.Errorf("%s %s %s", seen.Method, seen.URL.Path, body)
	}
	if got := seen.Header.Get("Authorization"); !strings.Contains(got, "AKIDEXAMPLE/20300301/eu-west-1/execute-api/aws4_request") {
		t.Errorf("signed %s", got)
	}
	status = http.StatusGone
	if err := g.Send(t.Context(), realtime.Connection{ID: "c"}, nil); !errors.Is(err, realtime.ErrGone) {
		t.Errorf("410 is %v", err)
	}
	status = http.StatusForbidden
	if err := g.Send(t.Context(), realtime.Connection{ID: "c"}, nil); err == nil || errors.Is(err, realtime.ErrGone) {
		t.Errorf("403 is %v", err)
	}
	status, seen = http.StatusOK, nil
	if err := g.Send(t.Context(), realtime.Connection{ID: "c"}, make([]byte, realtime.MaxMessage+1)); err == nil || seen != nil {
		t.Errorf("a message that is too large was sent: %v", err)
	}
	if err := g.Send(t.Context(), realtime.Connection{ID: "c"}, make([]byte, realtime.MaxMessage)); err != nil {
		t.Errorf("the largest: %v", err)
	}
}
