package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/notification"
	"fulcrum/lambdas/search"
)

func notices(t *testing.T, f *fixture) {
	ctx := t.Context()
	n := func(id string) notification.Notice {
		return notification.Notice{ID: id, Type: "Seat Reserved", DinnerID: "d", Text: "text", OccurredAt: noon}
	}
	for _, id := range []string{"01", "03", "02", "03"} {
		if err := f.Inboxes.Put(ctx, "p", n(id)); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Inboxes.Put(ctx, "q", n("04")); err != nil {
		t.Fatal(err)
	}
	first, next, err := notification.Mine(ctx, f.Inboxes, "p", "", 2)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]notification.Notice{n("03"), n("02")}, first); diff != "" || next != "02" {
		t.Errorf("next is %q; -want +got:\n%s", next, diff)
	}
	rest, next, err := notification.Mine(ctx, f.Inboxes, "p", next, 2)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]notification.Notice{n("01")}, rest); diff != "" || next != "" {
		t.Errorf("next is %q; -want +got:\n%s", next, diff)
	}
	if err := f.Inboxes.Forget(ctx, "p"); err != nil {
		t.Fatal(err)
	}
	if err := f.Inboxes.Put(ctx, "p", n("05")); err != nil {
		t.Fatal(err)
	}
	if left := must[[]notification.Notice](t)(f.Inboxes.Notices(ctx, "p", "", 10)); len(left) != 0 {
		t.Errorf("a forgotten person has notices: %v", left)
	}
	if others := must[[]notification.Notice](t)(f.Inboxes.Notices(ctx, "q", "", 10)); len(others) != 1 {
		t.Errorf("another person has %d notices, want 1", len(others))
	}
}

func index(t *testing.T, f *fixture) {
	ctx := t.Context()
	starts := noon.Add(48 * time.Hour)
	update := func(eventID, dinnerID, hostID string) {
		t.Helper()
		err := f.Index.Update(ctx, eventID, starts, dinnerID, func(r *search.Row) {
			r.HostID, r.Title, r.Status, r.ConfirmBy = hostID, "Soup", dinner.Open, starts
			r.SeatsLeft++
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	update("e1", "a", "h")
	update("e2", "a", "h")
	update("e2", "a", "h") // once for each event
	update("e3", "b", "i")
	all := must[[]search.Row](t)(f.Index.Rows(ctx, "", 10))
	if len(all) != 2 || all[0].DinnerID != "a" || all[0].SeatsLeft != 2 || !all[0].StartsAt.Equal(starts) {
		t.Errorf("got %+v", all)
	}
	if rest := must[[]search.Row](t)(f.Index.Rows(ctx, search.Key(starts, "a"), 10)); len(rest) != 1 || rest[0].DinnerID != "b" {
		t.Errorf("after the first: %+v", rest)
	}
	if err := f.Index.Forget(ctx, "h"); err != nil {
		t.Fatal(err)
	}
	update("e4", "c", "h") // too late
	found, _, err := search.Find(ctx, f.Index, noon, "", 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || found[0].DinnerID != "b" {
		t.Errorf("found %+v, want only the dinner of the other host", found)
	}
	for _, r := range must[[]search.Row](t)(f.Index.Rows(ctx, "", 10)) {
		if r.HostID == "h" {
			t.Errorf("a row still names the host: %+v", r)
		}
	}
}
