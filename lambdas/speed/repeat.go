package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"fulcrum/lambdas/localaws"
)

// repeater is a local AWS that answers each operation of one function once, and from
// then on repeats that answer.
type repeater struct {
	aws *localaws.Server

	mu      sync.Mutex
	answers map[string]answer
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

func repeat(aws *localaws.Server) *httptest.Server {
	return httptest.NewServer(&repeater{aws: aws, answers: map[string]answer{}})
}

func (r *repeater) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return // the caller is gone
	}
	key := operation(q, body)
	r.mu.Lock()
	a, known := r.answers[key]
	r.mu.Unlock()
	if !known {
		if a, err = r.ask(q, body); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		r.mu.Lock()
		r.answers[key] = a
		r.mu.Unlock()
	}
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a caller that is gone needs none
}

// operation names what is asked: the operation, and of what. Items differ from one
// invocation to the next, and their tables do not.
func operation(q *http.Request, body []byte) string {
	table := ""
	if _, after, ok := bytes.Cut(body, []byte(`"TableName":"`)); ok {
		name, _, _ := bytes.Cut(after, []byte(`"`))
		table = string(name)
	}
	return strings.Join([]string{q.Method, q.URL.RequestURI(), q.Header.Get("X-Amz-Target"), table}, " ")
}

func (r *repeater) ask(q *http.Request, body []byte) (answer, error) {
	forward, err := http.NewRequestWithContext(q.Context(), q.Method, *r.aws.Config.BaseEndpoint+q.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	forward.Header, forward.Host = q.Header.Clone(), q.Host
	response, err := http.DefaultClient.Do(forward)
	if err != nil {
		return answer{}, fmt.Errorf("local AWS: %w", err)
	}
	defer response.Body.Close() //nolint:errcheck // only read
	got, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, got}, err
}
