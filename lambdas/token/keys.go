package token

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/sync/singleflight"
)

// Bounds of key lookups.
const (
	// fetchTimeout is how long a key set may take.
	fetchTimeout = 3 * time.Second
	// fetchPause is the shortest time between two fetches, so that tokens with
	// made-up key ids cannot make this system call the issuer at their pace.
	fetchPause = 10 * time.Second
	// keysMaxAge is how long keys are trusted without asking again, so that a key
	// the issuer withdrew is refused in the end.
	keysMaxAge = time.Hour
)

// lookup carries out of the verifier, whose errors do not wrap, that the keys
// could not be had.
type lookup struct{ unavailable error }

type lookupKey struct{}

// keys is the issuer's key set: fetched when a token needs it, kept for a while.
type keys struct {
	url       string
	transport http.RoundTripper
	now       func() time.Time
	fetching  singleflight.Group

	mu      sync.Mutex
	current *keySet
	fetched time.Time // when the issuer was asked last
	failure error     // how that failed
}

// keySet is what the issuer named once. It does not change, so that what it proved
// was not proven by any other key.
type keySet struct {
	keys   []jose.JSONWebKey
	since  time.Time
	proven proven
}

func newKeys(url string, transport http.RoundTripper, now func() time.Time) *keys {
	return &keys{url: url, transport: transport, now: now}
}

// VerifySignature returns the payload of a token signed with one of the keys.
func (k *keys) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	payload, err := k.verify(ctx, jwt)
	if errors.Is(err, ErrUnavailable) {
		if l, ok := ctx.Value(lookupKey{}).(*lookup); ok {
			l.unavailable = err
		}
	}
	return payload, err
}

func (k *keys) verify(ctx context.Context, jwt string) ([]byte, error) {
	digest := sha256.Sum256([]byte(jwt))
	set := k.present()
	if set != nil && set.proven.has(digest) {
		return payload(jwt)
	}
	// The verifier has asked for the algorithm already. The library wants to be told
	// it again, and what is remembered as proven is so of RS256 whoever calls.
	signed, err := jose.ParseSignedCompact(jwt, []jose.SignatureAlgorithm{oidc.RS256})
	if err != nil {
		return nil, err
	}
	if set != nil {
		if payload, err := set.verify(signed, digest); err == nil {
			return payload, nil
		}
	}
	// The issuer may have a new key.
	// https://openid.net/specs/openid-connect-core-1_0.html#RotateSigKeys
	if set, err = k.next(ctx, set); err != nil {
		return nil, err
	}
	return set.verify(signed, digest)
}

// verify returns the payload of a token, whose digest it remembers.
func (s *keySet) verify(signed *jose.JSONWebSignature, digest [sha256.Size]byte) ([]byte, error) {
	id := signed.Signatures[0].Header.KeyID // the compact serialization has one
	for _, key := range s.keys {
		if id == key.KeyID {
			if payload, err := signed.Verify(key); err == nil {
				s.proven.add(digest)
				return payload, nil
			}
		}
	}
	return nil, errors.New("no key of the issuer has signed the token")
}

// present returns the key set, nil if there is none that is young enough.
func (k *keys) present() *keySet {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.current != nil && k.now().Sub(k.current.since) >= keysMaxAge {
		k.current = nil
	}
	return k.current
}

// next returns the key set after one that was seen, nil for none, as the issuer names
// it now; who asks at the same time shares one fetch.
func (k *keys) next(ctx context.Context, seen *keySet) (*keySet, error) {
	fetched := k.fetching.DoChan("", func() (any, error) {
		if set := k.present(); set != seen && set != nil {
			return set, nil // fetched meanwhile
		}
		if err := k.begin(); err != nil {
			return nil, err
		}
		set, err := k.fetch(context.WithoutCancel(ctx))
		k.end(set, err)
		return set, err
	})
	select {
	case <-ctx.Done(): // before the issuer answered, which says nothing of the token
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err())
	case r := <-fetched:
		set, _ := r.Val.(*keySet)
		return set, r.Err
	}
}

// errPaused means that the issuer was asked a moment ago and did not name the key.
var errPaused = errors.New("the issuer's keys were fetched a moment ago and the token's is not among them")

// begin allows a fetch, or says why there is none now.
func (k *keys) begin() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.now().Sub(k.fetched) < fetchPause {
		if k.failure != nil {
			return k.failure
		}
		return errPaused
	}
	k.fetched = k.now()
	return nil
}

// end notes how a fetch went; after a failure the pause is a second.
func (k *keys) end(set *keySet, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.failure = err; err != nil {
		k.fetched = k.now().Add(time.Second - fetchPause)
		return
	}
	k.current = set
}
