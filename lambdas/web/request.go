package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
	"fulcrum/lambdas/token"
)

// Bounds of a request.
const (
	maxBody = 16 << 10
	maxKey  = 255
)

// authenticate returns who sent a request, from the claims its door verified or
// from its bearer token, after checking that the token carries the scope.
func (c *Config) authenticate(r *http.Request, scope string) (caller, error) {
	if scope == "" {
		return caller{}, nil
	}
	claims, verified := token.FromDoor(r.Context())
	var err error
	if verified {
		err = c.Tokens.Check(claims)
	} else {
		scheme, raw, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") || raw == "" {
			return caller{}, unauthorized("Bearer", "send an access token in the header Authorization, after Bearer")
		}
		claims, err = c.Tokens.Verify(r.Context(), strings.TrimSpace(raw))
	}
	switch {
	case errors.Is(err, token.ErrUnavailable):
		c.Log.ErrorContext(r.Context(), "token not verified", "error", err)
		return caller{}, &httpError{
			status: http.StatusServiceUnavailable, code: "identity-unavailable", detail: "tokens cannot be verified now; try again",
		}
	case err != nil:
		c.Log.InfoContext(r.Context(), "token refused", "error", err)
		return caller{}, unauthorized(`Bearer error="invalid_token"`, "the access token is not valid")
	case !claims.Has(scope):
		return caller{}, &httpError{
			status: http.StatusForbidden, code: "insufficient-scope", detail: "the access token lacks the scope " + scope,
			header: map[string]string{"WWW-Authenticate": `Bearer error="insufficient_scope", scope="` + scope + `"`},
		}
	}
	who := caller{id: claims.Subject}
	if c.Certificates {
		if who.client = token.CommonName(r.Header.Get(token.CertificateHeader)); who.client == "" {
			return caller{}, &httpError{
				status: http.StatusForbidden, code: "certificate-required", detail: "the door names no client certificate with a plain common name",
			}
		}
	}
	if c.Alias == nil {
		return who, nil
	}
	who.id, err = c.Alias(r.Context(), claims.Subject)
	return who, err
}

func unauthorized(challenge, detail string) error {
	return &httpError{
		status: http.StatusUnauthorized, code: "unauthorized", detail: detail,
		header: map[string]string{"WWW-Authenticate": challenge},
	}
}

// command reads the body of a command, an object of named values, and the call it
// is recorded under.
func command(r *http.Request, who caller, operation string) (*values, once.Call, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, once.Call{}, err
	}
	v := &values{raw: map[string]json.RawMessage{}}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &v.raw); err != nil || v.raw == nil {
			return nil, once.Call{}, &httpError{
				status: http.StatusBadRequest, code: "malformed-body", detail: "the body is not one JSON object",
			}
		}
	}
	key := r.Header.Get("Idempotency-Key")
	if len(key) > maxKey || strings.ContainsFunc(key, func(c rune) bool { return c <= ' ' || c > '~' }) {
		v.bad.Add("Idempotency-Key", nil, "must have at most %d visible ASCII characters", maxKey)
	}
	return v, once.Call{
		Person: who.id, Operation: operation, Key: key,
		Fingerprint: once.Fingerprint([]byte(r.Method), []byte(r.URL.Path), []byte(r.Header.Get("If-Match")), body),
		Versions:    versions(r.Header),
	}, nil
}

func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, &httpError{
			status: http.StatusRequestTimeout, code: "slow-body", detail: "the body did not arrive in time",
			header: map[string]string{"Connection": "close"},
		}
	case err != nil:
		return nil, &httpError{status: http.StatusBadRequest, code: "malformed-body", detail: "the body cannot be read"}
	}
	switch media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); {
	case len(body) == 0:
		return nil, nil
	case len(body) > maxBody:
		return nil, &httpError{
			status: http.StatusRequestEntityTooLarge, code: "body-too-large",
			detail: "a body has at most " + strconv.Itoa(maxBody) + " bytes", header: map[string]string{"Connection": "close"},
		}
	case err != nil || media != "application/json":
		return nil, &httpError{
			status: http.StatusUnsupportedMediaType, code: "unsupported-media-type",
			detail: "send the body as application/json", header: map[string]string{"Accept": "application/json"},
		}
	case bytes.ContainsRune(body, utf8.RuneError):
		// It is what is not UTF-8, and what a door that carries bodies as text has put
		// in its place.
		return nil, &httpError{status: http.StatusBadRequest, code: "malformed-body", detail: "the body is not UTF-8"}
	}
	return body, nil
}

// values are the named values of a body; what is wrong with them is collected.
type values struct {
	raw map[string]json.RawMessage
	bad refusal.Fields
}

// take returns the value called name as a T; kind says what it must be.
func take[T any](v *values, name, kind string) T {
	var value T
	raw, ok := v.raw[name]
	delete(v.raw, name)
	if !ok {
		v.bad.Add(name, nil, "is missing, must be %s", kind)
	} else if err := json.Unmarshal(raw, &value); err != nil || string(raw) == "null" {
		v.bad.Add(name, nil, "must be %s", kind)
	}
	return value
}

// err refuses the body if a value was bad, or is not one the command has.
func (v *values) err() error {
	for _, name := range slices.Sorted(maps.Keys(v.raw)) {
		if len(name) > 64 {
			name = name[:64]
		}
		v.bad.Add(strings.ToValidUTF8(name, ""), nil, "is not a value of this command")
	}
	return v.bad.Err()
}
