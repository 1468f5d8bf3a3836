package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
)

// OriginSecretHeader is the request header in which a distribution before the door
// proves that a request came through it.
const OriginSecretHeader = "X-Origin-Secret"

// fronted refuses what did not come through the distribution, if there is one: the
// door behind it is on the internet too.
func (c *Config) fronted(next http.Handler) http.Handler {
	if c.OriginSecret == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secret, err := c.OriginSecret(r.Context())
		if err != nil {
			c.problem(w, r, err)
			return
		}
		// Digests, so that not even the length is told by the time this takes.
		got, want := sha256.Sum256([]byte(r.Header.Get(OriginSecretHeader))), sha256.Sum256(secret)
		if len(secret) == 0 || subtle.ConstantTimeCompare(got[:], want[:]) == 0 {
			noteOperation(w, "passed by")
			c.problem(w, r, &httpError{
				status: http.StatusForbidden, code: "not-this-way",
				detail: "the system is not called at this address",
			})
			return
		}
		r.Header.Del(OriginSecretHeader) // nobody further in has a use for it
		next.ServeHTTP(w, r)
	})
}
