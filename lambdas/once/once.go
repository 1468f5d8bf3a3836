// Package once lets a client repeat a command safely: the same call, recorded
// together with what it changed, is answered again instead of done again.
package once

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"fulcrum/lambdas/refusal"
)

// Call identifies one command a person sent. The zero Call is not recorded.
type Call struct {
	// Person is who sent it; keys of different persons never meet.
	Person string
	// Operation is the command's name, "Reserve Seat".
	Operation string
	// Key is the client's Idempotency-Key; empty for a call that is not recorded.
	Key string
	// Fingerprint is a digest of everything the client sent.
	Fingerprint string
	// Versions are the versions of the aggregate that the person wants to change,
	// as they saw it; nil for whatever version it has.
	Versions []int64
}

// Recorded reports whether the call is to be recorded.
func (c Call) Recorded() bool { return c.Key != "" }

// ID returns 64 hexadecimal digits that stand for person, operation and key.
func (c Call) ID() string {
	return Fingerprint([]byte(c.Person), []byte(c.Operation), []byte(c.Key))
}

// Record is what is kept of a call that succeeded, or was refused for good.
type Record struct {
	Fingerprint string
	// Answer is the command's answer as a JSON document.
	Answer []byte
	// Refusal is why the call was refused and may not be done any more; nil if it was done.
	Refusal *refusal.Error
}

// Replay returns the recorded answer, or refusal, if call is a repetition. It refuses
// with refusal.KeyReused if call has the same key but is another request.
func (r Record) Replay(call Call) ([]byte, error) {
	if r.Fingerprint != call.Fingerprint {
		return nil, refusal.New(refusal.KeyReused,
			"idempotency key %q was used for another %s; send a new key with a new request", call.Key, call.Operation)
	}
	if r.Refusal != nil {
		return nil, r.Refusal
	}
	return r.Answer, nil
}

// Fingerprint digests parts so that no two lists of parts share a digest.
func Fingerprint(parts ...[]byte) string {
	h := sha256.New()
	for _, p := range parts {
		_, _ = fmt.Fprintf(h, "%d:", len(p)) // a hash never fails to write
		_, _ = h.Write(p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Decode turns a recorded or fresh answer back into a T. It passes err through.
func Decode[T any](answer []byte, err error) (T, error) {
	var t T
	if err != nil {
		return t, err
	}
	if err := json.Unmarshal(answer, &t); err != nil {
		return t, fmt.Errorf("recorded answer of %d bytes is not a %T: %w", len(answer), t, err)
	}
	return t, nil
}
