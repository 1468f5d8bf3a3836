// Package accesslog says what an API Gateway front door records of each request:
// who asked for what, what came of it and how long it took. Neither tokens nor
// query strings nor bodies are in it, for they can hold personal data; nor is
// anything that a client words itself and that could break out of its quotes,
// such as a user agent.
package accesslog

import (
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
)

type field struct{ name, variable string }

var common = []field{
	{"requestId", "requestId"},
	{"time", "requestTimeEpoch"},
	{"sourceIp", "identity.sourceIp"},
	{"protocol", "protocol"},
	{"method", "httpMethod"},
	{"path", "path"},
	{"status", "status"},
	{"responseLength", "responseLength"},
	{"responseLatency", "responseLatency"},
	{"integrationStatus", "integration.status"},
	{"integrationLatency", "integration.latency"},
	{"integrationError", "integration.error"},
	{"errorType", "error.responseType"},
	{"authorizerError", "authorizer.error"},
}

// HTTP returns the format for an HTTP API, one JSON object on a line, without the
// subject of the token if it is to be anonymous. The
// variables are those of
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
func HTTP(anonymous bool) string {
	return format(slices.Concat([]field{{"route", "routeKey"}}, caller(anonymous), common))
}

// caller are the fields about who calls; anonymously, with which program only.
func caller(anonymous bool) []field {
	client := field{"client", "authorizer.claims.client_id"}
	if anonymous {
		return []field{client}
	}
	return []field{{"subject", "authorizer.claims.sub"}, client}
}

// REST returns the format for a REST API, one JSON object on a line, without the
// subject of the token if it is to be anonymous. The
// variables are those of
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
func REST(anonymous bool) string {
	return format(slices.Concat([]field{
		{"extendedRequestId", "extendedRequestId"},
		{"route", "resourcePath"},
	}, caller(anonymous), []field{
		{"apiKeyId", "identity.apiKeyId"},
		{"tlsVersion", "tlsVersion"},
		{"cipherSuite", "cipherSuite"},
		{"trace", "xrayTraceId"},
		{"wafStatus", "waf.status"},
	}, common))
}

// WebSocket returns the format for a WebSocket API, one JSON object on a line. It
// has nothing that a client sends: the token comes in a header.
func WebSocket() string {
	return format([]field{
		{"requestId", "requestId"}, {"route", "routeKey"}, {"event", "eventType"}, {"connection", "connectionId"},
		{"time", "requestTimeEpoch"}, {"sourceIp", "identity.sourceIp"}, {"status", "status"}, {"error", "error.message"},
	})
}

// format writes every value as a string: a variable without a value becomes "-",
// which is no JSON by itself.
func format(fields []field) string {
	parts := make([]string, 0, len(fields))
	for _, f := range fields {
		parts = append(parts, `"`+f.name+`":"$context.`+f.variable+`"`)
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// Destination returns the ARN of log as an API Gateway stage takes it, which is
// without the ":*" that other services want at its end.
func Destination(log awslogs.ILogGroup) *string {
	return awscdk.Stack_Of(log).FormatArn(&awscdk.ArnComponents{
		Service:      jsii.String("logs"),
		Resource:     jsii.String("log-group"),
		ResourceName: log.LogGroupName(),
		ArnFormat:    awscdk.ArnFormat_COLON_RESOURCE_NAME,
	})
}
