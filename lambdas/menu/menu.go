// Package menu lets a host give a dinner's menu, a file, and those who come load it.
// The file goes between them and the store of files; the service only says who may.
package menu

import (
	"context"
	"slices"
	"time"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/refusal"
)

// MaxBytes is the largest menu.
const MaxBytes = 10 << 20

// Types are the media types that a menu may have.
var Types = []string{"application/pdf", "image/jpeg", "image/png", "image/webp"}

// Permit is the permission to load or to send one file, for a short time. Whoever
// holds it has it.
type Permit struct {
	Method string `json:"method"`
	URL    string `json:"url"`
	// Headers must be sent as they are.
	Headers   map[string]string `json:"headers,omitempty"`
	ExpiresAt time.Time         `json:"expiresAt"`
}

// Files is a store of files.
type Files interface {
	// Upload permits to write the file at key, with exactly that many bytes and that
	// media type.
	Upload(ctx context.Context, key, mediaType string, bytes int64) (Permit, error)
	// Download permits to read the file at key.
	Download(ctx context.Context, key string) (Permit, error)
}

// Menus are the use cases.
type Menus struct {
	Dinners dinner.Repository
	Files   Files
}

// Give permits a dinner's host to send its menu, in place of the one before. It
// refuses anybody else, other media types, and files that are empty or too large.
func (m Menus) Give(ctx context.Context, dinnerID, hostID, mediaType string, bytes int64) (Permit, error) {
	var bad refusal.Fields
	if !slices.Contains(Types, mediaType) {
		bad.Add("mediaType", mediaType, "must be one of %v", Types)
	}
	if bytes < 1 || bytes > MaxBytes {
		bad.Add("bytes", bytes, "must be 1 to %d", MaxBytes)
	}
	if err := bad.Err(); err != nil {
		return Permit{}, err
	}
	d, err := m.Dinners.Get(ctx, dinnerID)
	if err != nil {
		return Permit{}, err
	}
	if hostID == "" || d.State().Host.ID != hostID {
		return Permit{}, refusal.New(refusal.NotHost, "only the host of dinner %s may give its menu", dinnerID)
	}
	return m.Files.Upload(ctx, key(dinnerID), mediaType, bytes)
}

// Load permits the host and whoever has reserved to load a dinner's menu. For
// anybody else there is none.
func (m Menus) Load(ctx context.Context, dinnerID, personID string) (Permit, error) {
	d, err := m.Dinners.Get(ctx, dinnerID)
	if err != nil {
		return Permit{}, err
	}
	if _, comes := d.ReservationOf(personID); !comes && (personID == "" || d.State().Host.ID != personID) {
		return Permit{}, refusal.New(refusal.NotFound, "there is no menu of dinner %s for you", dinnerID)
	}
	return m.Files.Download(ctx, key(dinnerID))
}

// Prefix comes before a dinner's id in the key of its menu.
const Prefix = "menus/"

func key(dinnerID string) string { return Prefix + dinnerID }
