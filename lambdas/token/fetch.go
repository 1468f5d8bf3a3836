package token

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

// maxKeysBytes is the largest key set that is read; Cognito's has under 1 KB.
const maxKeysBytes = 64 << 10

// fetch asks the issuer for its keys. Its error is ErrUnavailable.
func (k *keys) fetch(ctx context.Context) (*keySet, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	set := &keySet{since: k.now()}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, k.url, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	r.Header.Set("Cache-Control", "no-cache")
	response, err := k.transport.RoundTrip(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	defer response.Body.Close() //nolint:errcheck // only read
	body, err := io.ReadAll(io.LimitReader(response.Body, maxKeysBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%w: status %d", ErrUnavailable, response.StatusCode)
	case len(body) > maxKeysBytes:
		return nil, fmt.Errorf("%w: more than %d bytes", ErrUnavailable, maxKeysBytes)
	}
	set.keys, err = signing(body)
	return set, err
}

// signing returns the keys of a set that are for signatures of RS256. A key's id alone
// does not say so: what an issuer's key for encryption has signed is refused. Keys
// that cannot be read are left out.
// https://www.rfc-editor.org/rfc/rfc7517#section-5
func signing(body []byte) ([]jose.JSONWebKey, error) {
	var all struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &all); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	var signing []jose.JSONWebKey
	for _, raw := range all.Keys {
		var about struct {
			Use        *string  `json:"use"`
			Algorithm  *string  `json:"alg"`
			Operations []string `json:"key_ops"`
		}
		err := json.Unmarshal(raw, &about)
		if err != nil || about.Use != nil && *about.Use != "sig" || about.Algorithm != nil && *about.Algorithm != oidc.RS256 ||
			about.Operations != nil && !slices.Contains(about.Operations, "verify") {
			continue
		}
		var key jose.JSONWebKey
		if json.Unmarshal(raw, &key) != nil {
			continue
		}
		if _, public := key.Key.(*rsa.PublicKey); public {
			signing = append(signing, key)
		}
	}
	return signing, nil
}
