// Package interest counts what guests look at: signals that a front door puts on a
// stream, a bus or a queue without running any code.
package interest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kinds are what a guest can have done with a dinner.
var Kinds = []string{"viewed", "wanted", "shared"}

// Signal is that somebody showed interest in a dinner. Who it was is not kept.
type Signal struct {
	// ID is the request's, made by the front door, and the same at every delivery.
	ID string
	// DinnerID is what the client wrote into the path: there need be no such dinner.
	DinnerID string
	// Kind is one of Kinds.
	Kind string
	// SentAt is when the front door took it.
	SentAt time.Time
}

// Counts keeps how much interest each dinner met with.
type Counts interface {
	// Add counts a signal, once however often it is added.
	Add(ctx context.Context, s Signal) error
}

// errRefused means that a signal can never be counted: trying again is no use.
var errRefused = errors.New("signal refused")

// record is what a front door's mapping makes of a request.
type record struct {
	ID       string `json:"id"`
	SentAt   int64  `json:"sentAt"` // Unix time in milliseconds
	DinnerID string `json:"dinnerId"`
	Body     struct {
		Kind string `json:"kind"`
	} `json:"body"`
}

// envelope is what a rule of a bus makes of a record.
type envelope struct {
	DetailType string          `json:"detail-type"`
	Detail     json.RawMessage `json:"detail"`
}

// read returns the signal in a record, from a bus or not.
func read(message []byte) (Signal, error) {
	var e envelope
	if err := json.Unmarshal(message, &e); err != nil {
		return Signal{}, fmt.Errorf("signal is not JSON: %w", err)
	}
	if e.DetailType != "" {
		message = e.Detail
	}
	var r record
	if err := json.Unmarshal(message, &r); err != nil {
		return Signal{}, fmt.Errorf("signal: %w", err)
	}
	if r.ID == "" || r.SentAt <= 0 {
		return Signal{}, errors.New("signal has no id or no time: no front door made it")
	}
	s := Signal{ID: r.ID, DinnerID: r.DinnerID, Kind: r.Body.Kind, SentAt: time.UnixMilli(r.SentAt).UTC()}
	// The path's variable is the one thing that the door cannot check.
	if len(s.DinnerID) != 26 || strings.Trim(s.DinnerID, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") != "" {
		return s, fmt.Errorf("%w: dinner %.40q is no id", errRefused, s.DinnerID)
	}
	if !slices.Contains(Kinds, s.Kind) {
		return s, fmt.Errorf("%w: kind %.40q is not one of %s", errRefused, s.Kind, strings.Join(Kinds, ", "))
	}
	return s, nil
}
