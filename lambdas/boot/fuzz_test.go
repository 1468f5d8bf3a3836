package boot

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// FuzzSettings starts with whatever an environment may say: it is refused with the
// name of what is wrong, or what it sets is within bounds.
func FuzzSettings(f *testing.F) {
	for _, seed := range []string{"", "1", "0", "-1", "36500", "36501", "99999999999999999999", "1e3", " 7", "strong", "iam", "required", `{"POST /dinners":"dinner/host"}`, `{"a":1}`} {
		f.Add(seed, seed)
	}
	names := []string{"EVENT_RETENTION_DAYS", "READ_MODEL_RETENTION_DAYS", "IDEMPOTENCY_HOURS", "CACHE_SECONDS", "EDGE_SECONDS", "CONSISTENCY", "CALLERS", "CLIENT_CERTIFICATES"}
	f.Fuzz(func(t *testing.T, numbers, words string) {
		if strings.ContainsRune(numbers+words, 0) {
			return // no environment has it
		}
		for i, name := range names {
			value := numbers
			if i > 4 {
				value = words
			}
			t.Setenv(name, value)
		}
		s, err := read()
		if err != nil {
			if !strings.ContainsAny(err.Error(), "_") || !strings.Contains(err.Error(), "want") {
				t.Errorf("%q, %q: %v does not say what and what instead", numbers, words, err)
			}
			return
		}
		for _, d := range []time.Duration{s.eventRetention, s.readModelRetention, s.callRetention, s.cache.age} {
			if d <= 0 || d > 36500*24*time.Hour {
				t.Errorf("%q is taken for %v", numbers, d)
			}
		}
		t.Setenv("ROUTE_SCOPES", words)
		t.Setenv("TOKEN_ISSUER", "https://issuer.example")
		t.Setenv("TOKEN_CLIENTS", "web")
		a, err := Authorizer()
		if (err == nil) != (words != "" && json.Unmarshal([]byte(words), &map[string]string{}) == nil) {
			t.Errorf("scopes %q: %v, %v", words, a.Scopes, err)
		}
	})
}
