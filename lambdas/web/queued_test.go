package web_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/web"
)

// sent are the commands that a door was given; err is what it answers.
type sent struct {
	commands []queued.Command
	err      error
}

func (s *sent) Send(_ context.Context, c queued.Command) error {
	s.commands = append(s.commands, c)
	return s.err
}

// later is a service that applies commands when it is told to.
func later(t *testing.T) (s *service, queue *sent, apply func()) {
	queue = &sent{}
	var writer queued.Writer
	s = newService(t, func(c *web.Config) {
		writer = queued.Writer{
			Dinners: c.Commands, Outcomes: memory.New(c.Now, c.NewID, 24*time.Hour).Outcomes(), Keep: 24 * time.Hour, Now: c.Now,
		}
		c.Queued = &queued.Door{
			Queue: queue, Outcomes: writer.Outcomes, Key: c.CursorKey, NewID: c.NewID, Keep: writer.Keep, Now: c.Now,
		}
	})
	return s, queue, func() {
		t.Helper()
		for _, c := range queue.commands {
			if err := writer.Apply(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		queue.commands = nil
	}
}

// see follows the link of an answer to a command.
func (s *service) see(a answer, who string) answer {
	s.t.Helper()
	location := a.header.Get("Location")
	if a.status != http.StatusAccepted || location == "" || a.header.Get("Retry-After") != "1" || a.body["status"] != "pending" {
		s.t.Fatalf("got %d %v %s", a.status, a.header, a.raw)
	}
	return s.send("GET /"+strings.TrimLeft(location, "./"), "", as(who)...)
}

func TestQueued(t *testing.T) {
	s, queue, apply := later(t)
	opened := s.send("POST /dinners", aDinner(1, 0), as("host")...)
	path := "/dinners/" + opened.body["dinnerId"].(string)
	if a := s.see(opened, "host"); a.status != http.StatusOK || a.body["status"] != "pending" {
		t.Errorf("before it was applied: %d %s", a.status, a.raw)
	}
	if !strings.HasPrefix(opened.header.Get("Location"), "commands/host/") {
		t.Errorf("Location is %q", opened.header.Get("Location"))
	}
	s.want(s.send("GET "+path, ""), http.StatusNotFound, "not-found")
	first := s.send("POST "+path+"/reservations", aGuest, as("one")...)
	if !strings.HasPrefix(first.header.Get("Location"), "../../commands/guest/") {
		t.Errorf("Location is %q", first.header.Get("Location"))
	}
	second := s.send("POST "+path+"/reservations", aGuest, as("two")...)
	cancelled := s.send("DELETE "+path+"/reservations/01J00000000000000000000001", "", as("two")...)
	for _, c := range queue.commands {
		if c.DinnerID != opened.body["dinnerId"] {
			t.Errorf("%s is ordered with %s", c.Call.Operation, c.DinnerID)
		}
	}
	apply()
	if a := s.see(opened, "host"); a.body["status"] != "applied" || a.body["answer"].(map[string]any)["dinnerId"] != opened.body["dinnerId"] {
		t.Errorf("opened: %s", a.raw)
	}
	if a := s.see(first, "one"); a.body["status"] != "applied" || a.body["operation"] != queued.ReserveSeat {
		t.Errorf("the first guest: %s", a.raw)
	}
	for what, a := range map[string]answer{"dinner-full": s.see(second, "two"), "not-found": s.see(cancelled, "two")} {
		problem, _ := a.body["problem"].(map[string]any)
		if a.status != http.StatusOK || a.body["status"] != "refused" || problem["code"] != what || problem["type"] != "urn:dinner:problem:"+what || problem["status"] == nil {
			t.Errorf("want %s, got %d %s", what, a.status, a.raw)
		}
	}
	if a := s.send("GET "+path, ""); a.body["seatsLeft"] != 0.0 {
		t.Errorf("seats: %s", a.raw)
	}
}

// TestOnlyTheSenderSees wants nothing of a command to be seen by others, with another
// scope, without a token, or once it is over.
func TestOnlyTheSenderSees(t *testing.T) {
	s, _, apply := later(t)
	opened := s.send("POST /dinners", aDinner(1, 0), as("host")...)
	apply()
	at := "GET /" + opened.header.Get("Location")
	s.want(s.send(at, "", as("other")...), http.StatusNotFound, "not-found")
	s.want(s.send(at, ""), http.StatusUnauthorized, "unauthorized")
	s.want(s.send(at, "", "Authorization", "Bearer host dinner/guest"), http.StatusForbidden, "insufficient-scope")
	for _, made := range []string{"x", strings.Repeat("A", 40), at[len("GET /commands/host/"):] + "A"} {
		s.want(s.send("GET /commands/host/"+made, "", as("host")...), http.StatusNotFound, "not-found")
	}
	if a := s.send(at, "", as("host")...); a.status != http.StatusOK || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("got %d %v", a.status, a.header)
	}
	s.now = s.now.Add(25 * time.Hour)
	s.want(s.send(at, "", as("host")...), http.StatusNotFound, "not-found")
}

func TestAQueueThatFails(t *testing.T) {
	s, queue, _ := later(t)
	queue.err = errors.New("queue: secret-endpoint refuses")
	a := s.send("POST /dinners", aDinner(1, 0), as("host")...)
	if s.want(a, http.StatusInternalServerError, "internal"); strings.Contains(a.raw, "secret") {
		t.Errorf("shows %s", a.raw)
	}
	queue.commands = nil
	s.want(s.send("POST /dinners", `{"title":7}`, as("host")...), http.StatusBadRequest, "invalid")
	if len(queue.commands) > 0 {
		t.Errorf("a body that nobody can read was sent on: %v", queue.commands)
	}
}
