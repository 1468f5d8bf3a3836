package localdoor

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// payload2 is an HTTP API or a Function URL.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
type payload2 struct {
	stage, domain string
	// decodesPath is so for an HTTP API, whose rawPath is decoded, and which ends a
	// path at a question mark that was encoded. A Function URL hands over the path
	// as it is on the wire.
	decodesPath bool
}

func (f payload2) event(r *http.Request, body []byte, about about) ([]byte, error) {
	path := r.URL.EscapedPath()
	if f.decodesPath {
		path, _, _ = strings.Cut(r.URL.Path, "?")
	}
	h := forwarded(r)
	headers := map[string]string{}
	for name, values := range h {
		if name != "Cookie" {
			headers[strings.ToLower(name)] = strings.Join(values, ",")
		}
	}
	var cookies []string
	for _, line := range h.Values("Cookie") {
		for cookie := range strings.SplitSeq(line, ";") {
			cookies = append(cookies, strings.TrimSpace(cookie))
		}
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	parameters := map[string]string{}
	for name, values := range query {
		parameters[name] = strings.Join(values, ",")
	}
	stage := f.stage
	if stage == "" {
		stage = "$default"
	}
	e := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: "$default", RawPath: path, RawQueryString: r.URL.RawQuery,
		Cookies: cookies, Headers: headers, QueryStringParameters: parameters,
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey: "$default", AccountID: "123456789012", APIID: "abc123", Stage: stage, RequestID: about.id,
			DomainName: f.domain, DomainPrefix: "abc123",
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method: r.Method, Path: path, Protocol: "HTTP/1.1", SourceIP: source, UserAgent: r.UserAgent(),
			},
		},
	}
	if about.claims != nil {
		e.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
			JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: about.claims},
		}
	}
	e.Body, e.IsBase64Encoded = bodyOf(h, body)
	return json.Marshal(e)
}

// bodyOf returns a body as an event has it.
func bodyOf(h http.Header, body []byte) (text string, isBase64 bool) {
	if len(body) == 0 || isText(h) {
		return string(body), false
	}
	return base64.StdEncoding.EncodeToString(body), true
}

func (payload2) response(answer []byte) (*http.Response, error) {
	var a events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(answer, &a); err != nil {
		return nil, err
	}
	h := http.Header{}
	for name, value := range a.Headers { // multiValueHeaders are not read
		h.Set(name, value)
	}
	for _, cookie := range a.Cookies {
		h.Add("Set-Cookie", cookie)
	}
	return made(a.StatusCode, h, a.Body, a.IsBase64Encoded)
}
