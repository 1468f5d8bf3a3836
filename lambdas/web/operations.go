package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/notification"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/refusal"
	"fulcrum/lambdas/search"
)

func (c *Config) createDinner(w http.ResponseWriter, r *http.Request, who caller) error {
	v, call, err := command(r, who, queued.CreateDinner)
	if err != nil {
		return err
	}
	const aTime = "a time such as 2030-01-31T19:00:00Z"
	host := dinner.Host{ID: who.id, Name: take[string](v, "hostName", "a string")}
	plan := dinner.Plan{
		Title:     take[string](v, "title", "a string"),
		Place:     take[string](v, "place", "a string"),
		StartsAt:  take[time.Time](v, "startsAt", aTime),
		ConfirmBy: take[time.Time](v, "confirmBy", aTime),
		Seats:     take[int](v, "seats", "a whole number"),
		Minimum:   take[int](v, "minimum", "a whole number"),
	}
	if err := v.err(); err != nil {
		return err
	}
	if c.Queued != nil {
		return c.accept(w, r, queued.Command{Call: call, Host: host, Plan: plan})
	}
	answer, err := c.Commands.Create(r.Context(), call, host, plan)
	if err != nil {
		return err
	}
	// Relative to the request, a location also holds behind an API with a stage.
	w.Header().Set("Location", "dinners/"+answer.DinnerID)
	return writeJSON(w, http.StatusCreated, answer)
}

func (c *Config) reserveSeat(w http.ResponseWriter, r *http.Request, who caller) error {
	v, call, err := command(r, who, queued.ReserveSeat)
	if err != nil {
		return err
	}
	guest := dinner.Guest{ID: who.id, Name: take[string](v, "guestName", "a string")}
	if err := v.err(); err != nil {
		return err
	}
	dinnerID, err := pathID(r, "dinnerId")
	if err != nil {
		return err
	}
	if c.Queued != nil {
		return c.accept(w, r, queued.Command{Call: call, DinnerID: dinnerID, Guest: guest})
	}
	answer, err := c.Reserve(r.Context(), call, dinnerID, guest)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "reservations/"+answer.ReservationID)
	return writeJSON(w, http.StatusCreated, answer)
}

func (c *Config) confirmNumber(w http.ResponseWriter, r *http.Request, who caller) error {
	v, call, err := command(r, who, queued.ConfirmNumber)
	if err != nil {
		return err
	}
	if err := v.err(); err != nil {
		return err
	}
	dinnerID, err := pathID(r, "dinnerId")
	if err != nil {
		return err
	}
	if c.Queued != nil {
		return c.accept(w, r, queued.Command{Call: call, DinnerID: dinnerID})
	}
	answer, err := c.Commands.Confirm(r.Context(), call, dinnerID, who.id)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, answer)
}

func (c *Config) cancelReservation(w http.ResponseWriter, r *http.Request, who caller) error {
	v, call, err := command(r, who, queued.CancelReservation)
	if err != nil {
		return err
	}
	if err := v.err(); err != nil {
		return err
	}
	dinnerID, err := pathID(r, "dinnerId")
	if err != nil {
		return err
	}
	reservationID, err := pathID(r, "reservationId")
	if err != nil {
		return err
	}
	if c.Queued != nil {
		return c.accept(w, r, queued.Command{Call: call, DinnerID: dinnerID, ReservationID: reservationID})
	}
	if err := c.Commands.Cancel(r.Context(), call, dinnerID, reservationID, who.id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// forgetMe keeps no record of the call: it can be repeated as it is.
func (c *Config) forgetMe(w http.ResponseWriter, r *http.Request, who caller) error {
	if c.Drafts != nil {
		if err := c.Drafts.Drop(r.Context(), who.id); err != nil {
			return err
		}
	}
	if err := c.Guests.Forget(r.Context(), who.id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (c *Config) findDinners(w http.ResponseWriter, r *http.Request, who caller) error {
	at, limit, err := c.page(r, who, "dinners")
	if err != nil {
		return err
	}
	found, next, err := search.Find(r.Context(), c.Index, c.Now(), at.after, limit)
	if err != nil {
		return err
	}
	cursor, err := at.cursor(next)
	if err != nil {
		return err
	}
	answer := struct {
		Dinners []search.Found `json:"dinners"`
		Next    string         `json:"next,omitempty"`
	}{found, cursor}
	body, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	return writeTagged(w, r, digest(body), c.public(), body)
}

func (c *Config) seeDinner(w http.ResponseWriter, r *http.Request, _ caller) error {
	dinnerID, err := pathID(r, "dinnerId")
	if err != nil {
		return err
	}
	view, err := c.Queries.See(r.Context(), dinnerID)
	if err != nil {
		return err
	}
	if seen := versions(r.Header); seen != nil && !slices.Contains(seen, view.Version) {
		return refusal.New(refusal.Changed, "dinner %s has version %d, not one that you named", dinnerID, view.Version)
	}
	body, err := json.Marshal(view)
	if err != nil {
		return err
	}
	return writeTagged(w, r, etag(view.Version), c.public(), body)
}

func (c *Config) myReservations(w http.ResponseWriter, r *http.Request, who caller) error {
	at, limit, err := c.page(r, who, "reservations")
	if err != nil {
		return err
	}
	held, next, err := c.Queries.Mine(r.Context(), who.id, at.after, limit)
	if err != nil {
		return err
	}
	cursor, err := at.cursor(next)
	if err != nil {
		return err
	}
	answer := struct {
		Reservations []dinner.Held `json:"reservations"`
		Next         string        `json:"next,omitempty"`
	}{held, cursor}
	return writeJSON(w, http.StatusOK, answer)
}

func (c *Config) myNotices(w http.ResponseWriter, r *http.Request, who caller) error {
	at, limit, err := c.page(r, who, "notices")
	if err != nil {
		return err
	}
	notices, next, err := notification.Mine(r.Context(), c.Inboxes, who.id, at.after, limit)
	if err != nil {
		return err
	}
	cursor, err := at.cursor(next)
	if err != nil {
		return err
	}
	answer := struct {
		Notices []notification.Notice `json:"notices"`
		Next    string                `json:"next,omitempty"`
	}{notices, cursor}
	return writeJSON(w, http.StatusOK, answer)
}

// pathID returns an id in the path. What is not a ULID names nothing, and the
// store need not be asked.
func pathID(r *http.Request, name string) (string, error) {
	id := r.PathValue(name)
	if len(id) != 26 || strings.Trim(id, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") != "" {
		return "", refusal.New(refusal.NotFound, "the %s in the path is not an id", name)
	}
	return id, nil
}
