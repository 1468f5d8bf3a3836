package boot

import (
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"fulcrum/lambdas/localaws"
)

// TestRemoteSecret reads a secret of a local Secrets Manager, which is replaced and which
// is away for a time.
func TestRemoteSecret(t *testing.T) {
	server := localaws.Start(t)
	client := secretsmanager.NewFromConfig(server.Config, func(o *secretsmanager.Options) { o.Retryer = aws.NopRetryer{} })
	made, err := client.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: aws.String("origin"), SecretString: aws.String("one")})
	if err != nil {
		t.Fatal(err)
	}
	calls, instead := 0, "" // of the service, and what it answers but for the secret
	server.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("X-Amz-Target") != "secretsmanager.GetSecretValue" {
			return false
		}
		calls++
		if instead == "" {
			return false
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		if instead == "down" {
			w.WriteHeader(http.StatusInternalServerError)
		}
		_, _ = io.WriteString(w, instead)
		return true
	})
	now := time.Unix(0, 0)
	s := &remoteSecret{secrets: client, arn: *made.ARN, now: func() time.Time { return now }}
	for _, instead = range []string{"down", `{"SecretString":""}`, `{}`} {
		if got, err := s.get(t.Context()); err == nil {
			t.Errorf("%s: %q is taken for the secret", instead, got)
		}
	}
	if got, err := (&remoteSecret{secrets: client, arn: *made.ARN + "x", now: s.now}).get(t.Context()); err == nil {
		t.Errorf("of another secret: %q", got)
	}
	calls, instead = 0, ""
	want := func(value string, after int) {
		t.Helper()
		if got, err := s.get(t.Context()); err != nil || string(got) != value || calls != after {
			t.Errorf("%q after %d calls, %v; want %q after %d", got, calls, err, value, after)
		}
	}
	want("one", 1)
	if _, err := client.PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{SecretId: made.ARN, SecretString: aws.String("two")}); err != nil {
		t.Fatal(err)
	}
	want("one", 1) // still young
	now = now.Add(secretAge)
	want("two", 2)
	now, instead = now.Add(secretAge), "down"
	want("two", 3) // the last one holds
}
