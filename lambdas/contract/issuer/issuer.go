// Package issuer signs access tokens as a Cognito user pool does and serves its
// keys on loopback, for tests and for a run without AWS: it gives a token to anybody
// who asks. Nothing that is deployed uses it.
package issuer

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"
)

// Client is the id of the client that every token is for.
const Client = "local"

// Issuer is a running issuer.
type Issuer struct {
	// URL is what tokens name as their issuer.
	URL    string
	key    *rsa.PrivateKey
	server *httptest.Server
}

// Start starts an issuer with a new key on a free loopback port.
func Start() (*Issuer, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	keys, err := json.Marshal(map[string]any{"keys": []map[string]string{{
		"kid": kid, "kty": "RSA", "use": "sig", "alg": "RS256",
		"n": encode(key.N.Bytes()), "e": encode(big.NewInt(int64(key.E)).Bytes()),
	}}})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/jwks.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(keys) // a client that is gone needs none
	})
	server := httptest.NewServer(mux)
	i := &Issuer{URL: server.URL, key: key, server: server}
	mux.HandleFunc("GET /token", i.serveToken)
	return i, nil
}

// serveToken answers with a token, valid for an hour, of the person and with the
// scopes that the query names: "/token?person=anna&scope=dinner/guest".
func (i *Issuer) serveToken(w http.ResponseWriter, r *http.Request) {
	person, scope := r.FormValue("person"), r.FormValue("scope")
	if person == "" || scope == "" {
		http.Error(w, "say who and for what: /token?person=anna&scope=dinner/guest (or dinner/host, or both with + between)", http.StatusBadRequest)
		return
	}
	token, err := i.Token(person, scope, time.Hour)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(token)) // a client that is gone needs none
}

// Close stops serving keys.
func (i *Issuer) Close() { i.server.Close() }

// Claims are what a token of Token says, by name.
func (i *Issuer) Claims(person, scope string, valid time.Duration) map[string]any {
	now := time.Now()
	return map[string]any{
		"iss": i.URL, "sub": person, "client_id": Client, "token_use": "access", "scope": scope,
		"iat": now.Unix(), "exp": now.Add(valid).Unix(),
	}
}

// Token returns an access token of a person with scopes, spaces between, that is
// valid for some time; one that ended already if that is negative.
func (i *Issuer) Token(person, scope string, valid time.Duration) (string, error) {
	return i.Sign(i.Claims(person, scope, valid))
}

// Sign returns a token that says what claims say.
func (i *Issuer) Sign(about map[string]any) (string, error) {
	return compact(map[string]any{"alg": "RS256", "kid": kid, "typ": "JWT"}, about, rs256(i.key))
}

// Send sends a command or a query of a person, who may all, and decodes the answer
// unless that is nil. An answer that is no success is an error.
func (i *Issuer) Send(ctx context.Context, person, method, url, body string, answer any) error {
	token, err := i.Token(person, "dinner/host dinner/guest", time.Hour)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // only read
	got, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("%s %s: %s %s", method, url, response.Status, got)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(got, answer)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
