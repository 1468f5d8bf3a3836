package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"fulcrum/lambdas/refusal"
	"fulcrum/lambdas/telemetry"
)

// httpError is an error of HTTP itself, with words for the client.
type httpError struct {
	status       int
	code, detail string
	header       map[string]string
}

func (e *httpError) Error() string { return e.detail }

// statuses of refusals. One that is not listed is a fault of this program.
var statuses = map[refusal.Code]int{
	refusal.Invalid:         http.StatusBadRequest,
	refusal.NotFound:        http.StatusNotFound,
	refusal.NotHost:         http.StatusForbidden,
	refusal.Forgotten:       http.StatusForbidden,
	refusal.NotOpen:         http.StatusConflict,
	refusal.CutOffPassed:    http.StatusConflict,
	refusal.DinnerFull:      http.StatusConflict,
	refusal.AlreadyReserved: http.StatusConflict,
	refusal.Changed:         http.StatusPreconditionFailed,
	refusal.KeyReused:       http.StatusUnprocessableEntity,
	refusal.TooOld:          http.StatusConflict,
	refusal.Busy:            http.StatusServiceUnavailable,
}

// problem is an answer of RFC 9457 with the extension members code, requestId and
// errors. Clients branch on code; it never changes.
type problem struct {
	Type      string          `json:"type"`
	Title     string          `json:"title"`
	Status    int             `json:"status"`
	Code      string          `json:"code"`
	Detail    string          `json:"detail"`
	RequestID string          `json:"requestId,omitempty"`
	Errors    []refusal.Field `json:"errors,omitempty"`
}

// problemOf is the problem that a refusal is.
func problemOf(e *refusal.Error) problem {
	p := problem{Status: statuses[e.Code], Code: string(e.Code), Detail: e.Detail, Errors: e.Fields}
	p.name()
	return p
}

// name sets what follows from code and status.
func (p *problem) name() {
	p.Type, p.Title = "urn:dinner:problem:"+p.Code, http.StatusText(p.Status)
}

// problem answers a request with what went wrong. What is not meant for clients
// is logged and answered as an internal error.
func (c *Config) problem(w http.ResponseWriter, r *http.Request, err error) {
	p := problem{RequestID: telemetry.RequestID(r.Context())}
	var (
		refused *refusal.Error
		ofHTTP  *httpError
	)
	switch {
	case errors.As(err, &ofHTTP):
		p.Status, p.Code, p.Detail = ofHTTP.status, ofHTTP.code, ofHTTP.detail
		for name, value := range ofHTTP.header {
			w.Header().Set(name, value)
		}
	case errors.As(err, &refused) && statuses[refused.Code] != 0:
		id := p.RequestID
		p = problemOf(refused)
		p.RequestID = id
	case errors.Is(err, context.DeadlineExceeded):
		p.Status, p.Code, p.Detail = http.StatusServiceUnavailable, "timeout", "the request took too long; try again"
	default:
		p.Status, p.Code, p.Detail = http.StatusInternalServerError, "internal", "something went wrong here"
	}
	if p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	if p.Status >= http.StatusInternalServerError {
		c.Log.ErrorContext(r.Context(), "request failed", "code", p.Code, "error", err)
	}
	p.name()
	body, err := json.Marshal(p)
	if err != nil {
		c.Log.ErrorContext(r.Context(), "problem not written", "error", err)
		body = []byte(`{"type":"urn:dinner:problem:internal","status":500,"code":"internal"}`)
		p.Status = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // a client that is gone needs no answer
}

func writeJSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	writeBody(w, status, body)
	return nil
}

// ofJSON is the type of answers. It is shared: it may be replaced and not changed.
var ofJSON = []string{"application/json"}

// shortBody is the longest body whose length a server of net/http says by itself;
// longer ones it would send in chunks.
const shortBody = 2 << 10

// writeBody answers with a JSON document.
func writeBody(w http.ResponseWriter, status int, body []byte) {
	w.Header()["Content-Type"] = ofJSON
	if len(body) > shortBody {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that is gone needs no answer
}
