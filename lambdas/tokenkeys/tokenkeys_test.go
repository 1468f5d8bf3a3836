package tokenkeys_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/contract/issuer"
	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/token"
	"fulcrum/lambdas/tokenkeys"
)

// kept is a store in memory.
type kept struct {
	document []byte
	err      error
}

func (k *kept) Publish(_ context.Context, document []byte, _ time.Time) error {
	if k.err == nil {
		k.document = document
	}
	return k.err
}

var noon = time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC)

func publisher(url string, store tokenkeys.Store) tokenkeys.Publisher {
	return tokenkeys.Publisher{Issuer: url, Transport: http.DefaultTransport, Store: store, Now: func() time.Time { return noon }}
}

// TestPublishedKeysVerify has a verifier without a way to the issuer take the
// issuer's tokens, and none of another's.
func TestPublishedKeysVerify(t *testing.T) {
	i, err := issuer.Start()
	if err != nil {
		t.Fatal(err)
	}
	store := dynamo.TokenKeys{Client: localaws.Start(t).Table(t, "token-keys"), Name: "token-keys"}
	v := token.NewVerifier(i.URL, []string{issuer.Client}, token.Published{Read: store.Read}, time.Now)
	good, err := i.Token("somebody", "dinner/guest", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Verify(t.Context(), good); !errors.Is(err, token.ErrUnavailable) {
		t.Errorf("before the keys are there: %v, want ErrUnavailable", err)
	}
	if err := publisher(i.URL, store).Handle(t.Context(), json.RawMessage(`{"source":"aws.events"}`)); err != nil {
		t.Fatal(err)
	}
	i.Close()
	v = token.NewVerifier(i.URL, []string{issuer.Client}, token.Published{Read: store.Read}, time.Now)
	if c, err := v.Verify(t.Context(), good); err != nil || c.Subject != "somebody" {
		t.Errorf("%+v, %v", c, err)
	}
	other, err := issuer.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	claims := other.Claims("somebody", "dinner/guest", time.Hour)
	claims["iss"] = i.URL
	forged, err := other.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Verify(t.Context(), forged); err == nil || errors.Is(err, token.ErrUnavailable) {
		t.Errorf("a token signed by somebody else: %v", err)
	}
	all, err := store.Client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &store.Name})
	if err != nil || len(all.Items) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	if at, ok := all.Items[0]["fetchedAt"].(*types.AttributeValueMemberS); !ok || at.Value != noon.Format(time.RFC3339) {
		t.Errorf("fetched at %v", all.Items[0]["fetchedAt"])
	}
}

// TestNothingReplacesGoodKeys wants the last good copy to stay when the issuer
// answers with anything else.
func TestNothingReplacesGoodKeys(t *testing.T) {
	for _, x := range []struct {
		name, body string
		status     int
		want       string
	}{
		{"error", "", 500, "status 500"},
		{"page", "<html>", 200, "no key set"},
		{"empty", `{"keys":[]}`, 200, "is empty"},
		{"secret", `{"keys":[{"kty":"oct","k":"c2VjcmV0","kid":"s"}]}`, 200, `"s" is no public key`},
		{"flood", strings.Repeat("x", 1<<17), 200, "more than"},
	} {
		t.Run(x.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(x.status)
				_, _ = io.WriteString(w, x.body)
			}))
			defer server.Close()
			store := &kept{document: []byte("good")}
			err := publisher(server.URL, store).Publish(t.Context())
			if err == nil || !strings.Contains(err.Error(), x.want) || string(store.document) != "good" {
				t.Errorf("%v, kept %q", err, store.document)
			}
		})
	}
}

// TestCustomResource answers CloudFormation at the address it names.
func TestCustomResource(t *testing.T) {
	i, err := issuer.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	answers := make(chan cfn.Response, 1)
	cloudformation := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var answer cfn.Response
		if err := json.NewDecoder(r.Body).Decode(&answer); err != nil {
			t.Error(err)
		}
		answers <- answer
	}))
	defer cloudformation.Close()
	for _, x := range []struct {
		request cfn.RequestType
		fail    error
		want    cfn.StatusType
		writes  bool
	}{
		{cfn.RequestCreate, nil, cfn.StatusSuccess, true},
		{cfn.RequestUpdate, nil, cfn.StatusSuccess, true},
		{cfn.RequestCreate, errors.New("throttled"), cfn.StatusFailed, false},
		{cfn.RequestDelete, nil, cfn.StatusSuccess, false},
	} {
		store := &kept{err: x.fail}
		event, err := json.Marshal(cfn.Event{
			RequestType: x.request, ResponseURL: cloudformation.URL, PhysicalResourceID: "token-keys", LogicalResourceID: "Keys",
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := publisher(i.URL, store).Handle(t.Context(), event); err != nil {
			t.Errorf("%s: %v", x.request, err)
		}
		if answer := <-answers; answer.Status != x.want || answer.PhysicalResourceID == "" || (store.document != nil) != x.writes {
			t.Errorf("%s: answered %+v, wrote %t", x.request, answer, store.document != nil)
		}
	}
}
