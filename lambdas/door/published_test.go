package door_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"fulcrum/lambdas/door"
	"fulcrum/lambdas/published"
	"fulcrum/lambdas/token"
)

// TestPublishedEvents serves the sample events of aws-lambda-go as they are, each of
// them that comes from a front door. Of the headers one is looked at.
func TestPublishedEvents(t *testing.T) {
	const body = "{\r\n\t\"a\": 1\r\n}"
	rest := seen{
		Method: "POST", Path: "/hello/world", RequestURI: "/hello/world?name=me", RemoteAddr: "192.168.196.186:0", Host: "gy415nuibc.execute-api.us-east-1.amazonaws.com",
		Query: url.Values{"name": {"me"}}, Header: http.Header{"Headername": {"headerValue"}}, RequestID: "deef4878-7910-11e6-8f14-25afc3e9ae33", Body: body,
		Claims: &token.Claims{Subject: "theCognitoIdentityId", Use: token.UseIAM},
	}
	api := func(claims *token.Claims) seen {
		return seen{
			Method: "GET", Path: "/my/path", RequestURI: "/my/path?parameter1=value1&parameter1=value2&parameter2=value", RemoteAddr: "IP:0", Host: "id.execute-api.us-east-1.amazonaws.com",
			Query: url.Values{"parameter1": {"value1", "value2"}, "parameter2": {"value"}}, Header: http.Header{"Cookie": {"cookie1; cookie2"}}, RequestID: "id", Body: body, Claims: claims,
		}
	}
	for name, want := range map[string]seen{
		"apigw-request":                      rest,
		"apigw-restapi-openapi-request":      rest,
		"apigw-v2-request-jwt-authorizer":    api(&token.Claims{}), // its claims are none of ours
		"apigw-v2-request-iam":               api(&token.Claims{Subject: "us-east-1:3f291106-8703-466b-8f2b-3ecee1ca56ce", Use: token.UseIAM}),
		"apigw-v2-request-lambda-authorizer": api(nil),
		"apigw-v2-request-no-authorizer": {
			Method: "GET", Path: "/", RequestURI: "/", RemoteAddr: "1.2.3.4:0", Host: "aaaaaaaaaa.execute-api.us-west-2.amazonaws.com",
			Query: url.Values{}, Header: http.Header{"X-Forwarded-Port": {"443"}}, RequestID: "LV7fzho-PHcEJPw=",
		},
		"lambda-urls-request": {
			Method: "POST", Path: "/my/path", RequestURI: "/my/path?parameter1=value1&parameter1=value2&parameter2=value", RemoteAddr: "123.123.123.123:0", Host: "<url-id>.lambda-url.us-west-2.on.aws",
			Query: url.Values{"parameter1": {"value1", "value2"}, "parameter2": {"value"}}, Header: http.Header{"Header2": {"value1,value2"}}, RequestID: "id", Body: "Hello from client!",
		},
		"alb-lambda-target-request-headers-only": {
			Method: "GET", Path: "/", RequestURI: "/?key=hello", RemoteAddr: "25.12.198.67:0", Host: "lambda-test-alb-1334523864.us-east-1.elb.amazonaws.com",
			Query: url.Values{"key": {"hello"}}, Header: http.Header{"X-Amzn-Trace-Id": {"Root=1-5c34e93e-4dea0086f9763ac0667b115a"}},
		},
		"alb-lambda-target-request-multivalue-headers": {
			Method: "GET", Path: "/", RequestURI: "/?key=hello", RemoteAddr: "72.21.198.67:0", Host: "lambda-test-alb-1234567.us-east-1.elb.amazonaws.com",
			Query: url.Values{"key": {"hello"}}, Header: http.Header{"X-Amzn-Trace-Id": {"Root=1-5c34e7d4-00ca239424b68028d4c56d68"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var saw seen
			if _, err := door.New(echo(&saw)).Invoke(t.Context(), published.Event(t, name)); err != nil {
				t.Fatal(err)
			}
			for header := range saw.Header {
				if want.Header[header] == nil {
					saw.Header.Del(header)
				}
			}
			want.ContentLength, want.EscapedPath = int64(len(want.Body)), want.Path
			if diff := cmp.Diff(want, saw, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
