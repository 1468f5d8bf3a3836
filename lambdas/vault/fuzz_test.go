package vault

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"strings"
	"testing"
	"time"
)

// FuzzOpen opens whatever may lie in a field of a person: it is what was sealed for
// that person and field, what was never sealed, or refused.
func FuzzOpen(f *testing.F) {
	v := &Vault{Now: func() time.Time { return time.Unix(0, 0) }}
	for _, alias := range []string{"ada", "ben"} {
		block, err := aes.NewCipher(bytes.Repeat([]byte(alias[:1]), 32))
		if err != nil {
			f.Fatal(err)
		}
		key, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			f.Fatal(err)
		}
		v.keys.put(alias, key, v.Now())
	}
	sealed, err := v.Seal(f.Context(), "ada", "name", "Ada Lovelace")
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{"", "Ada", sealed, sealed[1:], Mark, Mark + Mark, Mark + "AAAA", sealed[:len(sealed)-4], sealed + "\n", Mark + sealed} {
		f.Add(text, "name", true)
	}
	f.Add(sealed, "title", true)
	f.Add(sealed, "name", false)
	f.Add(sealed, "name\x00ada", true)
	f.Fuzz(func(t *testing.T, text, field string, hers bool) {
		alias := "ben"
		if hers {
			alias = "ada"
		}
		got, err := v.Open(t.Context(), alias, field, text)
		switch {
		case !strings.HasPrefix(text, Mark):
			if err != nil || got != text {
				t.Errorf("%q, never sealed, is %q, %v", text, got, err)
			}
		case err == nil && (!hers || field != "name" || got != "Ada Lovelace"):
			t.Errorf("%q of %s's %q is %q", text, alias, field, got)
		case err != nil && strings.Contains(err.Error(), "Lovelace"):
			t.Errorf("the refusal tells: %v", err)
		}
		if strings.ContainsRune(field, 0) { // no field has one, see bound
			return
		}
		again, err := v.Seal(t.Context(), alias, field, text)
		if err != nil {
			t.Fatal(err)
		}
		if opened, err := v.Open(t.Context(), alias, field, again); !strings.HasPrefix(text, Mark) && (err != nil || opened != text || text != "" && again == text) {
			t.Errorf("%q, sealed as %q, is %q, %v", text, again, opened, err)
		}
	})
}
