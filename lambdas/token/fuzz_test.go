package token_test

import (
	"net/http"
	"strings"
	"testing"

	"fulcrum/lambdas/token"
)

// FuzzVerify wants no token taken but those that the issuer signed.
func FuzzVerify(f *testing.F) {
	i := newIssuer(f)
	good := sign(f, i.keys["one"], "one", i.claims(nil))
	for _, seed := range []string{"", ".", "..", good, good + ".", good[:len(good)-1], "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJSUzI1NiIsImtpZCI6Im9uZSJ9..x"} {
		f.Add(seed)
	}
	v := i.verifier()
	f.Fuzz(func(t *testing.T, raw string) {
		if c, err := v.Verify(t.Context(), raw); err == nil && raw != good {
			t.Errorf("%q was taken, as %+v", raw, c)
		}
	})
}

// FuzzKeys feeds a verifier whatever an issuer's address may answer.
func FuzzKeys(f *testing.F) {
	i := newIssuer(f)
	for _, seed := range []string{
		"", "{}", `{"keys":[]}`, `{"keys":[{}]}`, `{"keys":[{"kid":"one","kty":"RSA","n":"","e":"AQAB"}]}`, `{"keys":[{"kid":"one","kty":"RSA","n":"AQ","e":"AA"}]}`,
		`{"keys":[{"kid":"one","kty":"oct","k":"c2VjcmV0","alg":"HS256"}]}`, `{"keys":[{"kid":"one","kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}`,
	} {
		f.Add([]byte(seed))
	}
	raw := sign(f, i.keys["one"], "one", i.claims(nil))
	f.Fuzz(func(t *testing.T, keys []byte) {
		i.answer = func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(keys) }
		if c, err := i.verifier().Verify(t.Context(), raw); err == nil {
			t.Errorf("with the keys %q: %+v", keys, c)
		}
	})
}

// FuzzCommonName wants of a certificate's subject no name that is not in it, nor one
// that a second reader may take for another.
func FuzzCommonName(f *testing.F) {
	for _, seed := range []string{"", "CN=partner,O=Example", "O=Example, cn=a b", `CN=a\,CN=b`, `CN="x"`, "CN=a,CN=b", "CN=", "CN==a", "CN=ä", "OU=CN=a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, subject string) {
		name := token.CommonName(subject)
		if name == "" {
			return
		}
		if !strings.Contains(strings.ToUpper(subject), "CN="+strings.ToUpper(name)) || len(name) > 64 || strings.ContainsAny(name, ",=\\\"+<>;#\x00\n") {
			t.Errorf("%q has the name %q", subject, name)
		}
		if token.CommonName("CN="+name+",CN=other") != name || token.CommonName(`CN=other\,`+subject) != "" {
			t.Errorf("%q is read otherwise beside another", name)
		}
	})
}
