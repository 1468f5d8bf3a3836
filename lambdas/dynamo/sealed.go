package dynamo

import (
	"context"
	"encoding/json"
	"fmt"

	"golang.org/x/sync/errgroup"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/search"
)

// Sealer makes texts about persons unreadable to whoever lacks the person's key.
type Sealer interface {
	// Seal returns a text about a person's field sealed. What is sealed already
	// stays as it is, and an empty text empty.
	Seal(ctx context.Context, person, field, text string) (string, error)
	// Open returns a sealed text, or an empty one if the person's key is destroyed.
	Open(ctx context.Context, person, field, text string) (string, error)
}

// Fields as what is sealed is bound to them. They are part of what is stored.
const (
	hostName  = "hostName"
	guestName = "guestName"
	title     = "title"
	place     = "place"
)

func (t Table) seal(ctx context.Context, person, field, text string) (string, error) {
	if t.Persons == nil {
		return text, nil
	}
	return t.Persons.Seal(ctx, person, field, text)
}

func (t Table) open(ctx context.Context, person, field, text string) (string, error) {
	if t.Persons == nil {
		return text, nil
	}
	return t.Persons.Open(ctx, person, field, text)
}

// told is a text about a person.
type told struct {
	person, field string
	text          *string
}

// replace replaces texts by what do makes of them.
func replace(ctx context.Context, texts []told, do func(ctx context.Context, person, field, text string) (string, error)) error {
	for _, of := range texts {
		if of.person == "" { // forgotten: nothing is told any more
			continue
		}
		text, err := do(ctx, of.person, of.field, *of.text)
		if err != nil {
			return err
		}
		*of.text = text
	}
	return nil
}

// byHost are the texts of a dinner that its host gave.
func byHost(s *dinner.State) []told {
	return []told{{s.Host.ID, hostName, &s.Host.Name}, {s.Host.ID, title, &s.Title}, {s.Host.ID, place, &s.Place}}
}

func (t Table) sealDinner(ctx context.Context, s *dinner.State) error {
	texts := byHost(s)
	for i := range s.Reservations {
		g := &s.Reservations[i].Guest
		texts = append(texts, told{g.ID, guestName, &g.Name})
	}
	return replace(ctx, texts, t.seal)
}

// openDinner opens what queries show. The names of guests stay sealed: no query
// shows them, and each would take a key of its own.
func (t Table) openDinner(ctx context.Context, s *dinner.State) error {
	return replace(ctx, byHost(s), t.open)
}

// openRows opens what the query Find Dinners shows. Rows are of many hosts, whose
// keys are better waited for together than one after the other.
func (t Table) openRows(ctx context.Context, rows []search.Row) error {
	if t.Persons == nil {
		return nil
	}
	var all errgroup.Group
	all.SetLimit(atOnce)
	for i := range rows {
		r := &rows[i]
		all.Go(func() error {
			return replace(ctx, []told{{r.HostID, title, &r.Title}, {r.HostID, place, &r.Place}}, t.open)
		})
	}
	return all.Wait()
}

// atOnce bounds how many keys one query asks for at the same time.
const atOnce = 16

// sealEvent seals what an event tells about a person beside ids. Consumers hand it
// on as it is; what shows it opens it.
func (t Table) sealEvent(ctx context.Context, e *event.Event) error {
	if t.Persons == nil || e.Type != dinner.CreatedType {
		return nil
	}
	var d dinner.Created
	if err := json.Unmarshal(e.Data, &d); err != nil {
		return fmt.Errorf("data of %s %s: %w", e.Type, e.ID, err)
	}
	err := replace(ctx, []told{{d.HostID, title, &d.Title}, {d.HostID, place, &d.Place}}, t.seal)
	if err != nil {
		return err
	}
	e.Data, err = json.Marshal(d)
	return err
}
