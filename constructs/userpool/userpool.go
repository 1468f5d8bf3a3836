// Package userpool defines a Cognito user pool that issues the access tokens of
// a system, with its resource server, its sign-in pages and its clients.
//
// It serves people who sign in and programs that call on their own account.
// Choose IAM authorization instead where every caller is an AWS principal.
package userpool

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/constructs-go/constructs/v10"

	"fulcrum/constructs/keys"
)

// Props configures a Pool. The zero value of an optional field means its default.
type Props struct {
	// System names the resource server, the first part of every scope: "dinner"
	// for "dinner/guest". Lower-case letters, digits and dashes. Required.
	System string
	// Scopes are what a token can allow, without the system's name. Required.
	Scopes []Scope
	// Key encrypts the pool's users. Required.
	Key *keys.Key
	// DataClass is the class of data of the users. Default: the key's.
	DataClass string
	// CallbackURLs are where the web client is sent back to with its code after
	// signing in: https, or http on localhost. Required.
	CallbackURLs []string
	// LogoutURLs are where the web client is sent after signing out.
	// Default: CallbackURLs.
	LogoutURLs []string
	// Machine adds a client for programs that hold a secret and call with the
	// client credentials grant, such as tests and partners' services. It gets
	// every scope, and no user stands behind its tokens.
	// Default: none.
	Machine bool
	// SelfSignUp lets people make their own accounts.
	// Default: an administrator makes them.
	SelfSignUp bool
	// ThreatProtection finds and blocks leaked passwords and risky sign-ins. It
	// needs the feature plan Plus, which has no free tier.
	// Default: off, the pool is on the plan Essentials.
	ThreatProtection bool
	// Sandbox deletes the pool and its users with the stack.
	// Default: the pool is protected from deletion and outlives its stack.
	Sandbox bool
}

// Scope is one thing that a token can allow.
type Scope struct {
	// Name is the scope's own name, for example "guest". Required.
	Name string
	// Description says what it allows, in up to 256 characters. Required.
	Description string
}

// Pool is a user pool and the resources defined with it.
type Pool struct {
	Users          awscognito.UserPool
	ResourceServer awscognito.UserPoolResourceServer
	Domain         awscognito.UserPoolDomain
	// Web is a public client: a browser that signs a person in with an
	// authorization code and PKCE.
	Web awscognito.UserPoolClient
	// Machine is nil unless Props.Machine.
	Machine awscognito.UserPoolClient

	issuer string
	login  string
	// clients are those of a pool that another stack defines.
	clients []string
}

// Existing returns a pool that another stack defines, wherever it is: its tokens are
// verified by the keys that it publishes. It has no resources here.
func Existing(issuer, login string, clients []string) *Pool {
	return &Pool{issuer: issuer, login: login, clients: clients}
}

// New defines a user pool called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Pool { return build(scope, id, p) }

// Issuer returns the URL that tokens name in "iss".
func (p *Pool) Issuer() string { return p.issuer }

// JWKS returns the URL of the public keys that tokens are verified with.
func (p *Pool) JWKS() string { return p.issuer + "/.well-known/jwks.json" }

// Login returns the URL of the sign-in pages; tokens are had at its /oauth2/token.
func (p *Pool) Login() string { return p.login }

// ClientIDs returns the ids of the pool's clients, the web client first: the
// "client_id" of every access token that the pool issues.
func (p *Pool) ClientIDs() []string {
	if p.Web == nil {
		return p.clients
	}
	ids := []string{*p.Web.UserPoolClientId()}
	if p.Machine != nil {
		ids = append(ids, *p.Machine.UserPoolClientId())
	}
	return ids
}
