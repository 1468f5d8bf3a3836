package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/refusal"
)

// statusQuery is what links to the state of a command are signed for.
const statusQuery = "command"

// actors are who sends a command: the last part of the scope that it takes, and of
// the path at which its state is seen.
var actors = map[string]string{
	queued.CreateDinner: "host", queued.ConfirmNumber: "host",
	queued.ReserveSeat: "guest", queued.CancelReservation: "guest",
}

// accepted are the operations on commands that were accepted and not answered yet;
// none where commands are answered.
func (c *Config) accepted() []route {
	if c.Queued == nil {
		return nil
	}
	return []route{
		{"GET /commands/host/{command}", "See Command", "dinner/host", c.seeCommand},
		{"GET /commands/guest/{command}", "See Command", "dinner/guest", c.seeCommand},
	}
}

// pending is the answer to a command that was accepted.
type pending struct {
	Status    string `json:"status"`
	Operation string `json:"operation"`
	// DinnerID is the dinner that the command changes, or the one that it will open:
	// what is sent for that dinner from now on is applied after it.
	DinnerID   string    `json:"dinnerId"`
	AcceptedAt time.Time `json:"acceptedAt"`
}

// accept takes a command in and answers where its state is. The link holds for who
// sent the command and nobody else, and needs no record of it.
func (c *Config) accept(w http.ResponseWriter, r *http.Request, command queued.Command) error {
	command, err := c.Queued.Accept(r.Context(), command)
	if err != nil {
		return err
	}
	at := place{ctx: r.Context(), key: c.CursorKey, query: statusQuery, person: command.Call.Person}
	link, err := at.cursor(command.ID + "." + strconv.FormatInt(command.AcceptedAt.Unix(), 10))
	if err != nil {
		return err
	}
	// Relative to the request, it also holds behind an API with a stage.
	up := strings.Repeat("../", strings.Count(strings.Trim(r.URL.Path, "/"), "/"))
	w.Header().Set("Location", up+"commands/"+actors[command.Call.Operation]+"/"+link)
	w.Header().Set("Retry-After", "1")
	return writeJSON(w, http.StatusAccepted, pending{
		Status: "pending", Operation: command.Call.Operation, DinnerID: command.DinnerID, AcceptedAt: command.AcceptedAt,
	})
}

// state is what became of a command so far.
type state struct {
	// Status is "pending", "applied" or "refused".
	Status    string          `json:"status"`
	Operation string          `json:"operation,omitempty"`
	At        *time.Time      `json:"at,omitempty"`
	Answer    json.RawMessage `json:"answer,omitempty"`
	Problem   *problem        `json:"problem,omitempty"`
}

// seeCommand answers the state of a command to who sent it.
func (c *Config) seeCommand(w http.ResponseWriter, r *http.Request, who caller) error {
	none := refusal.New(refusal.NotFound, "there is no such command of yours, or it is over for longer than %v", c.Queued.Keep)
	at := place{ctx: r.Context(), key: c.CursorKey, query: statusQuery, person: who.id}
	text, err := at.read(r.PathValue("command"))
	if errors.Is(err, errCursor) {
		return none
	}
	if err != nil {
		return err
	}
	id, accepted, _ := strings.Cut(text, ".")
	second, err := strconv.ParseInt(accepted, 10, 64)
	if err != nil {
		return none
	}
	o, err := c.Queued.Outcomes.Outcome(r.Context(), id)
	switch {
	case errors.Is(err, queued.ErrNone) && c.Queued.Over(time.Unix(second, 0)):
		return none
	case errors.Is(err, queued.ErrNone):
		w.Header().Set("Retry-After", "1")
		return writeJSON(w, http.StatusOK, state{Status: "pending"})
	case err != nil:
		return err
	}
	s := state{Status: "applied", Operation: o.Operation, At: &o.At, Answer: o.Answer}
	if o.Refusal != nil {
		p := problemOf(o.Refusal)
		s.Status, s.Problem = "refused", &p
	}
	return writeJSON(w, http.StatusOK, s)
}
