// Package localdoor plays AWS's front doors before a function, for tests and
// measurements: a request becomes the event that the door would send, and the
// function's answer the response that the door would make of it.
//
// It has no throttle, no WAF and no configuration of CORS, and of authorizers only
// what they do with a token: whatever else comes in reaches the function.
package localdoor

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Form is a kind of front door with its form of events.
type Form string

// The doors a function can stand behind.
const (
	RESTAPI     Form = "rest-api"     // API Gateway REST API, payload 1.0
	HTTPAPI     Form = "http-api"     // API Gateway HTTP API, payload 2.0
	ALBSingle   Form = "alb-single"   // load balancer, one value to a header
	ALBMulti    Form = "alb-multi"    // load balancer, several values to a header
	FunctionURL Form = "function-url" // Function URL, payload 2.0
)

// Forms returns every form.
func Forms() []Form { return []Form{RESTAPI, HTTPAPI, ALBSingle, ALBMulti, FunctionURL} }

// Door is an http.RoundTripper through one front door.
type Door struct {
	Form Form
	// Stage is the API's stage, the first part of each path that clients send; empty
	// for none, as at a domain name of one's own. Only API Gateway has stages.
	Stage string
	// Claims is an API's authorizer: it returns the claims in a token, or refuses it.
	// nil for none. Requests without a token pass, as on routes without authorizer.
	Claims func(token string) (map[string]string, error)
	// Invoke sends an event to the function and returns its answer.
	Invoke func(ctx context.Context, event []byte) ([]byte, error)
}

// Limits of doors, in bytes.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	maxALB    = 1 << 20
	maxLambda = 6 << 20
	// maxHeader is what an API takes of request line and headers together.
	maxHeader = 10240
)

// source is the address that every request seems to come from, one of those kept
// for documentation (RFC 5737).
const source = "203.0.113.7"

// coder makes events and reads answers in one form.
type coder interface {
	event(r *http.Request, body []byte, about about) ([]byte, error)
	response(answer []byte) (*http.Response, error)
}

// about is what a door knows of a request beside it.
type about struct {
	id     string
	claims map[string]string // nil without an authorizer
}

func (d Door) coder() (coder, error) {
	switch d.Form {
	case RESTAPI:
		return rest{d.Stage}, nil
	case HTTPAPI:
		return payload2{stage: d.Stage, decodesPath: true, domain: "abc123.execute-api.eu-west-1.amazonaws.com"}, nil
	case FunctionURL:
		return payload2{domain: "abc123.lambda-url.eu-west-1.on.aws"}, nil
	case ALBSingle:
		return balancer{}, nil
	case ALBMulti:
		return balancer{multi: true}, nil
	}
	return nil, fmt.Errorf("front door %q, want one of %v", d.Form, Forms())
}

// RoundTrip sends a request through the door.
func (d Door) RoundTrip(r *http.Request) (*http.Response, error) {
	c, err := d.coder()
	if err != nil {
		return nil, err
	}
	var body []byte
	if r.Body != nil {
		defer r.Body.Close() //nolint:errcheck // only read
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	about := about{id: strconv.FormatInt(time.Now().UnixNano(), 36)}
	response := d.refusal(r, body)
	if scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " "); d.Claims != nil && scheme != "" && response == nil {
		if about.claims, err = d.Claims(strings.TrimSpace(token)); err != nil {
			response = plain(http.StatusUnauthorized)
		}
	}
	if response == nil {
		event, err := c.event(r, body, about)
		if err != nil {
			return nil, err
		}
		response = d.invoke(r.Context(), c, event)
	}
	response.Request = r
	if r.Method == http.MethodHead || response.StatusCode == http.StatusNoContent || response.StatusCode == http.StatusNotModified {
		response.Body, response.ContentLength = http.NoBody, 0
	}
	return response, nil
}

func (d Door) balancer() bool { return d.Form == ALBSingle || d.Form == ALBMulti }

// refusal returns what a door answers by itself to a request that is too large.
func (d Door) refusal(r *http.Request, body []byte) *http.Response {
	header := len(r.Method) + len(r.URL.RequestURI())
	for name, values := range r.Header {
		for _, v := range values {
			header += len(name) + len(v)
		}
	}
	switch {
	case d.balancer() && len(body) > maxALB, len(body) > maxLambda:
		return plain(http.StatusRequestEntityTooLarge)
	case !d.balancer() && header > maxHeader:
		return plain(http.StatusRequestHeaderFieldsTooLarge)
	}
	return nil
}

// invoke returns what the door makes of the function's answer: 502 where there is
// none or it has not the form.
func (d Door) invoke(ctx context.Context, c coder, event []byte) *http.Response {
	answer, err := d.Invoke(ctx, event)
	if err != nil || len(answer) > maxLambda || d.balancer() && len(answer) > maxALB {
		return plain(http.StatusBadGateway)
	}
	response, err := c.response(answer)
	if err != nil {
		return plain(http.StatusBadGateway)
	}
	return response
}

// plain is a response of the door itself.
func plain(status int) *http.Response {
	return response(status, http.Header{"Content-Type": {"application/json"}}, []byte(`{"message":"`+http.StatusText(status)+`"}`))
}

func response(status int, header http.Header, body []byte) *http.Response {
	return &http.Response{
		Status: strconv.Itoa(status) + " " + http.StatusText(status), StatusCode: status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: header,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
}

// forwarded returns the request's headers with those that every door adds.
func forwarded(r *http.Request) http.Header {
	h := r.Header.Clone()
	if h == nil {
		h = http.Header{}
	}
	h.Set("Host", r.URL.Host)
	h.Set("X-Forwarded-Proto", "https")
	h.Set("X-Forwarded-Port", "443")
	if h.Get("X-Amzn-Trace-Id") == "" {
		h.Set("X-Amzn-Trace-Id", "Root=1-67891233-abcdef012345678912345678")
	}
	h.Set("X-Forwarded-For", strings.TrimPrefix(strings.Join(append(h.Values("X-Forwarded-For"), source), ", "), ", "))
	return h
}

// last returns the last value of each name.
func last(of map[string][]string) map[string]string {
	single := make(map[string]string, len(of))
	for name, values := range of {
		single[name] = values[len(values)-1]
	}
	return single
}

// isText reports whether a body of this content type goes into an event as it is;
// others go in base64.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer
func isText(h http.Header) bool {
	if h.Get("Content-Encoding") != "" {
		return false
	}
	media, _, _ := strings.Cut(strings.ToLower(h.Get("Content-Type")), ";")
	switch media = strings.TrimSpace(media); media {
	case "application/json", "application/javascript", "application/xml":
		return true
	}
	return strings.HasPrefix(media, "text/")
}
