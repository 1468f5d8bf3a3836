package token_test

import (
	"strings"
	"testing"

	"fulcrum/lambdas/token"
)

// TestCommonName wants the name that the authority gave, and none where a subject could
// be read in two ways.
func TestCommonName(t *testing.T) {
	longest := strings.Repeat("n", 64)
	for subject, want := range map[string]string{
		"CN=partner": "partner", "O=Example, cn=partner": "partner", "CN=" + longest: longest, "CN=" + longest + "n": "", "": "", "O=Example": "",
		"CN=first,CN=second": "first", "CN=<first>,CN=second": "", `O="a,CN=forged,b",CN=real`: "", `O=a\,CN=forged,CN=real`: "",
	} {
		if got := token.CommonName(subject); got != want {
			t.Errorf("%s: %q, want %q", subject, got, want)
		}
	}
}
