// Package vault keeps a data key for each person and seals with it what is told
// about them, so that destroying the key makes every copy unreadable: in tables,
// streams, archives, queues, logs and backups.
//
// # Aliases
//
// Inside the system a person goes by an alias, a random id that only the vault
// connects with the subject of their tokens. Keys of items, events and read models
// hold aliases. Once the key is destroyed nothing leads from an alias to anybody.
//
// # Keys
//
// A data key has 256 bits, of AES-GCM. KMS makes it, and a copy encrypted under a
// customer-managed key with the alias as encryption context; the copy lies in a
// table of its own. The ciphers are KMS's and, for texts, AES-GCM of Go's own
// cryptography, which draws the nonces itself and was audited by Trail of Bits in
// 2025; there is none here. Random nonces are good for 2^32 texts under one key,
// more than one person writes. What is
// sealed is bound to alias and field: it cannot be moved to another person or
// field. A process remembers opened keys for Remember at the longest, so that a
// destroyed key is gone everywhere after that.
//
// https://docs.aws.amazon.com/kms/latest/developerguide/data-keys.html
// https://go.dev/blog/tob-crypto-audit
// https://pkg.go.dev/crypto/cipher#NewGCMWithRandomNonce
package vault

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"fulcrum/lambdas/refusal"
)

// Vault keeps keys. It is safe for concurrent use.
type Vault struct {
	// Client and Table are the table of the keys, with the key pk.
	Client *dynamodb.Client
	Table  string
	// DataKeys makes and unwraps data keys.
	DataKeys KMS
	// Now returns the present time, NewID new, unguessable ids.
	Now   func() time.Time
	NewID func() string

	aliases memory[string]
	keys    memory[cipher.AEAD]
}

// Remember is how long a process uses a key or an alias without asking again, and
// Most how many of each it remembers.
const (
	Remember = 5 * time.Minute
	Most     = 4096
)

// ErrDestroyed says that a person's key is destroyed, or never was.
var ErrDestroyed = errors.New("there is no such key")

// Mark begins every sealed text. Texts from clients have no control characters, so
// that none can pass for a sealed one.
const Mark = "\x01"

// Alias returns the alias of the subject of a token, giving out a new one, with a
// new key, to whom the vault does not know. A person whose key is destroyed is
// refused with refusal.Forgotten.
func (v *Vault) Alias(ctx context.Context, subject string) (string, error) {
	if alias, ok := v.aliases.get(subject, v.Now()); ok {
		return alias, nil
	}
	alias, err := v.find(ctx, subject)
	if alias == "" && err == nil {
		alias, err = v.admit(ctx, subject)
	}
	if err != nil {
		return "", err
	}
	v.aliases.put(subject, alias, v.Now())
	return alias, nil
}

func (v *Vault) admit(ctx context.Context, subject string) (string, error) {
	alias := v.NewID()
	wrapped, err := v.DataKeys.New(ctx, alias)
	if err != nil {
		return "", fmt.Errorf("data key of %s: %w", alias, err)
	}
	switch err := v.add(ctx, subject, alias, wrapped); {
	case errors.Is(err, errTaken): // by another call of the same person
		alias, err := v.find(ctx, subject)
		if alias == "" && err == nil {
			err = refusal.New(refusal.Busy, "others wrote at the same time; try again")
		}
		return alias, err
	case err != nil:
		return "", err
	}
	return alias, nil
}

// Seal returns a text about a person so that only Open can read it. What is sealed
// already stays as it is, and an empty text empty.
func (v *Vault) Seal(ctx context.Context, alias, field, text string) (string, error) {
	if text == "" || strings.HasPrefix(text, Mark) {
		return text, nil
	}
	key, err := v.key(ctx, alias)
	if err != nil {
		return "", fmt.Errorf("sealing %s: %w", field, err)
	}
	return Mark + base64.StdEncoding.EncodeToString(key.Seal(nil, nil, []byte(text), bound(alias, field))), nil
}

// Open returns a sealed text; an empty one if the person's key is destroyed. What
// was never sealed is returned as it is.
func (v *Vault) Open(ctx context.Context, alias, field, text string) (string, error) {
	packed, ok := strings.CutPrefix(text, Mark)
	if !ok {
		return text, nil
	}
	key, err := v.key(ctx, alias)
	if errors.Is(err, ErrDestroyed) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("opening %s: %w", field, err)
	}
	sealed, err := base64.StdEncoding.DecodeString(packed)
	if err != nil {
		return "", fmt.Errorf("opening %s: %w", field, err)
	}
	opened, err := key.Open(nil, nil, sealed, bound(alias, field))
	if err != nil {
		return "", fmt.Errorf("opening %s: it was sealed for another person or field, or changed since: %w", field, err)
	}
	return string(opened), nil
}

// bound is what a sealed text is bound to. Field names have no NUL.
func bound(alias, field string) []byte { return []byte(field + "\x00" + alias) }

func (v *Vault) key(ctx context.Context, alias string) (cipher.AEAD, error) {
	if key, ok := v.keys.get(alias, v.Now()); ok {
		return key, nil
	}
	wrapped, err := v.load(ctx, alias)
	if err != nil {
		return nil, err
	}
	plain, err := v.DataKeys.Unwrap(ctx, alias, wrapped)
	if err != nil {
		return nil, fmt.Errorf("data key of %s: %w", alias, err)
	}
	block, err := aes.NewCipher(plain)
	if err != nil {
		return nil, fmt.Errorf("data key of %s: %w", alias, err)
	}
	key, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("data key of %s: %w", alias, err)
	}
	v.keys.put(alias, key, v.Now())
	return key, nil
}

// Destroy deletes a person's key and what connects their alias with them, for good.
// It can be repeated.
func (v *Vault) Destroy(ctx context.Context, alias string) error {
	v.keys.drop(alias)
	return v.remove(ctx, alias)
}
