package dynamo_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kms"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/notification"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/search"
	"fulcrum/lambdas/vault"
)

func newVault(t *testing.T, server *localaws.Server) *vault.Vault {
	var n atomic.Int64
	name := fmt.Sprintf("person-keys-%d", tables.Add(1))
	return &vault.Vault{
		Client: server.KeyTable(t, name), Table: name, Now: time.Now,
		NewID:    func() string { return fmt.Sprintf("alias-%d", n.Add(1)) },
		DataKeys: vault.KMS{Client: kms.NewFromConfig(server.Config), Key: server.Key(t)},
	}
}

// admitting gives the persons of a contract, who came through no door, their keys.
type admitting struct{ *vault.Vault }

func (a admitting) Seal(ctx context.Context, person, field, text string) (string, error) {
	alias, err := a.Alias(ctx, person)
	if err != nil {
		return "", err
	}
	return a.Vault.Seal(ctx, alias, field, text)
}

func (a admitting) Open(ctx context.Context, person, field, text string) (string, error) {
	alias, err := a.Alias(ctx, person)
	if err != nil {
		return "", err
	}
	return a.Vault.Open(ctx, alias, field, text)
}

// shredding follows a host through the system until they are forgotten, and then
// reads what has left it: the tables' backup and the events' archive.
func shredding(t *testing.T, server *localaws.Server) {
	v := newVault(t, server)
	n := 0
	newID := func() string { n++; return fmt.Sprintf("%026d", n) }
	table := func(name string) dynamo.Table {
		return dynamo.Table{
			Client: server.Table(t, name), Name: name, Now: time.Now, NewID: newID, Persons: v,
			EventRetention: time.Hour, CallRetention: time.Hour,
		}
	}
	store, models := table("shredding"), table("shredding-models")
	dinners := dinner.Commands{Dinners: dynamo.Dinners{Table: store}, Now: time.Now, NewID: newID}
	queries := dinner.Queries{Dinners: dynamo.Dinners{Table: store}}
	index := dynamo.Index{Table: models}

	ada, bob := alias(t, v, "subject-ada"), alias(t, v, "subject-bob")
	call := once.Call{Person: ada, Operation: "Create Dinner", Key: "k", Fingerprint: "digest"}
	created, err := dinners.Create(t.Context(), call, dinner.Host{ID: ada, Name: "Ada Lovelace"}, dinner.Plan{
		Title: "Ada's soup", Place: "12 St James's Square", Seats: 2, ConfirmBy: time.Now().Add(time.Hour), StartsAt: time.Now().Add(2 * time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := dinners.Reserve(t.Context(), once.Call{}, created.DinnerID, dinner.Guest{ID: bob, Name: "Bob Byron"}); err != nil {
		t.Fatal(err)
	}
	archive := server.Outbox(t, store.Name)
	for _, e := range archive {
		if err := (search.Projection{Index: index}).Handle(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}

	// While the keys are there, queries show everything, and nothing else does.
	if view, err := queries.See(t.Context(), created.DinnerID); err != nil || view.HostName != "Ada Lovelace" || view.Title != "Ada's soup" {
		t.Errorf("shown as %+v, %v", view, err)
	}
	if rows, err := index.Rows(t.Context(), "", 9); err != nil || len(rows) != 1 || rows[0].Title != "Ada's soup" || rows[0].Place != "12 St James's Square" {
		t.Errorf("found as %+v, %v", rows, err)
	}
	if again, err := dinners.Create(t.Context(), call, dinner.Host{ID: ada, Name: "Ada Lovelace"}, dinner.Plan{
		Title: "x", Place: "y", Seats: 2, ConfirmBy: time.Now().Add(time.Hour), StartsAt: time.Now().Add(2 * time.Hour),
	}); err != nil || again != created {
		t.Errorf("a repeated call: %+v, %v", again, err)
	}
	for _, word := range []string{"Ada", "soup", "James", "Bob", "Byron", "subject-", "digest"} {
		if in := append(mentions(t, store, word), mentions(t, models, word)...); len(in) > 0 {
			t.Errorf("%q lies open in %v", word, in)
		}
		for _, e := range archive {
			if strings.Contains(string(e.Data), word) {
				t.Errorf("%q lies open in the event %s: %s", word, e.Type, e.Data)
			}
		}
	}

	// Guest Forgotten destroys the key.
	backup := state(t, store, created.DinnerID)
	guests := guest.Commands{Guests: dynamo.Guests{Table: store}, Dinners: dinners, Now: time.Now}
	if err := guests.Forget(t.Context(), ada); err != nil {
		t.Fatal(err)
	}
	if err := v.Destroy(t.Context(), ada); err != nil {
		t.Fatal(err)
	}

	// The archive is replayed into new read models, and the backup read.
	fresh := dynamo.Index{Table: table("shredding-replay")}
	inboxes := dynamo.Inboxes(fresh)
	for _, e := range archive {
		if err := (search.Projection{Index: fresh}).Handle(t.Context(), e); err != nil {
			t.Errorf("a replayed %s fails: %v", e.Type, err)
		}
		if e.Type != dinner.CreatedType {
			if err := (notification.Policy{Inboxes: inboxes}).Handle(t.Context(), e); err != nil {
				t.Errorf("a replayed %s fails: %v", e.Type, err)
			}
		}
	}
	rows, err := fresh.Rows(t.Context(), "", 9)
	if err != nil || len(rows) != 1 || rows[0].Title != "" || rows[0].Place != "" || rows[0].Findable(time.Now()) {
		t.Errorf("replayed as %+v, %v", rows, err)
	}
	for field, text := range map[string]string{"hostName": backup.Host.Name, "title": backup.Title, "place": backup.Place} {
		if opened, err := v.Open(t.Context(), ada, field, text); err != nil || opened != "" || !strings.HasPrefix(text, vault.Mark) {
			t.Errorf("the backup's %s %q opens to %q, %v", field, text, opened, err)
		}
	}
	if name, err := v.Open(t.Context(), bob, "guestName", backup.Reservations[0].Guest.Name); err != nil || name != "Bob Byron" {
		t.Errorf("another person's name opens to %q, %v", name, err)
	}
}

func alias(t *testing.T, v *vault.Vault, subject string) string {
	t.Helper()
	a, err := v.Alias(t.Context(), subject)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// state returns a dinner as it lies in the table.
func state(t *testing.T, table dynamo.Table, id string) dinner.State {
	t.Helper()
	table.Persons = nil
	d, err := dynamo.Dinners{Table: table}.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return d.State()
}
