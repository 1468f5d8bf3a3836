package door

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"fulcrum/lambdas/telemetry"
	"fulcrum/lambdas/token"
)

// request returns the HTTP request in the event.
func (e *event) request(ctx context.Context) (*http.Request, error) {
	body := strings.NewReader(e.Body)
	if e.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(e.Body)
		if err != nil {
			return nil, fmt.Errorf("body is not base64: %w", err)
		}
		body = strings.NewReader(string(decoded))
	}
	method := e.HTTPMethod
	if e.payload2() {
		method = e.RequestContext.HTTP.Method
	}
	r, err := http.NewRequestWithContext(e.about(ctx), method, "/", body)
	if err != nil {
		return nil, fmt.Errorf("method %q: %w", method, err)
	}
	r.URL = e.url()
	r.RequestURI = r.URL.RequestURI()
	r.Header = e.header()
	r.Header.Del("Content-Length") // r.ContentLength says it, decoded
	r.Host = r.Header.Get("Host")
	if r.Host == "" {
		r.Host = e.RequestContext.DomainName
	}
	r.Header.Del("Host")
	e.setCertificate(r.Header)
	r.RemoteAddr = net.JoinHostPort(e.sourceIP(r.Header), "0")
	// Lambda's own trace header has the segment of this invocation in it.
	if trace, ok := ctx.Value("x-amzn-trace-id").(string); ok && trace != "" {
		r.Header.Set("X-Amzn-Trace-Id", trace)
	}
	return r, nil
}

// about returns the context of the request: its id and the claims in its token, if
// the door verified one. Nothing of it is taken from headers.
func (e *event) about(ctx context.Context) context.Context {
	id := e.RequestContext.RequestID
	if lc, ok := lambdacontext.FromContext(ctx); id == "" && ok {
		id = lc.AwsRequestID
	}
	if id != "" {
		ctx = telemetry.WithRequestID(ctx, id)
	}
	if claims, ok := e.claims(); ok {
		ctx = token.WithClaims(ctx, claims)
	}
	return ctx
}

// claims returns the claims an API Gateway authorizer verified: a JWT authorizer
// of an HTTP API, a Cognito authorizer of a REST API, a Lambda authorizer or IAM of
// both. Other doors have none.
func (e *event) claims() (token.Claims, bool) {
	if e.kind == restAPI && e.RequestContext.Identity.UserARN != "" {
		return e.RequestContext.Identity.principal().claims()
	}
	var authorizer struct {
		JWT *struct {
			Claims *token.Claims `json:"claims"`
		} `json:"jwt"`
		Verified *token.Claims `json:"claims"`
		// Lambda is what an HTTP API's Lambda authorizer says; a REST API's has its
		// claims right here, beside what API Gateway adds.
		Lambda *token.Claims `json:"lambda"`
		IAM    *principal    `json:"iam"`
		token.Claims
	}
	if err := json.Unmarshal(e.RequestContext.Authorizer, &authorizer); err != nil {
		return token.Claims{}, false // no authorizer, or one that is neither
	}
	switch {
	case e.kind == httpAPI && authorizer.IAM != nil:
		return authorizer.IAM.claims()
	case e.kind == httpAPI && authorizer.Lambda != nil && authorizer.Lambda.ClientID != "":
		return *authorizer.Lambda, true
	case e.kind == httpAPI && authorizer.JWT != nil && authorizer.JWT.Claims != nil:
		return *authorizer.JWT.Claims, true
	case e.kind == restAPI && authorizer.Verified != nil:
		return *authorizer.Verified, true
	case e.kind == restAPI && authorizer.ClientID != "":
		return authorizer.Claims, true
	}
	return token.Claims{}, false
}

// payload2 reports whether the event has the form 2.0.
func (e *event) payload2() bool { return e.kind == httpAPI || e.kind == functionURL }

// url returns the path, without a stage, and the query of the request. An HTTP API
// hands over the path decoded, whatever its name rawPath says; the other doors
// hand it over as the client wrote it.
func (e *event) url() *url.URL {
	path := e.Path
	if e.payload2() {
		path = e.RawPath
		if stage := e.RequestContext.Stage; stage != "" && stage != "$default" {
			if rest, ok := strings.CutPrefix(path, "/"+stage); ok && (rest == "" || rest[0] == '/') {
				path = rest
			}
		}
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	u := &url.URL{Path: path, RawQuery: e.rawQuery()}
	if e.kind == httpAPI {
		return u // decoding it once more would make another path of it
	}
	if decoded, err := url.PathUnescape(path); err == nil {
		u.Path, u.RawPath = decoded, path
	}
	return u
}

// rawQuery returns the query string. A load balancer hands over parameters as the
// client encoded them, a REST API decoded.
func (e *event) rawQuery() string {
	if e.payload2() {
		return e.RawQueryString
	}
	query := url.Values{}
	for name, value := range e.Query {
		query.Set(name, value)
	}
	for name, values := range e.MultiQuery {
		query[name] = values
	}
	if e.kind == restAPI {
		return query.Encode()
	}
	decoded := url.Values{}
	for name, values := range query {
		for _, v := range values {
			decoded.Add(unescape(name), unescape(v))
		}
	}
	return decoded.Encode()
}

func unescape(s string) string {
	if decoded, err := url.QueryUnescape(s); err == nil {
		return decoded
	}
	return s
}

// header returns the headers, with cookies joined as clients send them.
func (e *event) header() http.Header {
	h := http.Header{}
	for name, value := range e.Headers {
		h.Set(name, value)
	}
	for name, values := range e.MultiHeaders {
		h.Del(name)
		for _, v := range values {
			h.Add(name, v)
		}
	}
	if len(e.Cookies) > 0 {
		h.Set("Cookie", strings.Join(e.Cookies, "; "))
	}
	return h
}

// sourceIP returns the address of the client as the door saw it. A load balancer
// appends it to X-Forwarded-For; what is before it anybody may have written.
func (e *event) sourceIP(h http.Header) string {
	switch e.kind {
	case httpAPI, functionURL:
		return e.RequestContext.HTTP.SourceIP
	case restAPI:
		return e.RequestContext.Identity.SourceIP
	}
	all := strings.Split(strings.Join(h.Values("X-Forwarded-For"), ","), ",")
	return strings.TrimSpace(all[len(all)-1])
}
