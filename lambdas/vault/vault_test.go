package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/refusal"
	"fulcrum/lambdas/vault"
)

// fixture makes vaults over one table and one key of a local AWS, with a clock.
type fixture struct {
	server *localaws.Server
	client *dynamodb.Client
	kms    vault.KMS
	now    time.Time
	ids    atomic.Int64
}

func (f *fixture) vault() *vault.Vault {
	return &vault.Vault{
		Client: f.client, Table: "person-keys", DataKeys: f.kms, Now: func() time.Time { return f.now },
		NewID: func() string { return fmt.Sprintf("alias-%d", f.ids.Add(1)) },
	}
}

func start(t *testing.T) *fixture {
	server := localaws.Start(t)
	f := &fixture{server: server, client: server.KeyTable(t, "person-keys"), now: time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC)}
	f.kms = vault.KMS{Client: kms.NewFromConfig(server.Config), Key: server.Key(t)}
	return f
}

func TestVault(t *testing.T) {
	f := start(t)
	t.Run("seals and opens", f.seals)
	t.Run("binds to person and field", f.binds)
	t.Run("one alias for a person", f.once)
	t.Run("destroys", f.destroys)
	t.Run("reads what was written last", f.reads)
	t.Run("admits nobody as nothing", f.lost)
	t.Run("remembers no longer than it says", f.remembers)
	t.Run("opens in another Region under a replica of the key", f.elsewhere)
	t.Run("the key of KMS is needed, with its context", f.wraps)
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (f *fixture) seals(t *testing.T) {
	v := f.vault()
	alias := must[string](t)(v.Alias(t.Context(), "subject-1"))
	sealed := must[string](t)(v.Seal(t.Context(), alias, "name", "Ada Lovelace"))
	if !strings.HasPrefix(sealed, vault.Mark) || strings.Contains(sealed, "Ada") {
		t.Errorf("sealed as %q", sealed)
	}
	if again := must[string](t)(v.Seal(t.Context(), alias, "name", sealed)); again != sealed {
		t.Errorf("sealed twice: %q", again)
	}
	if other := must[string](t)(v.Seal(t.Context(), alias, "name", "Ada Lovelace")); other == sealed {
		t.Error("the same text is sealed the same way twice")
	}
	if got := must[string](t)(f.vault().Open(t.Context(), alias, "name", sealed)); got != "Ada Lovelace" {
		t.Errorf("another process opens %q", got)
	}
	for _, plain := range []string{"", "never sealed"} {
		if got := must[string](t)(v.Open(t.Context(), alias, "name", plain)); got != plain {
			t.Errorf("%q became %q", plain, got)
		}
	}
}

func (f *fixture) binds(t *testing.T) {
	v := f.vault()
	a, b := must[string](t)(v.Alias(t.Context(), "subject-a")), must[string](t)(v.Alias(t.Context(), "subject-b"))
	sealed := must[string](t)(v.Seal(t.Context(), a, "name", "Ada"))
	if got, err := v.Open(t.Context(), a, "title", sealed); err == nil {
		t.Errorf("as another field it opens to %q", got)
	}
	if got, err := v.Open(t.Context(), b, "name", sealed); err == nil {
		t.Errorf("as another person's it opens to %q", got)
	}
	if got, err := v.Open(t.Context(), a, "name", sealed[:len(sealed)-8]+"AAAAAAA="); err == nil {
		t.Errorf("changed, it opens to %q", got)
	}
}

func (f *fixture) once(t *testing.T) {
	aliases := make([]string, 8)
	var all sync.WaitGroup
	for i := range aliases {
		all.Go(func() {
			var err error
			if aliases[i], err = f.vault().Alias(t.Context(), "subject-once"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, a := range aliases {
		if a != aliases[0] || a == "" {
			t.Fatalf("one person has the aliases %v", aliases)
		}
	}
}

// destroys shows that nothing of a person is left but that they were forgotten.
func (f *fixture) destroys(t *testing.T) {
	v := f.vault()
	alias := must[string](t)(v.Alias(t.Context(), "subject-gone"))
	sealed := must[string](t)(v.Seal(t.Context(), alias, "name", "Ada"))
	if got := must[string](t)(v.Subject(t.Context(), alias)); got != "subject-gone" {
		t.Errorf("%s stands for %q", alias, got)
	}
	for range 2 { // a second time changes nothing, and writes nothing
		if err := v.Destroy(t.Context(), alias); err != nil {
			t.Fatal(err)
		}
	}
	if got := must[string](t)(v.Subject(t.Context(), alias)); got != "" {
		t.Errorf("%s still stands for %q", alias, got)
	}
	for name, process := range map[string]*vault.Vault{"this": v, "another": f.vault()} {
		if got := must[string](t)(process.Open(t.Context(), alias, "name", sealed)); got != "" {
			t.Errorf("%s process still reads %q", name, got)
		}
		if _, err := process.Seal(t.Context(), alias, "name", "Ada"); !errors.Is(err, vault.ErrDestroyed) {
			t.Errorf("%s process still seals: %v", name, err)
		}
	}
	if _, err := f.vault().Alias(t.Context(), "subject-gone"); !refusal.Is(err, refusal.Forgotten) {
		t.Errorf("the person is let in again: %v", err)
	}
	page := must[*dynamodb.ScanOutput](t)(f.client.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("person-keys")}))
	for _, i := range page.Items {
		if text := fmt.Sprint(i); strings.Contains(text, alias) {
			t.Errorf("%v still has the alias", i)
		}
		if pk, ok := i["pk"].(*types.AttributeValueMemberS); !ok || pk.Value == "SUBJECT#" {
			t.Errorf("nobody was forgotten, and there is %v", i)
		}
	}
}

// remembers shows the bound on how long a process can read after the key is gone.
func (f *fixture) remembers(t *testing.T) {
	v := f.vault()
	alias := must[string](t)(v.Alias(t.Context(), "subject-late"))
	sealed := must[string](t)(v.Seal(t.Context(), alias, "name", "Ada"))
	if err := f.vault().Destroy(t.Context(), alias); err != nil {
		t.Fatal(err)
	}
	asked := f.calls(t, func(ctx context.Context) error { _, err := v.Open(ctx, alias, "name", sealed); return err })
	if asked != 0 {
		t.Errorf("a remembered key was asked for %d times", asked)
	}
	f.now = f.now.Add(vault.Remember)
	if got := must[string](t)(v.Open(t.Context(), alias, "name", sealed)); got != "" {
		t.Errorf("after %v it still reads %q", vault.Remember, got)
	}
	if _, err := v.Alias(t.Context(), "subject-late"); !refusal.Is(err, refusal.Forgotten) {
		t.Errorf("after %v the alias is still known: %v", vault.Remember, err)
	}
}

// reads shows that nobody is known by what a copy of the table still says.
func (f *fixture) reads(t *testing.T) {
	asked := 0
	f.server.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		body, err := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".GetItem") {
			if asked++; err != nil || !strings.Contains(string(body), `"ConsistentRead":true`) {
				t.Errorf("asks %s, %v", body, err)
			}
		}
		return false
	})
	defer f.server.Intercept(nil)
	v := f.vault()
	alias := must[string](t)(v.Alias(t.Context(), "subject-read"))
	must[string](t)(v.Seal(t.Context(), alias, "name", "Ada"))
	must[string](t)(v.Subject(t.Context(), alias))
	if asked != 3 {
		t.Errorf("asked %d times", asked)
	}
}

// lost shows that a person who was admitted by another call, and is gone by the time
// that this one looks, is asked to try again and has no empty name.
func (f *fixture) lost(t *testing.T) {
	f.server.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".TransactWriteItems") {
			return false
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"cancelled","CancellationReasons":[{"Code":"ConditionalCheckFailed"}]}`)
		return true
	})
	defer f.server.Intercept(nil)
	if alias, err := f.vault().Alias(t.Context(), "subject-lost"); alias != "" || !refusal.Is(err, refusal.Busy) {
		t.Errorf("%q, %v", alias, err)
	}
}

// calls returns how many calls of AWS do makes.
func (f *fixture) calls(t *testing.T, do func(context.Context) error) int {
	t.Helper()
	n := 0
	f.server.Intercept(func(http.ResponseWriter, *http.Request) bool { n++; return false })
	defer f.server.Intercept(nil)
	if err := do(t.Context()); err != nil {
		t.Error(err)
	}
	return n
}

// elsewhere shows that what was sealed in one Region opens in another one, where the
// keys' table is copied and a replica of the key is, and with no other key there.
func (f *fixture) elsewhere(t *testing.T) {
	made := must[*kms.CreateKeyOutput](t)(f.kms.Client.CreateKey(t.Context(), &kms.CreateKeyInput{MultiRegion: aws.Bool(true)}))
	here := f.vault()
	here.DataKeys.Key = *made.KeyMetadata.Arn
	alias := must[string](t)(here.Alias(t.Context(), "subject-far"))
	sealed := must[string](t)(here.Seal(t.Context(), alias, "name", "Ada"))

	server := f.server.In("eu-central-1")
	there := f.vault()
	there.Client = server.KeyTable(t, "person-keys")
	there.DataKeys = vault.KMS{Client: kms.NewFromConfig(server.Config), Key: server.Key(t)}
	page := must[*dynamodb.ScanOutput](t)(f.client.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("person-keys")}))
	for _, i := range page.Items {
		must[*dynamodb.PutItemOutput](t)(there.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("person-keys"), Item: i}))
	}
	if got, err := there.Open(t.Context(), alias, "name", sealed); err == nil {
		t.Errorf("under a key of the other Region it opens to %q", got)
	}
	replica := must[*kms.ReplicateKeyOutput](t)(f.kms.Client.ReplicateKey(t.Context(), &kms.ReplicateKeyInput{
		KeyId: made.KeyMetadata.Arn, ReplicaRegion: aws.String("eu-central-1"),
	}))
	there.DataKeys.Key = *replica.ReplicaKeyMetadata.Arn
	if got := must[string](t)(there.Open(t.Context(), alias, "name", sealed)); got != "Ada" {
		t.Errorf("under the replica it opens to %q", got)
	}
}

// wraps shows that a copy of the key table is of no use to whom KMS does not let
// in, nor under another alias.
func (f *fixture) wraps(t *testing.T) {
	wrapped := must[[]byte](t)(f.kms.New(t.Context(), "a"))
	if got := must[[]byte](t)(f.kms.Unwrap(t.Context(), "a", wrapped)); len(got) != 32 || strings.Contains(string(wrapped), string(got)) {
		t.Errorf("unwrapped %d bytes", len(got))
	}
	other := vault.KMS{Client: f.kms.Client, Key: f.server.Key(t)}
	if got, err := other.Unwrap(t.Context(), "a", wrapped); err == nil {
		t.Errorf("under another key it unwraps to %d bytes", len(got))
	}
	if got, err := f.kms.Unwrap(t.Context(), "b", wrapped); err == nil {
		t.Errorf("under another alias it unwraps to %d bytes", len(got))
	}
}
