// Package token verifies access tokens of a Cognito user pool.
//
// Doors that verify tokens themselves (API Gateway's authorizers) hand over the
// claims, which Check looks at once more; behind the others Verify does it all.
package token

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// ErrUnavailable means that the issuer's keys could not be had, so that nothing
// can be said about a token.
var ErrUnavailable = errors.New("the token issuer's keys are not available")

// MaxTokenBytes is the longest token that is looked at, and MaxSubject the longest
// name in it; it becomes part of keys.
// https://openid.net/specs/openid-connect-core-1_0.html#IDToken
const (
	MaxTokenBytes = 8 << 10
	MaxSubject    = 255
)

// compact are the characters of a token's compact serialization.
const compact = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

// Claims are what an access token says about its bearer.
type Claims struct {
	Subject  string `json:"sub"`
	ClientID string `json:"client_id"`
	// Use is "access" for access tokens and "id" for identity tokens; UseIAM for a
	// caller who has no token.
	Use string `json:"token_use"`
	// Scope lists scopes with spaces between.
	Scope string `json:"scope"`
}

// UseIAM is the use of claims about an AWS principal, whose signature a door has
// verified and whose policies let it call the route.
const UseIAM = "iam"

// Has reports whether the token carries the scope. Of an AWS principal's call it is
// the policy that let it in that stands for the scope.
func (c Claims) Has(scope string) bool {
	return c.Use == UseIAM || slices.Contains(strings.Fields(c.Scope), scope)
}

// Verifier verifies tokens of one issuer for some clients.
type Verifier struct {
	clients []string
	verify  *oidc.IDTokenVerifier
	// principals lets in AWS principals that a door has verified.
	principals bool
}

// WithPrincipals returns the verifier that also takes AWS principals whose
// signature a door has verified. Without it, claims about one are refused, so that
// no door that is set up otherwise can let them in.
func (v *Verifier) WithPrincipals() *Verifier {
	with := *v
	with.principals = true
	return &with
}

// NewVerifier returns a verifier of RS256 tokens that issuer signed for one of the
// clients, by their ids. It fetches keys from issuer/.well-known/jwks.json, where
// Cognito keeps them, with the transport.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
func NewVerifier(issuer string, clients []string, transport http.RoundTripper, now func() time.Time) *Verifier {
	return newVerifier(issuer, clients, newKeys(strings.TrimSuffix(issuer, "/")+"/.well-known/jwks.json", transport, now), now)
}

func newVerifier(issuer string, clients []string, keys oidc.KeySet, now func() time.Time) *Verifier {
	return &Verifier{
		clients: clients,
		verify: oidc.NewVerifier(issuer, keys, &oidc.Config{
			// Of every token, also of one whose signature the keys remember as proven and
			// do not look at again.
			SupportedSigningAlgs: []string{oidc.RS256},
			// An access token of Cognito has no audience; Check looks at client_id.
			SkipClientIDCheck: true,
			Now:               now,
		}),
	}
}

// Verify returns the claims of a token whose signature, issuer and times are
// right and that passes Check. It returns ErrUnavailable if the keys cannot be
// had; every other error means that the token is refused.
func (v *Verifier) Verify(ctx context.Context, raw string) (Claims, error) {
	if len(raw) > MaxTokenBytes {
		return Claims{}, fmt.Errorf("token of %d bytes, at most %d are read", len(raw), MaxTokenBytes)
	}
	// The library also takes the JSON serialization (RFC 7515, section 7.2), which no
	// issuer of access tokens writes and other parts of a system may read otherwise.
	if strings.Trim(raw, compact) != "" {
		return Claims{}, errors.New("token is not parts in base64url with dots between")
	}
	var lookup lookup
	t, err := v.verify.Verify(context.WithValue(ctx, lookupKey{}, &lookup), raw)
	if lookup.unavailable != nil {
		return Claims{}, lookup.unavailable
	}
	if err != nil {
		return Claims{}, err
	}
	var c Claims
	if err := t.Claims(&c); err != nil {
		return Claims{}, err
	}
	if c.Use == UseIAM {
		return Claims{}, errors.New("a token cannot say that IAM vouches for its bearer")
	}
	return c, v.Check(c)
}

// Check refuses claims of anything but an access token for one of the clients or,
// if they are taken, an AWS principal.
func (v *Verifier) Check(c Claims) error {
	switch {
	case c.Use == UseIAM && v.principals && c.Subject != "":
		return nil
	case c.Use != "access":
		return fmt.Errorf("token_use is %q, want access", c.Use)
	case !slices.Contains(v.clients, c.ClientID):
		return fmt.Errorf("client_id %q is not one of this system's clients", c.ClientID)
	case c.Subject == "":
		return errors.New("sub is empty")
	case len(c.Subject) > MaxSubject, strings.ContainsFunc(c.Subject, func(r rune) bool { return r < ' ' || r > '~' }):
		return fmt.Errorf("sub of %d bytes, want at most %d ASCII characters", len(c.Subject), MaxSubject)
	}
	return nil
}
