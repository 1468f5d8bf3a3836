package userpool

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/js"
)

// newWebClient defines the client of a browser. It has no secret, which a
// browser could not keep; PKCE, which the browser begins, stands in for it.
func newWebClient(users awscognito.UserPool, p Props, scopes []awscognito.OAuthScope) awscognito.UserPoolClient {
	allowed := append([]awscognito.OAuthScope{
		awscognito.OAuthScope_OPENID(), awscognito.OAuthScope_EMAIL(), awscognito.OAuthScope_PROFILE(),
	}, scopes...)
	return users.AddClient(jsii.String("Web"), &awscognito.UserPoolClientOptions{
		GenerateSecret:             jsii.Bool(false),
		AuthFlows:                  &awscognito.AuthFlow{UserSrp: jsii.Bool(true)},
		PreventUserExistenceErrors: jsii.Bool(true),
		EnableTokenRevocation:      jsii.Bool(true),
		SupportedIdentityProviders: &[]awscognito.UserPoolClientIdentityProvider{
			awscognito.UserPoolClientIdentityProvider_COGNITO(),
		},
		OAuth: &awscognito.OAuthSettings{
			Flows:        &awscognito.OAuthFlows{AuthorizationCodeGrant: jsii.Bool(true)},
			Scopes:       &allowed,
			CallbackUrls: js.Strings(p.CallbackURLs),
			LogoutUrls:   js.Strings(p.LogoutURLs),
		},
		// A front door cannot tell a revoked access token from a good one, so it
		// must be short; the refresh token can be revoked.
		AccessTokenValidity:  awscdk.Duration_Minutes(jsii.Number(15)),
		IdTokenValidity:      awscdk.Duration_Minutes(jsii.Number(15)),
		RefreshTokenValidity: awscdk.Duration_Days(jsii.Number(7)),
	})
}

// newMachineClient defines the client of a program. Cognito keeps the secret;
// whoever may call cognito-idp:DescribeUserPoolClient can read it.
func newMachineClient(users awscognito.UserPool, scopes []awscognito.OAuthScope) awscognito.UserPoolClient {
	client := users.AddClient(jsii.String("Machine"), &awscognito.UserPoolClientOptions{
		GenerateSecret:        jsii.Bool(true),
		EnableTokenRevocation: jsii.Bool(true),
		SupportedIdentityProviders: &[]awscognito.UserPoolClientIdentityProvider{
			awscognito.UserPoolClientIdentityProvider_COGNITO(),
		},
		OAuth: &awscognito.OAuthSettings{
			Flows:  &awscognito.OAuthFlows{ClientCredentials: jsii.Bool(true)},
			Scopes: &scopes,
		},
		AccessTokenValidity: awscdk.Duration_Minutes(jsii.Number(15)),
	})
	// With no flow named Cognito lets users sign in through the client, too; this
	// one refreshes tokens, of which the client credentials grant gives none.
	client.Node().DefaultChild().(awscognito.CfnUserPoolClient).SetExplicitAuthFlows(jsii.Strings("ALLOW_REFRESH_TOKEN_AUTH"))
	return client
}
