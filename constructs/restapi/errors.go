package restapi

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/route"
)

// refusal is an answer that the API gives instead of the handler.
type refusal struct {
	kind   func() awsapigateway.ResponseType
	status int    // 0 for whatever the case asks for
	title  string // of the problem
	detail string // a variable of API Gateway's that says more; may be empty
}

// refusals are the API's own answers. The last two stand for the kinds that are
// not listed.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
var refusals = []refusal{
	{awsapigateway.ResponseType_BAD_REQUEST_BODY, 400, "The body is not valid", "$context.error.validationErrorString"},
	{awsapigateway.ResponseType_UNAUTHORIZED, 401, "A valid access token is needed", ""},
	{awsapigateway.ResponseType_EXPIRED_TOKEN, 401, "The access token has expired", ""},
	{awsapigateway.ResponseType_ACCESS_DENIED, 403, "Not allowed", ""},
	{awsapigateway.ResponseType_INVALID_API_KEY, 403, "A valid API key is needed", ""},
	{awsapigateway.ResponseType_WAF_FILTERED, 403, "Not allowed", ""},
	// What API Gateway says about a path or a method that does not exist.
	{awsapigateway.ResponseType_MISSING_AUTHENTICATION_TOKEN, 404, "There is nothing here", ""},
	{awsapigateway.ResponseType_REQUEST_TOO_LARGE, 413, "The request is too large", ""},
	{awsapigateway.ResponseType_UNSUPPORTED_MEDIA_TYPE, 415, "The media type is not supported", ""},
	{awsapigateway.ResponseType_THROTTLED, 429, "Too many requests", ""},
	{awsapigateway.ResponseType_QUOTA_EXCEEDED, 429, "The quota of the API key is used up", ""},
	{awsapigateway.ResponseType_INTEGRATION_TIMEOUT, 504, "The service took too long", ""},
	{awsapigateway.ResponseType_DEFAULT_4XX, 0, "The request was refused", ""},
	{awsapigateway.ResponseType_DEFAULT_5XX, 0, "The service failed", ""},
}

// addErrors makes the API's own errors problem details (RFC 9457) that a browser
// of another origin can read.
func addErrors(rest awsapigateway.RestApi, origins []string) {
	headers := map[string]*string{
		"Content-Type":  jsii.String("'application/problem+json'"),
		"Cache-Control": jsii.String("'no-store'"),
	}
	if len(origins) > 0 {
		headers["Access-Control-Allow-Origin"] = jsii.String("'" + allowed(origins) + "'")
		headers["Access-Control-Expose-Headers"] = jsii.String("'" + strings.Join(route.ResponseHeaders, ",") + "'")
	}
	for _, r := range refusals {
		kind := r.kind()
		options := &awsapigateway.GatewayResponseOptions{
			Type:            kind,
			ResponseHeaders: &headers,
			// The key is what the template is selected by, not what the client gets.
			Templates: &map[string]*string{"application/json": jsii.String(r.problem())},
		}
		if r.status != 0 {
			options.StatusCode = jsii.String(strconv.Itoa(r.status))
		}
		rest.AddGatewayResponse(kind.ResponseType(), options)
	}
}

func (r refusal) problem() string {
	problem := map[string]any{"type": "about:blank", "title": r.title, "instance": "urn:request:$context.requestId"}
	if r.status != 0 {
		problem["status"] = r.status
	}
	if r.detail != "" {
		problem["detail"] = r.detail
	}
	text, err := json.Marshal(problem)
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	return string(text)
}

// allowed returns the origin that errors are shown to. A gateway response cannot
// choose among several, so then it is any: these errors say nothing about the
// caller.
func allowed(origins []string) string {
	if len(origins) == 1 {
		return origins[0]
	}
	return "*"
}
