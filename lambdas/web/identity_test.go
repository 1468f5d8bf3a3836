package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/telemetry"
	"fulcrum/lambdas/token"
)

// TestPrincipalsAndCertificates holds who is let in by a verifier that takes AWS
// principals or does not, and with certificates asked for or not.
func TestPrincipalsAndCertificates(t *testing.T) {
	plain := token.NewVerifier("https://issuer.example", []string{"web"}, http.DefaultTransport, time.Now)
	principal := token.Claims{Subject: "AROA1", Use: token.UseIAM}
	guest := token.Claims{Subject: "ann", ClientID: "web", Use: "access", Scope: "dinner/guest"}
	for _, x := range []struct {
		name         string
		tokens       Tokens
		certificates bool
		claims       token.Claims
		subject      string
		want         caller
		fails        string
	}{
		{"a principal where they are taken", plain.WithPrincipals(), false, principal, "", caller{id: "AROA1"}, ""},
		{"a principal where they are not", plain, false, principal, "", caller{}, "not valid"},
		{"a token where principals are taken", plain.WithPrincipals(), false, guest, "", caller{id: "ann"}, ""},
		{"a certificate nobody asked for", plain, false, guest, "CN=partner", caller{id: "ann"}, ""},
		{"a certificate", plain, true, guest, "CN=partner,O=Example", caller{id: "ann", client: "partner"}, ""},
		{"no certificate", plain, true, guest, "", caller{}, "no client certificate"},
		{"a certificate without a plain name", plain, true, guest, `CN=a\,CN=b,O=x`, caller{}, "no client certificate"},
	} {
		t.Run(x.name, func(t *testing.T) {
			c := &Config{Tokens: x.tokens, Certificates: x.certificates, Log: telemetry.NewLog(io.Discard, "")}
			r := httptest.NewRequestWithContext(token.WithClaims(t.Context(), x.claims), http.MethodGet, "/me/notices", http.NoBody)
			if x.subject != "" {
				r.Header.Set(token.CertificateHeader, x.subject)
			}
			got, err := c.authenticate(r, "dinner/guest")
			if (err == nil) != (x.fails == "") || err != nil && !strings.Contains(err.Error(), x.fails) {
				t.Fatalf("%v, want %q", err, x.fails)
			}
			if got != x.want {
				t.Errorf("%+v, want %+v", got, x.want)
			}
		})
	}
}
