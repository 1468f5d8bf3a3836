package localdoor

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// balancer is an Application Load Balancer with a Lambda function as its target.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
type balancer struct {
	// multi is the target group's attribute lambda.multi_value_headers.enabled.
	multi bool
}

func (f balancer) event(r *http.Request, body []byte, _ about) ([]byte, error) {
	h := forwarded(r)
	lower := make(map[string][]string, len(h))
	for name, values := range h {
		lower[strings.ToLower(name)] = values
	}
	query := rawParameters(r.URL.RawQuery)
	e := events.ALBTargetGroupRequest{
		HTTPMethod: r.Method, Path: r.URL.EscapedPath(),
		RequestContext: events.ALBTargetGroupRequestContext{ELB: events.ELBContext{
			TargetGroupArn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/api/49e9d65c45c6791a",
		}},
	}
	if f.multi {
		e.MultiValueHeaders, e.MultiValueQueryStringParameters = lower, query
	} else {
		e.Headers, e.QueryStringParameters = last(lower), last(query)
	}
	e.Body, e.IsBase64Encoded = bodyOf(h, body)
	return json.Marshal(e)
}

// rawParameters returns the parameters of a query as they are on the wire: a load
// balancer does not decode them.
func rawParameters(query string) map[string][]string {
	parameters := map[string][]string{}
	if query == "" {
		return parameters
	}
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		parameters[name] = append(parameters[name], value)
	}
	return parameters
}

func (f balancer) response(answer []byte) (*http.Response, error) {
	var a events.ALBTargetGroupResponse
	if err := json.Unmarshal(answer, &a); err != nil {
		return nil, err
	}
	h := http.Header{}
	switch {
	case f.multi && a.MultiValueHeaders == nil:
		return nil, errors.New("answer without multiValueHeaders")
	case f.multi:
		for name, values := range a.MultiValueHeaders {
			for _, v := range values {
				h.Add(name, v)
			}
		}
	default:
		for name, value := range a.Headers {
			h.Set(name, value)
		}
	}
	return made(a.StatusCode, h, a.Body, a.IsBase64Encoded)
}
