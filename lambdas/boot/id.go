package boot

import (
	"crypto/rand"

	"github.com/oklog/ulid/v2"
)

// newID returns a ULID with 80 bits that nobody can guess: whoever knows a dinner's
// id may see it. ulid.Make takes them from a generator that is seeded with the time
// of day and counts on within a millisecond.
func newID() string { return ulid.MustNew(ulid.Now(), rand.Reader).String() }

// ordered counts on, by steps that nobody can guess, within a millisecond.
var ordered = &ulid.LockedMonotonicReader{MonotonicReader: ulid.Monotonic(rand.Reader, 0)}

// newEventID returns a ULID that sorts after those made before it in this process,
// so that the events of one command lie in their order.
func newEventID() string {
	id, err := ulid.New(ulid.Now(), ordered)
	if err != nil { // this millisecond's are used up
		return newID()
	}
	return id.String()
}
