package queued

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Sealer makes texts about persons unreadable to whoever lacks the person's key.
type Sealer interface {
	// Seal returns a text about a person's field sealed.
	Seal(ctx context.Context, person, field, text string) (string, error)
	// Open returns a sealed text, or an empty one if the person's key is destroyed.
	Open(ctx context.Context, person, field, text string) (string, error)
}

// Codec turns commands into messages and back.
type Codec struct {
	// Persons seals commands under the key of who sent them.
	// Default: they are as they are, under the queue's key.
	Persons Sealer
}

// Errors of Decode.
var (
	// ErrUnreadable says that no door sent the message: reading it again is of no use.
	ErrUnreadable = errors.New("the message is no command")
	// ErrForgotten says that who sent it was forgotten, and nobody can read it.
	ErrForgotten = errors.New("who sent the command was forgotten")
)

// maxMessage bounds what is read, in bytes, above the most that a door sends: a body of
// 16 KB, each byte written as six ("<" as "\u003c"), is 128 KB once it is sealed, and
// there is little beside it.
const maxMessage = 256 << 10

// field is what a sealed command is bound to. It is part of what is on the queue.
const field = "command"

// sealed is a command that only who has the person's key can read.
type sealed struct {
	Person string `json:"person"`
	Sealed string `json:"sealed"`
}

// Encode returns a command as a message.
func (k Codec) Encode(ctx context.Context, c Command) (string, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("command %s: %w", c.ID, err)
	}
	if k.Persons == nil {
		return string(body), nil
	}
	text, err := k.Persons.Seal(ctx, c.Call.Person, field, string(body))
	if err != nil {
		return "", fmt.Errorf("command %s: %w", c.ID, err)
	}
	body, err = json.Marshal(sealed{Person: c.Call.Person, Sealed: text})
	return string(body), err
}

// Decode reads a message. It fails with ErrUnreadable or ErrForgotten, or because it
// cannot be opened now.
func (k Codec) Decode(ctx context.Context, message string) (Command, error) {
	if len(message) > maxMessage {
		return Command{}, fmt.Errorf("%w: it has %d bytes", ErrUnreadable, len(message))
	}
	if k.Persons != nil {
		var s sealed
		if err := json.Unmarshal([]byte(message), &s); err != nil || s.Person == "" || s.Sealed == "" {
			return Command{}, fmt.Errorf("%w: it is not sealed", ErrUnreadable)
		}
		var err error
		if message, err = k.Persons.Open(ctx, s.Person, field, s.Sealed); err != nil {
			return Command{}, err
		}
		if message == "" {
			return Command{}, ErrForgotten
		}
	}
	var c Command
	if err := json.Unmarshal([]byte(message), &c); err != nil {
		return Command{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	if c.ID == "" || c.DinnerID == "" || c.Call.Person == "" || !c.Call.Recorded() || c.AcceptedAt.IsZero() {
		return Command{}, fmt.Errorf("%w: it lacks an id, a dinner, a call or a time", ErrUnreadable)
	}
	return c, nil
}
