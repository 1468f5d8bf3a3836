package token

import (
	"context"
	"regexp"
	"strings"
)

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

// CertificateHeader is where a door says whose certificate a client showed: the
// subject, as RFC 4514 writes it. A load balancer that verifies certificates sets
// it and takes away what the client sent under the name; package door does the
// same for the others.
//
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html
const CertificateHeader = "X-Amzn-Mtls-Clientcert-Subject"

// CommonName returns the common name in a subject such as "CN=partner,O=Example",
// or an empty string. It takes the first only, and nothing of a subject with escapes
// or quotes, within which a comma ends nothing: such names this system does not give
// out.
func CommonName(subject string) string {
	if strings.ContainsAny(subject, "\\\"") {
		return ""
	}
	for part := range strings.SplitSeq(subject, ",") {
		kind, name, found := strings.Cut(strings.TrimSpace(part), "=")
		if !found || !strings.EqualFold(kind, "CN") {
			continue
		}
		if commonName.MatchString(name) {
			return name
		}
		break
	}
	return ""
}

var commonName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,63}$`)
