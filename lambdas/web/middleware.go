package web

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"fulcrum/lambdas/event"
	"fulcrum/lambdas/telemetry"
)

// observed is a response that remembers how it went.
type observed struct {
	http.ResponseWriter
	status    int
	operation string
	client    string
}

func (o *observed) WriteHeader(status int) {
	if o.status == 0 {
		o.status = status
	}
	o.ResponseWriter.WriteHeader(status)
}

func (o *observed) Write(b []byte) (int, error) {
	if o.status == 0 {
		o.status = http.StatusOK
	}
	return o.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (o *observed) Unwrap() http.ResponseWriter { return o.ResponseWriter }

func noteOperation(w http.ResponseWriter, operation string) {
	if o, ok := w.(*observed); ok {
		o.operation = operation
	}
}

// about is what a record of the request says beside its outcome.
func (o *observed) about(r *http.Request, variant string) []any {
	about := []any{"method", r.Method, "status", o.status}
	if o.client != "" {
		about = append(about, "client", o.client)
	}
	if variant != "" {
		about = append(about, "variant", variant)
	}
	return about
}

func noteClient(w http.ResponseWriter, client string) {
	if o, ok := w.(*observed); ok {
		o.client = client
	}
}

// observe names the request, keeps its trace header, gives it up when it takes too
// long and records how it went. One context is of all of that: with each, a request is
// copied.
func (c *Config) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := c.Now()
		ctx := r.Context()
		if telemetry.RequestID(ctx) == "" {
			ctx = telemetry.WithRequestID(ctx, c.NewID())
		}
		if trace := r.Header.Get("X-Amzn-Trace-Id"); trace != "" {
			ctx = event.WithTrace(ctx, trace)
		}
		w.Header().Set("X-Request-Id", telemetry.RequestID(ctx))
		bounded, cancel := context.WithTimeout(ctx, requestTimeout)
		defer cancel()
		o := &observed{ResponseWriter: w, operation: "unknown"}
		next.ServeHTTP(o, r.WithContext(bounded))
		outcome := telemetry.Success
		switch {
		case o.status >= http.StatusInternalServerError:
			outcome = telemetry.Fault
		case o.status >= http.StatusBadRequest:
			outcome = telemetry.Refused
		}
		c.Metrics.Record(ctx, o.operation, outcome, c.Now().Sub(start), o.about(r, c.Variant)...)
	})
}

// recovered turns a panic into an internal error.
func (c *Config) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(p) // net/http's own way to end a connection
				}
				c.problem(w, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// Headers of cross-origin calls. API Gateway's HTTP API replaces them with its own
// where CORS is configured there; the other doors leave them to the handler.
const (
	corsMethods = "GET, POST, PUT, DELETE"
	corsHeaders = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match"
	corsExposed = "ETag, Location, Retry-After, X-Request-Id"
	corsMaxAge  = 2 * time.Hour // browsers keep a preflight's answer no longer
)

// always is what every response carries. Its values are shared: they may be replaced,
// as Header.Set does, and not changed.
var always = http.Header{
	"Strict-Transport-Security": {"max-age=63072000; includeSubDomains"},
	"X-Content-Type-Options":    {"nosniff"},
	"Content-Security-Policy":   {"default-src 'none'; frame-ancestors 'none'"},
	"Referrer-Policy":           {"no-referrer"},
	"Cache-Control":             {"no-store"},
}

// headers sets what every response carries and answers preflights.
func (c *Config) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		maps.Copy(h, always)
		if c.Variant != "" {
			h.Set("X-Variant", c.Variant)
		}
		if len(c.Origins) > 0 {
			h.Add("Vary", "Origin")
		}
		origin := r.Header.Get("Origin")
		allowed := slices.Contains(c.Origins, origin)
		if allowed {
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Expose-Headers", corsExposed)
			if c.Sticky {
				h.Set("Access-Control-Allow-Credentials", "true")
			}
		}
		if r.Method != http.MethodOptions || origin == "" || r.Header.Get("Access-Control-Request-Method") == "" {
			next.ServeHTTP(w, r)
			return
		}
		noteOperation(w, "preflight")
		h.Add("Vary", "Access-Control-Request-Method")
		if allowed && strings.Contains(corsMethods, r.Header.Get("Access-Control-Request-Method")) {
			h.Set("Access-Control-Allow-Methods", corsMethods)
			h.Set("Access-Control-Allow-Headers", corsHeaders)
			h.Set("Access-Control-Max-Age", fmt.Sprint(int(corsMaxAge.Seconds())))
		}
		w.WriteHeader(http.StatusNoContent)
	})
}
