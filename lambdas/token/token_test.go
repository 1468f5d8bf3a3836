package token_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	_ "crypto/sha512" // registers RS512's hash
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fulcrum/lambdas/token"
)

var noon = time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC)

// issuer signs tokens and serves its keys.
type issuer struct {
	*httptest.Server
	keys    map[string]*rsa.PrivateKey
	now     time.Time
	fetches atomic.Int64
	more    []map[string]any // keys beside them
	answer  http.HandlerFunc // instead of the keys, if set
}

// jwk returns a key as an issuer publishes it, changed.
func jwk(kid string, k *rsa.PrivateKey, change map[string]any) map[string]any {
	key := map[string]any{
		"kid": kid, "kty": "RSA", "use": "sig", "alg": "RS256", "n": encode(k.N.Bytes()), "e": encode(big.NewInt(int64(k.E)).Bytes()),
	}
	maps.Copy(key, change)
	maps.DeleteFunc(key, func(_ string, v any) bool { return v == nil })
	return key
}

func newIssuer(t testing.TB) *issuer {
	i := &issuer{keys: map[string]*rsa.PrivateKey{"one": newKey(t)}, now: noon}
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.fetches.Add(1)
		if got := r.Header.Get("Cache-Control"); got != "no-cache" {
			t.Errorf("keys are asked for with Cache-Control %q: a cache may have old ones", got)
		}
		if r.URL.Path != "/.well-known/jwks.json" {
			http.NotFound(w, r)
			return
		}
		if i.answer != nil {
			i.answer(w, r)
			return
		}
		i.serve(w)
	}))
	t.Cleanup(i.Close)
	return i
}

// serve answers with the keys.
func (i *issuer) serve(w http.ResponseWriter) {
	var set struct {
		Keys []map[string]any `json:"keys"`
	}
	for kid, k := range i.keys {
		set.Keys = append(set.Keys, jwk(kid, k, nil))
	}
	set.Keys = append(set.Keys, i.more...)
	_ = json.NewEncoder(w).Encode(set)
}

func newKey(t testing.TB) *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (i *issuer) verifier() *token.Verifier {
	return token.NewVerifier(i.URL, []string{"web", "app"}, http.DefaultTransport, func() time.Time { return i.now })
}

func (i *issuer) claims(change map[string]any) map[string]any {
	c := map[string]any{
		"iss": i.URL, "sub": "somebody", "client_id": "web", "token_use": "access", "scope": "dinner/guest dinner/host",
		"iat": i.now.Unix(), "exp": i.now.Add(time.Hour).Unix(),
	}
	maps.Copy(c, change)
	return c
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func signingInput(t testing.TB, header, claims map[string]any) string {
	h, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	c, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	return encode(h) + "." + encode(c)
}

func sign(t testing.TB, k *rsa.PrivateKey, kid string, claims map[string]any) string {
	return signWith(t, "RS256", crypto.SHA256, k, kid, claims)
}

func signWith(t testing.TB, alg string, hash crypto.Hash, k *rsa.PrivateKey, kid string, claims map[string]any) string {
	input := signingInput(t, map[string]any{"alg": alg, "kid": kid}, claims)
	return signInput(t, input, k, hash)
}

func signInput(t testing.TB, input string, k *rsa.PrivateKey, hash crypto.Hash) string {
	digest := hash.New()
	digest.Write([]byte(input))
	s, err := rsa.SignPKCS1v15(rand.Reader, k, hash, digest.Sum(nil))
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + encode(s)
}

func TestVerifyAccepts(t *testing.T) {
	i := newIssuer(t)
	c, err := i.verifier().Verify(t.Context(), sign(t, i.keys["one"], "one", i.claims(nil)))
	if err != nil {
		t.Fatal(err)
	}
	if c.Subject != "somebody" || !c.Has("dinner/host") || c.Has("dinner") || c.Has("") {
		t.Errorf("claims are %+v", c)
	}
}

func TestVerifyRefuses(t *testing.T) {
	i := newIssuer(t)
	one := i.keys["one"]
	good := sign(t, one, "one", i.claims(nil))
	hs256 := func(secret []byte) string {
		input := signingInput(t, map[string]any{"alg": "HS256", "kid": "one"}, i.claims(nil))
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(input))
		return input + "." + encode(mac.Sum(nil))
	}
	der, err := x509.MarshalPKIXPublicKey(&one.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	signed := func(change map[string]any) string { return sign(t, one, "one", i.claims(change)) }
	stranger := newKey(t)
	headed := func(k *rsa.PrivateKey, header map[string]any) string {
		header["alg"] = "RS256"
		return signInput(t, signingInput(t, header, i.claims(nil)), k, crypto.SHA256)
	}
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		t.Error("an address in a token was asked")
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": []any{jwk("stranger", stranger, nil)}})
	}))
	defer elsewhere.Close()
	parts := strings.Split(good, ".")
	for name, raw := range map[string]string{
		"empty":                     "",
		"not a token":               "a.b.c",
		"expired":                   signed(map[string]any{"exp": noon.Add(-time.Second).Unix()}),
		"without expiry":            signed(map[string]any{"exp": nil}),
		"not yet valid":             signed(map[string]any{"nbf": noon.Add(10 * time.Minute).Unix()}),
		"other issuer":              signed(map[string]any{"iss": "https://elsewhere.example"}),
		"other client":              signed(map[string]any{"client_id": "other"}),
		"identity token":            signed(map[string]any{"token_use": "id"}),
		"refresh token":             signed(map[string]any{"token_use": "refresh"}),
		"of no use":                 signed(map[string]any{"token_use": nil}),
		"of two uses":               signed(map[string]any{"token_use": []string{"access", "id"}}),
		"of use in other letters":   signed(map[string]any{"token_use": "Access"}),
		"without client":            signed(map[string]any{"client_id": nil}),
		"client as the audience":    signed(map[string]any{"client_id": nil, "aud": "web"}),
		"issuer with a slash":       signed(map[string]any{"iss": i.URL + "/"}),
		"expiry as a text":          signed(map[string]any{"exp": "tomorrow"}),
		"key in the header":         headed(stranger, map[string]any{"jwk": jwk("one", stranger, nil), "kid": "one"}),
		"key at an address":         headed(stranger, map[string]any{"jku": elsewhere.URL, "kid": "stranger"}),
		"certificate in the header": headed(stranger, map[string]any{"x5c": []string{"AAAA"}, "x5u": elsewhere.URL, "kid": "one"}),
		"critical extension":        headed(one, map[string]any{"kid": "one", "crit": []string{"b64"}, "b64": false}),
		"as a JSON document":        `{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`,
		"as one with two dots":      `{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `","more":".."}`,
		"with a line break":         good[:10] + "\n" + good[10:],
		"without kid":               headed(one, map[string]any{}),
		"twice signed":              `{"payload":"` + parts[1] + `","signatures":[{"protected":"` + parts[0] + `","signature":"` + parts[2] + `"}]}`,
		"encrypted":                 good + ".e30.e30",
		"without signature":         parts[0] + "." + parts[1] + ".",
		"nobody":                    signed(map[string]any{"sub": ""}),
		"sub too long":              signed(map[string]any{"sub": strings.Repeat("s", token.MaxSubject+1)}),
		"sub not ASCII":             signed(map[string]any{"sub": "gäst"}),
		"sub with a line break":     signed(map[string]any{"sub": "a\nb"}),
		"alg none":                  signingInput(t, map[string]any{"alg": "none"}, i.claims(nil)) + ".",
		"alg None with signature":   signingInput(t, map[string]any{"alg": "None", "kid": "one"}, i.claims(nil)) + good[strings.LastIndex(good, "."):],
		"RS512 with the right key":  signWith(t, "RS512", crypto.SHA512, one, "one", i.claims(nil)),
		"HS256 with the DER key":    hs256(der),
		"HS256 with the PEM key":    hs256(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		"HS256 with the modulus":    hs256(one.N.Bytes()),
		"unknown kid":               sign(t, newKey(t), "two", i.claims(nil)),
		"known kid, other key":      sign(t, newKey(t), "one", i.claims(nil)),
		"changed claims":            signingInput(t, map[string]any{"alg": "RS256", "kid": "one"}, i.claims(map[string]any{"sub": "x"})) + good[strings.LastIndex(good, "."):],
		"longer than any token is":  signed(map[string]any{"more": strings.Repeat("A", token.MaxTokenBytes)}),
	} {
		t.Run(name, func(t *testing.T) {
			v := i.verifier()
			if c, err := v.Verify(t.Context(), raw); err == nil || errors.Is(err, token.ErrUnavailable) {
				t.Errorf("got %+v, %v, want it refused", c, err)
			}
		})
	}
}

// TestScopes wants nothing to stand for a scope but the scope.
func TestScopes(t *testing.T) {
	i := newIssuer(t)
	for _, test := range []struct {
		scope any
		has   bool
	}{
		{"dinner/guest", true}, {"openid dinner/guest email", true}, {"dinner/host", false}, {"", false}, {nil, false},
		{"dinner", false}, {"dinner/*", false}, {"dinner/guests", false}, {"xdinner/guest", false}, {"DINNER/GUEST", false}, {"dinner/guest,dinner/host", false},
	} {
		c, err := i.verifier().Verify(t.Context(), sign(t, i.keys["one"], "one", i.claims(map[string]any{"scope": test.scope})))
		if err != nil || c.Has("dinner/guest") != test.has {
			t.Errorf("scope %v: %+v has it: %v, want %v; %v", test.scope, c, c.Has("dinner/guest"), test.has, err)
		}
	}
}

// TestKeysOfAnotherUse wants a key of the issuer's that is not for signatures of
// RS256 to verify none, whoever has its private half.
func TestKeysOfAnotherUse(t *testing.T) {
	other := newKey(t)
	for name, change := range map[string]map[string]any{
		"for encryption":                   {"use": "enc"},
		"for encryption, by its algorithm": {"use": nil, "alg": "RSA-OAEP-256"},
		"for another signature":            {"alg": "PS256"},
		"for other operations":             {"use": nil, "key_ops": []string{"encrypt", "wrapKey"}},
		"of a use nobody knows":            {"use": "signature"},
	} {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t)
			i.more = []map[string]any{jwk("two", other, change)}
			v := i.verifier()
			if c, err := v.Verify(t.Context(), sign(t, other, "two", i.claims(nil))); err == nil || errors.Is(err, token.ErrUnavailable) {
				t.Errorf("got %+v, %v, want it refused", c, err)
			}
			if _, err := v.Verify(t.Context(), sign(t, i.keys["one"], "one", i.claims(nil))); err != nil {
				t.Errorf("the key beside it is refused: %v", err)
			}
		})
	}
	for name, change := range map[string]map[string]any{
		"of no use, for RS256": {"use": nil}, "for signatures, of no algorithm": {"alg": nil}, "to verify": {"use": nil, "key_ops": []string{"verify"}},
	} {
		i := newIssuer(t)
		i.more = []map[string]any{jwk("two", other, change)}
		if _, err := i.verifier().Verify(t.Context(), sign(t, other, "two", i.claims(nil))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRotatedKey(t *testing.T) {
	i := newIssuer(t)
	v := i.verifier()
	old := i.keys["one"]
	verify := func(k *rsa.PrivateKey, kid string) error {
		_, err := v.Verify(t.Context(), sign(t, k, kid, i.claims(nil)))
		return err
	}
	if err := verify(old, "one"); err != nil {
		t.Fatal(err)
	}
	i.keys = map[string]*rsa.PrivateKey{"two": newKey(t)}
	i.now = i.now.Add(time.Minute)
	if err := verify(i.keys["two"], "two"); err != nil {
		t.Errorf("the new key is refused: %v", err)
	}
	i.now = i.now.Add(time.Minute)
	if verify(old, "one") == nil {
		t.Error("the key that was rotated out is accepted")
	}
}

func TestWithdrawnKeyIsRefusedInTheEnd(t *testing.T) {
	i := newIssuer(t)
	v := i.verifier()
	old := i.keys["one"]
	if _, err := v.Verify(t.Context(), sign(t, old, "one", i.claims(nil))); err != nil {
		t.Fatal(err)
	}
	i.keys = map[string]*rsa.PrivateKey{}
	i.now = i.now.Add(time.Hour)
	if _, err := v.Verify(t.Context(), sign(t, old, "one", i.claims(nil))); err == nil {
		t.Error("a key withdrawn an hour ago is accepted")
	}
}

func TestMadeUpKeyIDsDoNotReachTheIssuer(t *testing.T) {
	i := newIssuer(t)
	v := i.verifier()
	stranger := newKey(t)
	for range 20 {
		if _, err := v.Verify(t.Context(), sign(t, stranger, rand.Text(), i.claims(nil))); err == nil {
			t.Fatal("accepted")
		}
	}
	if n := i.fetches.Load(); n != 1 {
		t.Errorf("the issuer was asked %d times, want once", n)
	}
}

func TestKeysUnavailable(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"error": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"error with a key set": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = w.Write([]byte(`{"keys":[]}`))
		},
		"oversized": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 65<<10)) },
	} {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t)
			i.answer = answer
			v := i.verifier()
			raw := sign(t, i.keys["one"], "one", i.claims(nil))
			for range 2 { // the second within the pause
				if _, err := v.Verify(t.Context(), raw); !errors.Is(err, token.ErrUnavailable) {
					t.Errorf("got %v, want ErrUnavailable", err)
				}
			}
			i.answer = nil
			i.now = i.now.Add(2 * time.Second)
			if _, err := v.Verify(t.Context(), raw); err != nil {
				t.Errorf("the keys are back and the token is refused: %v", err)
			}
		})
	}
}

// TestPrincipals wants a door's word for it that an AWS principal calls, and no token's,
// and both only where they are taken.
func TestPrincipals(t *testing.T) {
	i := newIssuer(t)
	plain, takes := i.verifier(), i.verifier().WithPrincipals()
	if c, err := takes.Verify(t.Context(), sign(t, i.keys["one"], "one", i.claims(map[string]any{"token_use": token.UseIAM}))); err == nil {
		t.Errorf("a token that says so itself: %+v", c)
	}
	somebody := token.Claims{Subject: "AROAEXAMPLE", Use: token.UseIAM}
	if err := takes.Check(somebody); err != nil {
		t.Error(err)
	}
	if plain.Check(somebody) == nil || takes.Check(token.Claims{Use: token.UseIAM}) == nil {
		t.Error("taken where none are, or without a name")
	}
}
