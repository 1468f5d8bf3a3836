// Package tokentest takes and refuses tokens by their text, for tests of what follows
// from a token. How tokens are verified, package token tests.
package tokentest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"fulcrum/lambdas/token"
)

// Tokens that are taken, and the one of a moment when nobody can tell.
const (
	Guest = "guest" // of the person ann, with the scope dinner/guest
	Host  = "host"  // of the person bob, with the scope dinner/host
	Away  = "away"  // the issuer does not answer: token.ErrUnavailable
)

// Verifier takes the tokens of this package and no other. The zero value is ready to
// use, by one goroutine at a time.
type Verifier struct{ asked []string }

// Verify returns the claims of a token, token.ErrUnavailable for Away, and another
// error for a token that this package does not name.
func (v *Verifier) Verify(_ context.Context, raw string) (token.Claims, error) {
	v.asked = append(v.asked, raw)
	switch raw {
	case Guest:
		return token.Claims{Subject: "ann", ClientID: "web", Use: "access", Scope: "dinner/guest"}, nil
	case Host:
		return token.Claims{Subject: "bob", ClientID: "web", Use: "access", Scope: "dinner/host"}, nil
	case Away:
		return token.Claims{}, fmt.Errorf("%w: timeout", token.ErrUnavailable)
	}
	return token.Claims{}, errors.New("signature is wrong")
}

// Check takes all claims.
func (*Verifier) Check(token.Claims) error { return nil }

// WasAsked reports whether anybody wanted to know of a token.
func (v *Verifier) WasAsked(raw string) bool { return slices.Contains(v.asked, raw) }
