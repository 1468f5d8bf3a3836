package door

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"
)

// response collects what a handler writes, up to a limit of bytes.
type response struct {
	header http.Header
	sent   http.Header // header when the status was written
	status int
	body   bytes.Buffer
	limit  int
	full   bool
	// bodiless leaves the body out; the door counts on that where HEAD asked.
	bodiless bool
}

func (w *response) Header() http.Header { return w.header }

func (w *response) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status, w.sent = status, w.header.Clone()
		w.sent.Del("Content-Length") // every door says it itself; a REST API would hand on this one under another name
	}
}

func (w *response) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.body.Len()+len(b) > w.limit {
		w.full = true
		return 0, http.ErrContentLength
	}
	return w.body.Write(b)
}

// problem replaces what was written by a problem of RFC 9457.
func (w *response) problem(status int, code string) {
	w.status, w.sent = status, http.Header{"Content-Type": {"application/problem+json"}, "Cache-Control": {"no-store"}}
	w.body.Reset()
	_, _ = fmt.Fprintf(&w.body, `{"type":"urn:dinner:problem:%s","title":%q,"status":%d,"code":%q}`, code, http.StatusText(status), status, code)
}

// answer is the union of what doors take as an answer.
type answer struct {
	StatusCode        int                 `json:"statusCode"`
	StatusDescription string              `json:"statusDescription,omitempty"`
	Headers           map[string]string   `json:"headers,omitempty"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders,omitempty"`
	Cookies           []string            `json:"cookies,omitempty"`
	Body              string              `json:"body"`
	IsBase64Encoded   bool                `json:"isBase64Encoded"`
}

// answer returns what was written in the form of the event's door.
func (e *event) answer(w *response) answer {
	w.WriteHeader(http.StatusOK)
	if w.full {
		w.problem(http.StatusInternalServerError, "response-too-large")
	}
	if w.bodiless {
		w.body.Reset()
	}
	a := answer{StatusCode: w.status}
	a.Body, a.IsBase64Encoded = encodeBody(w.sent.Get("Content-Type"), w.body.Bytes())
	switch e.kind {
	case restAPI:
		a.MultiValueHeaders = w.sent
	case albMulti:
		a.MultiValueHeaders = w.sent
		a.StatusDescription = description(w.status)
	case albSingle:
		a.Headers = joined(w.sent)
		if cookies := w.sent.Values("Set-Cookie"); len(cookies) > 0 {
			a.Headers["Set-Cookie"] = cookies[0] // this form has room for one
		}
		a.StatusDescription = description(w.status)
	case httpAPI, functionURL:
		a.Cookies = w.sent.Values("Set-Cookie")
		a.Headers = joined(w.sent)
	}
	return a
}

func description(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}

// joined returns headers with one value each; those with more are joined with
// commas (RFC 9110, section 5.3), except cookies, which are left out.
func joined(h http.Header) map[string]string {
	single := make(map[string]string, len(h))
	for name, values := range h {
		if name != "Set-Cookie" {
			single[name] = strings.Join(values, ", ")
		}
	}
	return single
}

// encodeBody returns a body as text if it is, else in base64.
func encodeBody(contentType string, body []byte) (text string, isBase64 bool) {
	media, _, err := mime.ParseMediaType(contentType)
	isText := err == nil && (strings.HasPrefix(media, "text/") || media == "application/json" || strings.HasSuffix(media, "+json"))
	if len(body) == 0 || isText && utf8.Valid(body) {
		return string(body), false
	}
	return base64.StdEncoding.EncodeToString(body), true
}
