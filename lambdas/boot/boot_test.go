package boot

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
)

func environment(t *testing.T, set map[string]string) {
	for _, name := range []string{
		"SYSTEM", "LOG_LEVEL", "STORE_TABLE", "READ_MODELS_TABLE", "CONSISTENCY", "TOKEN_ISSUER", "TOKEN_CLIENTS", "TOKEN_KEYS_TABLE",
		"ALLOWED_ORIGINS", "PERSON_KEYS_TABLE", "PERSON_KEY", "FILES_BUCKET", "CALLERS", "CLIENT_CERTIFICATES", "VARIANT",
		"CACHE_ENDPOINT", "CACHE_USER", "CACHE_NAME", "CACHE_NODES", "CACHE_PLACEMENT", "CACHE_SECONDS", "EDGE_SECONDS", "EVENT_RETENTION_DAYS", "READ_MODEL_RETENTION_DAYS", "IDEMPOTENCY_HOURS", "RESERVATION_SAGA",
	} {
		t.Setenv(name, set[name])
	}
}

func TestSettings(t *testing.T) {
	environment(t, map[string]string{
		"STORE_TABLE": "store", "CONSISTENCY": "strong", "VARIANT": "next", "CALLERS": "iam", "CLIENT_CERTIFICATES": "required", "TOKEN_CLIENTS": "a, b,", "EVENT_RETENTION_DAYS": "3", "RESERVATION_SAGA": "arn", "FILES_BUCKET": "files",
	})
	got, err := read("STORE_TABLE")
	if err != nil {
		t.Fatal(err)
	}
	want := settings{
		system: "Dinner", variant: "next", storeTable: "store", consistent: true, principals: true, certificates: true, clients: []string{"a", "b"}, saga: "arn", files: "files",
		eventRetention: 72 * time.Hour, readModelRetention: 90 * 24 * time.Hour, callRetention: 24 * time.Hour,
		cache: caching{age: 30 * time.Second},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(settings{}, caching{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestEveryProblemIsNamed(t *testing.T) {
	environment(t, map[string]string{"CONSISTENCY": "perhaps", "EVENT_RETENTION_DAYS": "0", "IDEMPOTENCY_HOURS": "x", "CALLERS": "anybody", "CLIENT_CERTIFICATES": "perhaps"})
	_, err := Handler(t.Context())
	if err == nil {
		t.Fatal("started")
	}
	for _, want := range []string{
		"STORE_TABLE is not set", "READ_MODELS_TABLE is not set", "TOKEN_ISSUER is not set", "TOKEN_CLIENTS is not set",
		`CONSISTENCY is "perhaps"`, `EVENT_RETENTION_DAYS is "0"`, `IDEMPOTENCY_HOURS is "x"`, `CALLERS is "anybody"`, `CLIENT_CERTIFICATES is "perhaps"`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
}

func TestServerInMemory(t *testing.T) {
	environment(t, map[string]string{"TOKEN_ISSUER": "https://issuer.example", "TOKEN_CLIENTS": "web"})
	h, _, err := Server(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]int{"GET /health": 200, "GET /dinners": 200, "GET /me/notices": 401, "GET /live": 401, "GET /no": 404} {
		method, path, _ := strings.Cut(line, " ")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody))
		if w.Code != want || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s: got %d %s, want %d", line, w.Code, w.Body, want)
		}
	}
}

// TestReadModelsStayEventual wants strong consistency to be asked for where it can
// be had: of aggregates, not of what follows the events.
func TestReadModelsStayEventual(t *testing.T) {
	s := settings{storeTable: "store", readModels: "models", consistent: true}
	if !s.store(nil).Consistent || s.models(nil).Consistent {
		t.Errorf("aggregates %v, read models %v", s.store(nil).Consistent, s.models(nil).Consistent)
	}
}

// TestHalfAVault wants persons' keys to be there with the key that wraps them, or
// not at all: half of it would seal nothing.
func TestHalfAVault(t *testing.T) {
	environment(t, map[string]string{"STORE_TABLE": "store", "PERSON_KEYS_TABLE": "keys"})
	if _, err := read(); err == nil || !strings.Contains(err.Error(), "PERSON_KEYS_TABLE and PERSON_KEY") {
		t.Errorf("got %v", err)
	}
	environment(t, map[string]string{"STORE_TABLE": "store", "PERSON_KEYS_TABLE": "keys", "PERSON_KEY": "arn"})
	s, err := read()
	if err != nil || s.persons(aws.Config{}) == nil {
		t.Errorf("with both there must be a vault: %v", err)
	}
	if (settings{}).persons(aws.Config{}) != nil {
		t.Error("without them there must be none")
	}
}
