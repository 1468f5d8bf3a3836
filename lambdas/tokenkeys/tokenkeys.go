// Package tokenkeys copies the public keys of a token issuer to where programs
// without a way to the issuer read them. It runs on a schedule and, as a
// CloudFormation custom resource, before the first of those programs starts.
//
// Programs that can reach the issuer ask it themselves: see token.NewVerifier.
package tokenkeys

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/go-jose/go-jose/v4"
)

// Bounds of a fetch.
const (
	maxBytes     = 64 << 10 // Cognito's set has under 2 KB
	fetchTimeout = 5 * time.Second
)

// physicalID is the custom resource's: there is one copy in a stack.
const physicalID = "token-keys"

// Store keeps the copy.
type Store interface {
	Publish(ctx context.Context, document []byte, at time.Time) error
}

// Publisher copies an issuer's keys to a store.
type Publisher struct {
	// Issuer is the "iss" of tokens; its keys lie under /.well-known/jwks.json.
	Issuer    string
	Transport http.RoundTripper
	Store     Store
	Now       func() time.Time
}

// Publish fetches the keys and stores them. What has no key to verify with is
// refused, and what was published before stays.
func (p Publisher) Publish(ctx context.Context) error {
	document, err := p.fetch(ctx)
	if err != nil {
		return fmt.Errorf("keys of %s: %w", p.Issuer, err)
	}
	if err := check(document); err != nil {
		return fmt.Errorf("keys of %s: %w", p.Issuer, err)
	}
	return p.Store.Publish(ctx, document, p.Now())
}

func (p Publisher) fetch(ctx context.Context) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(p.Issuer, "/")+"/.well-known/jwks.json", http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := p.Transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() //nolint:errcheck // only read
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d, want 200", response.StatusCode)
	}
	document, err := io.ReadAll(io.LimitReader(response.Body, maxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(document) > maxBytes {
		return nil, fmt.Errorf("more than %d bytes", maxBytes)
	}
	return document, nil
}

func check(document []byte) error {
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(document, &set); err != nil {
		return fmt.Errorf("no key set: %w", err)
	}
	if len(set.Keys) == 0 {
		return errors.New("the key set is empty")
	}
	for _, k := range set.Keys {
		if !k.Valid() || !k.IsPublic() {
			return fmt.Errorf("key %q is no public key", k.KeyID)
		}
	}
	return nil
}

// Handle publishes for an event of the schedule, and for one of CloudFormation,
// which it answers.
func (p Publisher) Handle(ctx context.Context, event json.RawMessage) error {
	var e cfn.Event
	if err := json.Unmarshal(event, &e); err != nil || e.RequestType == "" {
		return p.Publish(ctx)
	}
	_, err := cfn.LambdaWrap(p.resource)(ctx, e)
	return err
}

// resource publishes when the resource is created or changed. Deleting it leaves
// the copy, which goes with its table.
func (p Publisher) resource(ctx context.Context, e cfn.Event) (string, map[string]any, error) {
	if e.RequestType == cfn.RequestDelete {
		return e.PhysicalResourceID, nil, nil
	}
	return physicalID, nil, p.Publish(ctx)
}
