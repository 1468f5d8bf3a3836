package door_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fulcrum/lambdas/door"
	"fulcrum/lambdas/token"
)

// TestWhoCalls holds what the handler is told of the caller, for each way in which a
// door can verify one, and that a client cannot say it itself.
func TestWhoCalls(t *testing.T) {
	http := func(context string) string {
		return fmt.Sprintf(`{"version":"2.0","rawPath":"/me","headers":{"x-amzn-mtls-clientcert-subject":"CN=forged"},"requestContext":{"stage":"$default","http":{"method":"GET","sourceIp":"192.0.2.1"},%s}}`, context)
	}
	rest := func(context string) string {
		return fmt.Sprintf(`{"httpMethod":"GET","path":"/me","headers":{"X-Amzn-Mtls-Clientcert-Subject":"CN=forged"},"requestContext":{%s}}`, context)
	}
	guest := &token.Claims{Subject: "ann", ClientID: "web", Use: "access", Scope: "dinner/guest"}
	const claims = `"sub":"ann","client_id":"web","token_use":"access","scope":"dinner/guest"`
	for _, c := range []struct {
		name, event string
		want        *token.Claims
		certificate string
	}{
		{"HTTP: JWT", http(`"authorizer":{"jwt":{"claims":{` + claims + `}}}`), guest, ""},
		{"HTTP: Lambda authorizer", http(`"authorizer":{"lambda":{` + claims + `}}`), guest, ""},
		{"HTTP: a role", http(`"authorizer":{"iam":{"userArn":"arn:aws:sts::1:assumed-role/x/made-up","userId":"AROA1:made-up","cognitoIdentity":null}}`), &token.Claims{Subject: "AROA1", Use: "iam"}, ""},
		{"HTTP: a person of a pool", http(`"authorizer":{"iam":{"userId":"AROA1:CognitoIdentityCredentials","cognitoIdentity":{"identityId":"eu-west-1:5"}}}`), &token.Claims{Subject: "eu-west-1:5", Use: "iam"}, ""},
		{"HTTP: a certificate", http(`"authentication":{"clientCert":{"subjectDN":"CN=partner"}}`), nil, "CN=partner"},
		{"HTTP: nobody", http(`"routeKey":"GET /me"`), nil, ""},
		// What an API Gateway says in its own form is taken from it alone.
		{"HTTP: in a REST API's forms", http(`"identity":{"userArn":"arn:aws:iam::1:user/bob","user":"AIDA1"},"authorizer":{"claims":{` + claims + `},` + claims + `}`), nil, ""},
		{"REST: in an HTTP API's forms", rest(`"authorizer":{"jwt":{"claims":{` + claims + `}},"lambda":{` + claims + `},"iam":{"userId":"AROA1:x"}}`), nil, ""},
		{"Function URL", http(`"domainName":"x.lambda-url.eu-west-1.on.aws","authorizer":{"jwt":{"claims":{` + claims + `}},"lambda":{` + claims + `},"iam":{"userId":"AROA1:x"}}`), nil, ""},
		{"REST: Cognito", rest(`"authorizer":{"claims":{` + claims + `}}`), guest, ""},
		{"REST: Lambda authorizer", rest(`"authorizer":{"principalId":"ann","integrationLatency":3,` + claims + `}`), guest, ""},
		{"REST: a user", rest(`"identity":{"userArn":"arn:aws:iam::1:user/bob","user":"AIDA1","cognitoIdentityId":null}`), &token.Claims{Subject: "AIDA1", Use: "iam"}, ""},
		{"REST: a certificate", rest(`"identity":{"clientCert":{"subjectDN":"CN=partner,O=Example"}}`), nil, "CN=partner,O=Example"},
		{"REST: nobody", rest(`"identity":{"userArn":null,"user":null}`), nil, ""},
		// A load balancer that verifies certificates has put the header there itself.
		{"ALB", `{"httpMethod":"GET","path":"/me","headers":{"x-amzn-mtls-clientcert-subject":"CN=partner"},"requestContext":{"elb":{"targetGroupArn":"arn"}}}`, nil, "CN=partner"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got seen
			if _, err := door.New(echo(&got)).Invoke(t.Context(), json.RawMessage(c.event)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got.Claims); diff != "" {
				t.Errorf("caller: -want +got:\n%s", diff)
			}
			if certificate := got.Header.Get(token.CertificateHeader); certificate != c.certificate {
				t.Errorf("certificate of %q, want %q", certificate, c.certificate)
			}
		})
	}
}
