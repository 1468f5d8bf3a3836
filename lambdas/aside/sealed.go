package aside

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
	"time"
)

// Sealed is a cache whose values are encrypted before they leave the process, for
// caches that cannot encrypt what they hold. A value is bound to its key; one that
// cannot be opened is a miss.
type Sealed struct {
	Cache
	// Miss is the error by which Cache says that it does not hold a key.
	Miss error
	// Key returns 32 bytes that all processes share.
	Key func(context.Context) ([]byte, error)
}

// Get returns the value of a key, opened.
func (s Sealed) Get(ctx context.Context, key string) ([]byte, error) {
	sealed, err := s.Cache.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	c, err := s.cipher(ctx)
	if err != nil {
		return nil, err
	}
	value, err := c.Open(nil, nil, sealed, []byte(key))
	if err != nil {
		return nil, s.Miss
	}
	return value, nil
}

// Set keeps a value under a key, sealed.
func (s Sealed) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	c, err := s.cipher(ctx)
	if err != nil {
		return err
	}
	return s.Cache.Set(ctx, key, c.Seal(nil, nil, value, []byte(key)), ttl)
}

// cipher returns AES-GCM of Go's own cryptography, which draws the nonces itself.
func (s Sealed) cipher(ctx context.Context) (cipher.AEAD, error) {
	key, err := s.Key(ctx)
	if err != nil {
		return nil, fmt.Errorf("key of the cache: %w", err)
	}
	if len(key) != 32 {
		return nil, errors.New("key of the cache: want 32 bytes")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
