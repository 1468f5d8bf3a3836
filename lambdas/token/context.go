package token

import "context"

type claimsKey struct{}

// WithClaims returns a context of a request whose door verified the token and
// found these claims in it.
func WithClaims(ctx context.Context, c Claims) context.Context {
	return context.WithValue(ctx, claimsKey{}, c)
}

// FromDoor returns the claims the door verified and whether it did.
func FromDoor(ctx context.Context) (Claims, bool) {
	c, ok := ctx.Value(claimsKey{}).(Claims)
	return c, ok
}
