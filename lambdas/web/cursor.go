package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"

	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
)

// Bounds of a page.
const (
	pageSize    = 20
	maxPageSize = 100
)

// macBytes is how much of a signature a cursor carries: 128 bits.
const macBytes = 16

// place is where a page of one person's query begins. Its cursor is the base64url
// form of a signature over query, person and position, and the position: one that
// somebody made up, or that was made for another query or person, is refused.
type place struct {
	ctx           context.Context
	key           func(context.Context) ([]byte, error)
	query, person string
	after         string
}

// page reads the parameters limit and cursor of a query.
func (c *Config) page(r *http.Request, who caller, query string) (place, int, error) {
	var bad refusal.Fields
	var err error
	at := place{ctx: r.Context(), key: c.CursorKey, query: query, person: who.id}
	limit := pageSize
	parameters := r.URL.Query()
	if text := parameters.Get("limit"); text != "" {
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > maxPageSize {
			bad.Add("limit", nil, "must be 1 to %d", maxPageSize)
		}
	}
	if text := parameters.Get("cursor"); text != "" {
		if at.after, err = at.read(text); errors.Is(err, errCursor) {
			bad.Add("cursor", nil, "must be the value next of an answer of this query")
		} else if err != nil {
			return place{}, 0, err
		}
	}
	return at, limit, bad.Err()
}

var errCursor = errors.New("not a cursor of this query and person")

// read returns the position in a cursor, errCursor, or why there is no key.
func (at place) read(text string) (after string, err error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) <= macBytes {
		return "", errCursor
	}
	after = string(raw[macBytes:])
	mac, err := at.mac(after)
	if err != nil {
		return "", err
	}
	if !hmac.Equal(mac, raw[:macBytes]) {
		return "", errCursor
	}
	return after, nil
}

// cursor returns the cursor of a position, empty for none.
func (at place) cursor(after string) (string, error) {
	if after == "" {
		return "", nil
	}
	mac, err := at.mac(after)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(append(mac, after...)), nil
}

func (at place) mac(after string) ([]byte, error) {
	key, err := at.key(at.ctx)
	if err != nil {
		return nil, err
	}
	h := hmac.New(sha256.New, key)
	_, _ = h.Write([]byte(once.Fingerprint([]byte(at.query), []byte(at.person), []byte(after))))
	return h.Sum(nil)[:macBytes], nil
}
