package dynamo_test

import (
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/localaws"
)

func TestTokenKeys(t *testing.T) {
	keys := dynamo.TokenKeys{Client: localaws.Start(t).Table(t, "token-keys"), Name: "token-keys"}
	if _, err := keys.Read(t.Context()); err == nil || !strings.Contains(err.Error(), "nobody has published") {
		t.Errorf("of an empty table: %v", err)
	}
	for _, document := range []string{`{"keys":[1]}`, `{"keys":[2]}`} {
		if err := keys.Publish(t.Context(), []byte(document), time.Now()); err != nil {
			t.Fatal(err)
		}
		if got, err := keys.Read(t.Context()); err != nil || string(got) != document {
			t.Errorf("%s, %v; want %s", got, err, document)
		}
	}
}
