package direct

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/route"
)

// answer is what a client gets for what the service said.
type answer struct {
	// when is a pattern of the service's status codes; empty for every other.
	when   string
	status int
	// body is a template of JSON, empty for what the service sent or, with a
	// status that has no body, for none.
	body string
	// headers are values or, without quotes, parameters of the integration's.
	headers map[string]string
	convert awsapigateway.ContentHandling
}

// accepted is the answer to what was taken for later: its id, by which it can be
// found in logs.
const accepted = `{"id":"$context.extendedRequestId"}`

// problem is a refusal as of RFC 9457.
func problem(status int, title string) string {
	return fmt.Sprintf(`{"type":"about:blank","title":%q,"status":%d,"instance":"urn:request:$context.requestId"}`, title, status)
}

// again turns an answer into one that asks to try later. It is for services that
// tell failure in the body only; see the pages on overrides.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
var again = `#set($context.responseOverride.status = 503)
#set($context.responseOverride.header.Content-Type = "application/problem+json")
#set($context.responseOverride.header.Retry-After = "1")
` + problem(503, "The service is busy")

var (
	// failed is for whatever the service says that is not expected: its own words
	// may name resources, so the client gets ours.
	failed = answer{status: 500, body: problem(500, "The service failed"), headers: problemType}
	// busy is for what may work in a moment.
	busy = answer{when: `(429|5\d{2})`, status: 503, body: problem(503, "The service is busy"), headers: map[string]string{
		"Content-Type": "'application/problem+json'", "Retry-After": "'1'",
	}}
	problemType = map[string]string{"Content-Type": "'application/problem+json'"}
)

// integrationResponses returns the answers as API Gateway takes them.
func (d Door) integrationResponses(answers []answer) *[]*awsapigateway.IntegrationResponse {
	var list []*awsapigateway.IntegrationResponse
	for _, a := range answers {
		parameters := map[string]*string{}
		for name, value := range d.headersOf(a) {
			parameters["method.response.header."+name] = jsii.String(value)
		}
		response := &awsapigateway.IntegrationResponse{
			StatusCode: jsii.String(fmt.Sprint(a.status)), ResponseParameters: &parameters, ContentHandling: a.convert,
		}
		if a.when != "" {
			response.SelectionPattern = jsii.String(a.when)
		}
		if a.body != "" {
			response.ResponseTemplates = &map[string]*string{"application/json": jsii.String(a.body)}
		}
		list = append(list, response)
	}
	return &list
}

// methodResponses declares each status once, with the headers of all its answers.
func (d Door) methodResponses(answers []answer) []*awsapigateway.MethodResponse {
	declared := map[int]map[string]*bool{}
	for _, a := range answers {
		if declared[a.status] == nil {
			declared[a.status] = map[string]*bool{}
		}
		for name := range d.headersOf(a) {
			declared[a.status]["method.response.header."+name] = jsii.Bool(false)
		}
	}
	var list []*awsapigateway.MethodResponse
	for _, status := range slices.Sorted(maps.Keys(declared)) {
		parameters := declared[status]
		list = append(list, &awsapigateway.MethodResponse{StatusCode: jsii.String(fmt.Sprint(status)), ResponseParameters: &parameters})
	}
	return list
}

// headersOf adds to an answer's headers what every answer has, as the service's
// own answers have it.
func (d Door) headersOf(a answer) map[string]string {
	headers := map[string]string{
		"Cache-Control":             "'no-store'",
		"Strict-Transport-Security": "'max-age=63072000; includeSubDomains'",
		"X-Content-Type-Options":    "'nosniff'",
		"X-Request-Id":              "context.requestId",
	}
	if d.Origin != "" {
		headers["Access-Control-Allow-Origin"] = "'" + d.Origin + "'"
		headers["Access-Control-Expose-Headers"] = "'" + strings.Join(route.ResponseHeaders, ",") + "'"
	}
	maps.Copy(headers, a.headers)
	return headers
}
