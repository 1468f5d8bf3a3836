package token_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/token"
)

// local sends what is meant for AWS to the local one.
type local struct{ to *url.URL }

func (l local) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = l.to.Scheme, l.to.Host
	return http.DefaultTransport.RoundTrip(r)
}

// TestCognito signs a person in at a user pool of a local AWS and verifies the
// tokens that it issues, against the keys that it serves.
func TestCognito(t *testing.T) {
	server := localaws.Start(t)
	cognito := cognitoidentityprovider.NewFromConfig(server.Config)
	pool, err := cognito.CreateUserPool(t.Context(), &cognitoidentityprovider.CreateUserPoolInput{PoolName: aws.String("people")})
	if err != nil {
		t.Fatal(err)
	}
	client := func(name string) *string {
		made, err := cognito.CreateUserPoolClient(t.Context(), &cognitoidentityprovider.CreateUserPoolClientInput{
			UserPoolId: pool.UserPool.Id, ClientName: &name,
			ExplicitAuthFlows: []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserPasswordAuth},
		})
		if err != nil {
			t.Fatal(err)
		}
		return made.UserPoolClient.ClientId
	}
	web, other := client("web"), client("other")
	const password = "A-long-passw0rd!"
	created, err := cognito.AdminCreateUser(t.Context(), &cognitoidentityprovider.AdminCreateUserInput{
		UserPoolId: pool.UserPool.Id, Username: aws.String("guest"), TemporaryPassword: aws.String(password),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = cognito.AdminSetUserPassword(t.Context(), &cognitoidentityprovider.AdminSetUserPasswordInput{
		UserPoolId: pool.UserPool.Id, Username: aws.String("guest"), Password: aws.String(password), Permanent: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	signIn := func(client *string) (access, identity string) {
		signed, err := cognito.InitiateAuth(t.Context(), &cognitoidentityprovider.InitiateAuthInput{
			ClientId: client, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
			AuthParameters: map[string]string{"USERNAME": "guest", "PASSWORD": password},
		})
		if err != nil {
			t.Fatal(err)
		}
		return *signed.AuthenticationResult.AccessToken, *signed.AuthenticationResult.IdToken
	}
	to, err := url.Parse(*server.Config.BaseEndpoint)
	if err != nil {
		t.Fatal(err)
	}
	issuer := "https://cognito-idp.eu-west-1.amazonaws.com/" + *pool.UserPool.Id
	v := token.NewVerifier(issuer, []string{*web}, local{to}, time.Now)
	access, identity := signIn(web)
	claims, err := v.Verify(t.Context(), access)
	if err != nil {
		t.Fatal(err)
	}
	var sub string
	for _, a := range created.User.Attributes {
		if *a.Name == "sub" {
			sub = *a.Value
		}
	}
	if claims.Subject == "" || claims.Subject != sub || claims.ClientID != *web || claims.Use != "access" {
		t.Errorf("claims are %+v, want those of %s at %s", claims, sub, *web)
	}
	foreign, _ := signIn(other)
	header, rest, _ := strings.Cut(access, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	first := "A"
	if strings.HasPrefix(signature, first) {
		first = "B"
	}
	elsewhere := token.NewVerifier(issuer+"x", []string{*web}, local{to}, time.Now)
	for name, refused := range map[string]func() error{
		"an identity token":       func() error { _, err := v.Verify(t.Context(), identity); return err },
		"another client's token":  func() error { _, err := v.Verify(t.Context(), foreign); return err },
		"a changed signature":     func() error { _, err := v.Verify(t.Context(), header+"."+payload+"."+first+signature[1:]); return err },
		"a token of another pool": func() error { _, err := elsewhere.Verify(t.Context(), access); return err },
		"a token after its time": func() error {
			late := token.NewVerifier(issuer, []string{*web}, local{to}, func() time.Time { return time.Now().Add(48 * time.Hour) })
			_, err := late.Verify(t.Context(), access)
			return err
		},
	} {
		if refused() == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
