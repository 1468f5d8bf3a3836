package menu_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/menu"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
)

// recorder permits everything and remembers what.
type recorder struct{ permitted []string }

func (r *recorder) Upload(_ context.Context, key, mediaType string, bytes int64) (menu.Permit, error) {
	r.permitted = append(r.permitted, fmt.Sprintf("PUT %s %s %d", key, mediaType, bytes))
	return menu.Permit{Method: "PUT"}, nil
}

func (r *recorder) Download(_ context.Context, key string) (menu.Permit, error) {
	r.permitted = append(r.permitted, "GET "+key)
	return menu.Permit{Method: "GET"}, nil
}

// TestWhoMay wants the host to send a menu, the host and who comes to load it, and
// nothing permitted to anybody else.
func TestWhoMay(t *testing.T) {
	now := time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)
	ids := 0
	id := func() string { ids++; return fmt.Sprint("id", ids) }
	store := memory.New(func() time.Time { return now }, id, time.Hour)
	commands := dinner.Commands{Dinners: store.Dinners(), Now: func() time.Time { return now }, NewID: id}
	made, err := commands.Create(t.Context(), once.Call{}, dinner.Host{ID: "host", Name: "Host"}, dinner.Plan{
		Title: "Soup", Place: "Here", StartsAt: now.Add(48 * time.Hour), ConfirmBy: now.Add(24 * time.Hour), Seats: 4,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := commands.Reserve(t.Context(), once.Call{}, made.DinnerID, dinner.Guest{ID: "anna", Name: "Anna"}); err != nil {
		t.Fatal(err)
	}
	if _, err := commands.Hold(t.Context(), once.Call{}, made.DinnerID, "r", "run", dinner.Guest{ID: "bert", Name: "Bert"}); err != nil {
		t.Fatal(err)
	}
	r := &recorder{}
	menus := menu.Menus{Dinners: store.Dinners(), Files: r}
	for _, x := range []struct {
		what string
		do   func() (menu.Permit, error)
		code refusal.Code
		want string
	}{
		{"host gives", func() (menu.Permit, error) {
			return menus.Give(t.Context(), made.DinnerID, "host", "image/png", menu.MaxBytes)
		}, "", "PUT menus/" + made.DinnerID + " image/png 10485760"},
		{"guest gives", func() (menu.Permit, error) { return menus.Give(t.Context(), made.DinnerID, "anna", "image/png", 1) }, refusal.NotHost, ""},
		{"nobody gives", func() (menu.Permit, error) { return menus.Give(t.Context(), made.DinnerID, "", "image/png", 1) }, refusal.NotHost, ""},
		{"a page", func() (menu.Permit, error) { return menus.Give(t.Context(), made.DinnerID, "host", "text/html", 1) }, refusal.Invalid, ""},
		{"too large", func() (menu.Permit, error) {
			return menus.Give(t.Context(), made.DinnerID, "host", "image/png", menu.MaxBytes+1)
		}, refusal.Invalid, ""},
		{"empty", func() (menu.Permit, error) { return menus.Give(t.Context(), made.DinnerID, "host", "image/png", 0) }, refusal.Invalid, ""},
		{"no dinner", func() (menu.Permit, error) { return menus.Give(t.Context(), "none", "host", "image/png", 1) }, refusal.NotFound, ""},
		{"host loads", func() (menu.Permit, error) { return menus.Load(t.Context(), made.DinnerID, "host") }, "", "GET menus/" + made.DinnerID},
		{"guest loads", func() (menu.Permit, error) { return menus.Load(t.Context(), made.DinnerID, "anna") }, "", "GET menus/" + made.DinnerID},
		{"who only holds a seat", func() (menu.Permit, error) { return menus.Load(t.Context(), made.DinnerID, "bert") }, refusal.NotFound, ""},
		{"a stranger", func() (menu.Permit, error) { return menus.Load(t.Context(), made.DinnerID, "cleo") }, refusal.NotFound, ""},
		{"nobody loads", func() (menu.Permit, error) { return menus.Load(t.Context(), made.DinnerID, "") }, refusal.NotFound, ""},
	} {
		r.permitted = nil
		_, err := x.do()
		var refused *refusal.Error
		if x.code != "" && (!errors.As(err, &refused) || refused.Code != x.code) || x.code == "" && err != nil {
			t.Errorf("%s: %v, want %q", x.what, err, x.code)
		}
		if got := fmt.Sprint(r.permitted); got != fmt.Sprint([]string{x.want}) && (x.want != "" || got != "[]") {
			t.Errorf("%s: permitted %s, want %s", x.what, got, x.want)
		}
	}
}
