package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/boot"
	"fulcrum/lambdas/contract/issuer"
	"fulcrum/lambdas/localaws"
)

// nowhere is a response that keeps nothing.
type nowhere struct {
	header http.Header
	status int
}

func (n *nowhere) Header() http.Header         { return n.header }
func (n *nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (n *nowhere) WriteHeader(status int)      { n.status = status }

// allocations tells what one request allocates in the handler, without a server.
func allocations(t localaws.Scope, report *report, _ string, _ effort) error {
	tokens, err := issuer.Start()
	if err != nil {
		return err
	}
	t.Cleanup(tokens.Close)
	handler, err := quiet(t.Context(), map[string]string{"STORE_TABLE": "", "TOKEN_ISSUER": tokens.URL, "TOKEN_CLIENTS": issuer.Client})
	if err != nil {
		return err
	}
	token, err := tokens.Token("host", "dinner/host dinner/guest", time.Hour)
	if err != nil {
		return err
	}
	request := func(method, path, body string) *http.Request {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+token)
		if body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		return r
	}
	at := time.Now().UTC().Add(48 * time.Hour)
	create := fmt.Sprintf(`{"title":"Soup","place":"Harbour 1","hostName":"Host","startsAt":%q,"confirmBy":%q,"seats":8,"minimum":2}`,
		at.Format(time.RFC3339), at.Add(-24*time.Hour).Format(time.RFC3339))
	made := httptest.NewRecorder()
	handler.ServeHTTP(made, request(http.MethodPost, "/dinners", create))
	var dinner struct{ DinnerID string }
	if err := json.Unmarshal(made.Body.Bytes(), &dinner); err != nil {
		return err
	}
	report.add("## Allocations\n\nOf one request in the handler over a store in memory, its log line included, without the server.\n\n| operation | allocations | KB | µs |\n|---|--:|--:|--:|\n")
	for _, o := range []struct {
		name, method, path, body string
		status                   int
	}{
		{"See Dinner", http.MethodGet, "/dinners/" + dinner.DinnerID, "", http.StatusOK},
		{"My Reservations", http.MethodGet, "/me/reservations", "", http.StatusOK},
		{"Create Dinner", http.MethodPost, "/dinners", create, http.StatusCreated},
	} {
		var wrong int
		b := testing.Benchmark(func(b *testing.B) {
			b.ReportAllocs()
			r := request(o.method, o.path, o.body)
			for b.Loop() {
				r.Body = io.NopCloser(strings.NewReader(o.body))
				answer := nowhere{header: http.Header{}}
				if handler.ServeHTTP(&answer, r); answer.status != o.status {
					wrong = answer.status
				}
			}
		})
		if wrong != 0 {
			return fmt.Errorf("%s: status %d", o.name, wrong)
		}
		report.add("| %s | %d | %.1f | %.0f |\n", o.name, b.AllocsPerOp(), float64(b.AllocedBytesPerOp())/1000, float64(b.NsPerOp())/1000)
	}
	report.add("\n")
	return nil
}

// quiet returns the server's handler with settings, which logs to nowhere.
func quiet(ctx context.Context, settings map[string]string) (http.Handler, error) {
	for name, value := range settings {
		if err := os.Setenv(name, value); err != nil {
			return nil, err
		}
	}
	nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	os.Stdout = nowhere // the service logs to it
	h, _, err := boot.Server(ctx)
	return h, err
}
