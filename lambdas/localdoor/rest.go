package localdoor

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// rest is a REST API without binary media types: every body is text.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
type rest struct{ stage string }

func (f rest) event(r *http.Request, body []byte, about about) ([]byte, error) {
	h := forwarded(r)
	e := events.APIGatewayProxyRequest{
		Resource: "/{proxy+}", HTTPMethod: r.Method,
		// A REST API hands over the path as it is on the wire, without the stage.
		Path:    strings.TrimPrefix(r.URL.EscapedPath(), stagePrefix(f.stage)),
		Headers: last(h), MultiValueHeaders: h,
		RequestContext: events.APIGatewayProxyRequestContext{
			AccountID: "123456789012", APIID: "abc123", ResourceID: "r1", ResourcePath: "/{proxy+}",
			Stage: f.stage, Path: r.URL.EscapedPath(), HTTPMethod: r.Method, Protocol: "HTTP/1.1",
			DomainName: "abc123.execute-api.eu-west-1.amazonaws.com", DomainPrefix: "abc123",
			RequestID: about.id, ExtendedRequestID: about.id + "=",
			Identity: events.APIGatewayRequestIdentity{SourceIP: source, UserAgent: r.UserAgent()},
		},
		Body: string(body), // the JSON around it replaces what is not UTF-8
	}
	if about.claims != nil { // as a Cognito authorizer hands them over
		e.RequestContext.Authorizer = map[string]any{"claims": about.claims}
	}
	if r.URL.RawQuery != "" {
		query, err := url.ParseQuery(r.URL.RawQuery) // a REST API decodes parameters
		if err != nil {
			return nil, err
		}
		e.QueryStringParameters, e.MultiValueQueryStringParameters = last(query), query
	}
	return json.Marshal(e)
}

// stagePrefix is how paths begin at an API with the stage.
func stagePrefix(stage string) string {
	if stage == "" {
		return ""
	}
	return "/" + stage
}

// remapped are headers of answers that a REST API gives another name.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
var remapped = []string{"Connection", "Content-Length", "Date", "Server", "Www-Authenticate"}

func (rest) response(answer []byte) (*http.Response, error) {
	var a events.APIGatewayProxyResponse
	if err := strict(answer, &a, "statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"); err != nil {
		return nil, err
	}
	h := http.Header{}
	for name, value := range a.Headers {
		h.Add(name, value)
	}
	for name, values := range a.MultiValueHeaders {
		for _, v := range values {
			h.Add(name, v)
		}
	}
	for _, name := range remapped {
		if values := h.Values(name); len(values) > 0 {
			h["X-Amzn-Remapped-"+name] = values
			h.Del(name)
		}
	}
	// Without binary media types base64 is not decoded.
	return made(a.StatusCode, h, a.Body, false)
}

// made is the response of an answer with a status.
func made(status int, h http.Header, body string, isBase64 bool) (*http.Response, error) {
	if status < 200 || status > 599 {
		return nil, errors.New("answer without a status")
	}
	raw := []byte(body)
	if isBase64 {
		var err error
		if raw, err = base64.StdEncoding.DecodeString(body); err != nil {
			return nil, err
		}
	}
	return response(status, h, raw), nil
}

// strict decodes an answer; one with other members is refused, as a REST API does.
func strict(answer []byte, into any, members ...string) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(answer, &raw); err != nil {
		return err
	}
	for _, m := range members {
		delete(raw, m)
	}
	if len(raw) > 0 {
		return errors.New("answer with members that this door does not know")
	}
	return json.Unmarshal(answer, into)
}
