package token

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
)

// maxProven is how many tokens one half of what is remembered has: with 32 bytes
// each, both take less than 1 MB.
const maxProven = 4096

// proven remembers, by their digests, the tokens whose signature one set of keys was
// seen to bear out: that takes longer than the rest of a query. It says nothing of
// what else is asked of a token; who trusts other keys begins a new one. Nobody but
// the issuer can add to it.
type proven struct {
	mu sync.Mutex
	// young is filled and then becomes old, so that tokens in use are not forgotten.
	young, old map[[sha256.Size]byte]struct{}
}

// has reports whether a token is remembered.
func (p *proven) has(digest [sha256.Size]byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.young[digest]; ok {
		return true
	}
	_, ok := p.old[digest]
	if ok {
		p.keep(digest)
	}
	return ok
}

// add remembers a token.
func (p *proven) add(digest [sha256.Size]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keep(digest)
}

func (p *proven) keep(digest [sha256.Size]byte) {
	if len(p.young) >= maxProven {
		p.old, p.young = p.young, nil
	}
	if p.young == nil {
		p.young = map[[sha256.Size]byte]struct{}{}
	}
	p.young[digest] = struct{}{}
}

// payload returns the middle part of a token whose signature is known to hold.
func payload(jwt string) ([]byte, error) {
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		return nil, errors.New("token is not three parts with dots between")
	}
	return base64.RawURLEncoding.DecodeString(parts[1])
}
