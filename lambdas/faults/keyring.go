package faults

import (
	"context"
	"fmt"
	"strings"

	"fulcrum/lambdas/consumer"
	"fulcrum/lambdas/erasure"
)

// keyring stands for persons' keys: what it seals is kept here and nowhere else, and
// a sealed text says only where.
type keyring struct {
	w         *world
	sealed    map[string]string // by sealed text
	owner     map[string]string // person, by sealed text
	destroyed map[string]bool   // person
	closed    map[string]bool   // person whose account is deleted
}

func newKeyring(w *world) *keyring {
	return &keyring{w: w, sealed: map[string]string{}, owner: map[string]string{}, destroyed: map[string]bool{}, closed: map[string]bool{}}
}

// Seal implements queued.Sealer.
func (k *keyring) Seal(_ context.Context, person, field, text string) (sealed string, err error) {
	err = k.w.around("seal", func() error {
		if k.destroyed[person] {
			return fmt.Errorf("%s was forgotten", person)
		}
		sealed = fmt.Sprintf("sealed-%d-%s", len(k.owner), field)
		k.sealed[sealed], k.owner[sealed] = text, person
		return nil
	})
	return sealed, err
}

// Open implements queued.Sealer.
func (k *keyring) Open(_ context.Context, _, _, text string) (opened string, err error) {
	err = k.w.around("open", func() error { opened = k.sealed[text]; return nil })
	return opened, err
}

// Subject implements erasure.Keys.
func (k *keyring) Subject(_ context.Context, person string) (subject string, err error) {
	err = k.w.around("read subject", func() error {
		if !k.destroyed[person] {
			subject = person
		}
		return nil
	})
	return subject, err
}

// Delete implements erasure.Accounts.
func (k *keyring) Delete(_ context.Context, subject string) error {
	return k.w.around("delete account", func() error { k.closed[subject] = true; return nil })
}

// Destroy implements erasure.Keys.
func (k *keyring) Destroy(_ context.Context, person string) error {
	return k.w.around("destroy key", func() error {
		if k.w.broken.keysOutliveTheirPersons {
			return nil
		}
		k.destroyed[person] = true
		for sealed, owner := range k.owner {
			if owner == person {
				delete(k.sealed, sealed)
			}
		}
		return nil
	})
}

// eraser is the consumer that destroys the keys of who is forgotten.
func (w *world) eraser() consumer.Handler {
	return erasure.Policy{Keys: w.keys, Accounts: w.keys}.Handle
}

// checkErased holds that nobody can read any more what whoever was forgotten sent: not
// on the queue, not among the dead letters, and not in what the bus carried.
func (w *world) checkErased(f *fold) {
	if w.keys == nil {
		return
	}
	names := map[string]string{}
	for _, c := range w.clients {
		if f.forgotten[c.person.ID] {
			names[c.person.ID] = c.person.Name
			if !w.keys.destroyed[c.person.ID] {
				w.violate(c.person.ID, "%s was forgotten, and their key is still there", c.person.ID)
			}
			if !w.keys.closed[c.person.ID] {
				w.violate(c.person.ID, "%s was forgotten, and their account is still there", c.person.ID)
			}
		}
	}
	for sealed, owner := range w.keys.owner {
		if _, open := w.keys.sealed[sealed]; open && names[owner] != "" {
			w.violate(owner, "what %s sent can still be opened", owner)
		}
	}
	for _, text := range w.carried {
		for person, name := range names {
			if strings.Contains(text, `"`+name+`"`) {
				w.violate(person, "what %s sent can be read: %s", person, text)
			}
		}
	}
}
