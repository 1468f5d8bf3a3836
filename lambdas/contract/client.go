// Package contract states what a client may expect of the Dinner system's
// commands and queries, once, for every door and every way to run it.
package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Request is what a client sends. Target is the path as it is on the wire, with
// the query.
type Request struct {
	Method, Target string
	Header         http.Header
	Body           []byte
}

// Response is what a client gets.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Client carries requests to a system.
type Client interface {
	Do(ctx context.Context, r Request) (Response, error)
}

// System is what is held to the contract.
type System struct {
	Client Client
	// Token returns an access token of a person with scopes, spaces between.
	// Required by Run.
	Token func(person, scope string) string
	// Forged returns tokens of a person that nobody may take, by what is wrong with
	// them; nil where nobody forges any.
	Forged func(person string) map[string]string
	// Origin is the web origin whose pages may call. Required by Run.
	Origin string
	// DoorVerifies means that an authorizer of the door refuses tokens before the
	// system sees them.
	DoorVerifies bool
	// Procedures means that Client calls procedures, so that answers have none of the
	// headers of HTTP, and that only what maps to a procedure is asked.
	Procedures bool
	// Stall makes the store hang, or answer again; nil where that cannot be done.
	Stall func(t *testing.T, hang bool)
	// Live is where clients connect to be told at once, "wss://…/live"; empty where they
	// cannot.
	Live string
	// Settle carries events to the consumers; nil where the system does it itself.
	Settle func(t *testing.T)
}

// HTTP is the Client of a system at a URL.
type HTTP struct {
	URL    string
	Client *http.Client
}

// maxAnswer bounds the answers that are read; the largest pages are under 1 MB.
const maxAnswer = 6 << 20

// Do sends a request over the network.
func (h HTTP) Do(ctx context.Context, r Request) (Response, error) {
	request, err := http.NewRequestWithContext(ctx, r.Method, strings.TrimSuffix(h.URL, "/")+r.Target, bytes.NewReader(r.Body))
	if err != nil {
		return Response{}, err
	}
	request.Header = r.Header.Clone()
	response, err := h.Client.Do(request)
	if err != nil {
		return Response{}, err
	}
	defer response.Body.Close() //nolint:errcheck // only read
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	return Response{Status: response.StatusCode, Header: response.Header, Body: body}, err
}

// session is one run of the contract.
type session struct {
	System
	t      *testing.T
	people string // begins the names of this run's people
}

func newSession(t *testing.T, s System) *session {
	return &session{System: s, t: t, people: fmt.Sprintf("contract-%d-", time.Now().UnixNano())}
}

// in returns the session for a part of the test.
func (s *session) in(t *testing.T) *session {
	part := *s
	part.t = t
	return &part
}

// answer is a response with its JSON decoded.
type answer struct {
	Response
	line string
	json map[string]any
}

// send sends "METHOD TARGET" with headers as alternating names and values.
func (s *session) send(line, body string, headers ...string) answer {
	s.t.Helper()
	method, target, _ := strings.Cut(line, " ")
	r := Request{Method: method, Target: target, Header: http.Header{}, Body: []byte(body)}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := s.Client.Do(s.t.Context(), r)
	if err != nil {
		s.t.Fatalf("%s: %v", line, err)
	}
	a := answer{Response: response, line: line}
	if len(a.Body) > 0 {
		if err := json.Unmarshal(a.Body, &a.json); err != nil {
			s.t.Fatalf("%s answered %d %q: %v", line, a.Status, a.Body, err)
		}
	}
	return a
}

// as returns the headers of a person with both scopes.
func (s *session) as(name string, more ...string) []string {
	return append([]string{"Authorization", "Bearer " + s.Token(s.people+name, "dinner/host dinner/guest")}, more...)
}

// wants checks the status of an answer, 0 for one that does not matter, what every
// answer carries, and that an error is a problem of RFC 9457 with the code.
func (s *session) wants(a answer, status int, code string) answer {
	s.t.Helper()
	if status == 0 {
		status = a.Status
	}
	if a.Status != status {
		s.t.Fatalf("%s: got %d %s, want %d %s", a.line, a.Status, a.Body, status, code)
	}
	for name, value := range s.always() {
		if a.Header.Get(name) != value {
			s.t.Errorf("%s: %s is %q, want %q", a.line, name, a.Header.Get(name), value)
		}
	}
	if a.Header.Get("X-Request-Id") == "" {
		s.t.Errorf("%s: no request id", a.line)
	}
	if status < http.StatusBadRequest {
		if len(a.Body) > 0 && a.Header.Get("Content-Type") != "application/json" {
			s.t.Errorf("%s: content type %q", a.line, a.Header.Get("Content-Type"))
		}
		return a
	}
	if a.Header.Get("Content-Type") != "application/problem+json" || a.json["code"] != code || a.json["status"] != float64(status) ||
		a.json["type"] != "urn:dinner:problem:"+code || a.json["title"] != http.StatusText(status) ||
		a.json["requestId"] != a.Header.Get("X-Request-Id") || a.json["detail"] == "" || !s.Procedures && a.Header.Get("Cache-Control") != "no-store" {
		s.t.Errorf("%s: want the problem %q, got %v %s", a.line, code, a.Header, a.Body)
	}
	for _, word := range []string{"goroutine", "panic", ".go:", "dynamodb", "127.0.0.1", "localhost"} {
		if strings.Contains(string(a.Body), word) {
			s.t.Errorf("%s: the answer shows internals: %s", a.line, a.Body)
		}
	}
	return a
}

// forged returns tokens of a person of this run that nobody may take.
func (s *session) forged(name string) map[string]string {
	if s.Forged == nil {
		return nil
	}
	return s.Forged(s.people + name)
}

// always returns the headers of every answer.
func (s *session) always() map[string]string {
	if s.Procedures {
		return nil
	}
	return map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Strict-Transport-Security": "max-age=63072000; includeSubDomains",
		"Content-Security-Policy":   "default-src 'none'; frame-ancestors 'none'",
	}
}

// leads reports whether an answer that something was made leads to its path.
func (s *session) leads(a answer, path string) bool {
	s.t.Helper()
	return s.Procedures || s.location(a) == path
}

// location returns where the header Location leads from the request's target. It
// is relative, so that it also leads there behind an API with a stage.
func (s *session) location(a answer) string {
	s.t.Helper()
	_, target, _ := strings.Cut(a.line, " ")
	base, err := url.Parse(target)
	if err != nil {
		s.t.Fatal(err)
	}
	to, err := base.Parse(a.Header.Get("Location"))
	if err != nil || strings.HasPrefix(a.Header.Get("Location"), "/") {
		s.t.Errorf("%s: Location is %q", a.line, a.Header.Get("Location"))
		return ""
	}
	return to.String()
}

// follows is how long what follows from events is waited for: in a deployed system
// every function on the way may have to start first.
const follows = 30 * time.Second

// eventually waits for what follows from events.
func (s *session) eventually(what string, holds func() bool) {
	s.t.Helper()
	for end := time.Now().Add(follows); ; time.Sleep(50 * time.Millisecond) {
		if s.Settle != nil {
			s.Settle(s.t)
		}
		if holds() {
			return
		}
		if time.Now().After(end) {
			s.t.Fatalf("%s: not so after %v", what, follows)
		}
	}
}

// quoted returns a text as a JSON string.
func quoted(text string) string {
	raw, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string can always be written
	}
	return string(raw)
}

// escaped returns a text as a segment of a path or a value in a query.
func escaped(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }
