package contract

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Run holds a system to the whole contract. It leaves dinners of people of its
// own behind.
func Run(t *testing.T, system System) {
	s := newSession(t, system)
	for _, part := range []struct {
		name string
		hold func(*session)
		can  bool // be asked of the system
	}{
		{"public", public, !system.Procedures},
		{"life of a dinner", lifeOfADinner, true},
		{"too few", tooFew, true},
		{"idempotency", idempotency, true},
		{"conditional query", conditionalQuery, !system.Procedures},
		{"conditional command", conditionalCommand, !system.Procedures},
		{"pagination", pagination, true},
		{"cross-origin", crossOrigin, !system.Procedures},
		{"tokens", tokens, true},
		{"limits", limits, !system.Procedures},
		{"refusals", refusals, !system.Procedures},
		{"paths", paths, !system.Procedures},
		{"injection", injection, true},
		{"guessing", guessing, true},
		{"page size", pageSize, true},
		{"forget me", forgetMe, true},
		{"timeouts", timeouts, system.Stall != nil},
		{"live", live, system.Live != ""},
	} {
		if !part.can {
			continue
		}
		t.Run(part.name, func(t *testing.T) { part.hold(s.in(t)) })
	}
}

// Public holds a system to the part of the contract that needs no token and that
// no door answers by itself. It changes nothing.
func Public(t *testing.T, system System) { public(newSession(t, system)) }

// Live holds a system to what clients may expect of the connections over which they
// are told at once.
func Live(t *testing.T, system System) { live(newSession(t, system)) }

var ulid = regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{26}$`)

func public(s *session) {
	if a := s.wants(s.send("GET /health", ""), http.StatusOK, ""); a.json["status"] != "ok" || a.Header.Get("Cache-Control") != "no-store" {
		s.t.Errorf("health: %v %s", a.Header, a.Body)
	}
	if a := s.wants(s.send("GET /dinners?limit=1", ""), http.StatusOK, ""); a.json["dinners"] == nil {
		s.t.Errorf("dinners: %s", a.Body)
	}
	s.wants(s.send("GET /dinners/01J99999999999999999999999", ""), http.StatusNotFound, "not-found")
	for _, id := range []string{"1", "01j99999999999999999999999", strings.Repeat("0", 2000), "%00", "%2e%2e", "01J9999999999999999999999I"} {
		s.wants(s.send("GET /dinners/"+id, ""), http.StatusNotFound, "not-found")
	}
	for _, query := range []string{
		"limit=0", "limit=101", "limit=-1", "limit=x", "limit=99999999999999999999",
		"cursor=eA", "cursor=%00", "cursor=" + strings.Repeat("A", 600),
	} {
		s.wants(s.send("GET /dinners?"+query, ""), http.StatusBadRequest, "invalid")
	}
	if a := s.send("GET /me/notices", ""); a.Status != http.StatusUnauthorized {
		s.t.Errorf("without a token: %d %s", a.Status, a.Body)
	}
}

// plan returns the body of Create Dinner, with the times that it has.
func plan(title string, seats, minimum int) string {
	begin := time.Now().UTC().Truncate(time.Second).Add(48 * time.Hour)
	return fmt.Sprintf(`{"title":%q,"place":"Harbour 1","hostName":"Host","startsAt":%q,"confirmBy":%q,"seats":%d,"minimum":%d}`,
		title, begin.Format(time.RFC3339), begin.Add(-24*time.Hour).Format(time.RFC3339), seats, minimum)
}

const aGuest = `{"guestName":"Guest Ünal"}`

// created creates a dinner of the host and returns its path.
func (s *session) created(seats, minimum int) string {
	s.t.Helper()
	a := s.wants(s.send("POST /dinners", plan("Soup", seats, minimum), s.as("host")...), http.StatusCreated, "")
	id, _ := a.json["dinnerId"].(string)
	if !ulid.MatchString(id) || !s.leads(a, "/dinners/"+id) {
		s.t.Fatalf("created %v %s", a.Header, a.Body)
	}
	return "/dinners/" + id
}

// reserved reserves a seat for a guest and returns the reservation's path.
func (s *session) reserved(dinner, guest string) string {
	s.t.Helper()
	a := s.wants(s.send("POST "+dinner+"/reservations", aGuest, s.as(guest)...), http.StatusCreated, "")
	id, _ := a.json["reservationId"].(string)
	if !ulid.MatchString(id) || !s.leads(a, dinner+"/reservations/"+id) {
		s.t.Fatalf("reserved %v %s", a.Header, a.Body)
	}
	return dinner + "/reservations/" + id
}

// list returns the items of a query's answer.
func (s *session) list(a answer, name string) []map[string]any {
	s.t.Helper()
	raw, ok := s.wants(a, http.StatusOK, "").json[name].([]any)
	if !ok {
		s.t.Fatalf("%s: no %s in %s", a.line, name, a.Body)
	}
	items := make([]map[string]any, len(raw))
	for i, item := range raw {
		items[i], _ = item.(map[string]any)
	}
	return items
}

// found reports what Find Dinners shows of a dinner, reading page after page.
func (s *session) found(dinner string) (map[string]any, bool) {
	s.t.Helper()
	for target := "/dinners?limit=100"; target != ""; {
		a := s.send("GET "+target, "")
		for _, d := range s.list(a, "dinners") {
			if "/dinners/"+d["dinnerId"].(string) == dinner {
				return d, true
			}
		}
		target = ""
		if next, ok := a.json["next"].(string); ok {
			target = "/dinners?limit=100&cursor=" + next
		}
	}
	return nil, false
}

func lifeOfADinner(s *session) {
	path := s.created(2, 1)
	seen := s.wants(s.send("GET "+path, ""), http.StatusOK, "")
	for name, value := range map[string]any{
		"title": "Soup", "place": "Harbour 1", "hostName": "Host", "seats": 2.0, "seatsLeft": 2.0, "minimum": 1.0, "status": "open",
	} {
		if seen.json[name] != value {
			s.t.Errorf("%s is %v, want %v", name, seen.json[name], value)
		}
	}
	s.eventually("the dinner is found", func() bool {
		d, ok := s.found(path)
		return ok && d["seatsLeft"] == 2.0 && d["title"] == "Soup"
	})
	s.reserved(path, "one")
	s.wants(s.send("POST "+path+"/reservations", aGuest, s.as("one")...), http.StatusConflict, "already-reserved")
	two := s.reserved(path, "two")
	s.wants(s.send("POST "+path+"/reservations", aGuest, s.as("three")...), http.StatusConflict, "dinner-full")
	s.wants(s.send("DELETE "+two, "", s.as("one")...), http.StatusNotFound, "not-found")
	if a := s.wants(s.send("DELETE "+two, "", s.as("two")...), http.StatusNoContent, ""); len(a.Body) != 0 {
		s.t.Errorf("204 with the body %s", a.Body)
	}
	s.wants(s.send("POST "+path+"/confirmation", "", s.as("two")...), http.StatusForbidden, "not-the-host")
	a := s.wants(s.send("POST "+path+"/confirmation", "{}", s.as("host")...), http.StatusOK, "")
	if a.json["status"] != "confirmed" || a.json["number"] != 1.0 {
		s.t.Errorf("confirmed %s", a.Body)
	}
	s.wants(s.send("POST "+path+"/reservations", aGuest, s.as("two")...), http.StatusConflict, "dinner-not-open")
	held := s.list(s.send("GET /me/reservations", "", s.as("one")...), "reservations")
	if len(held) != 1 || held[0]["dinnerStatus"] != "confirmed" || "/dinners/"+held[0]["dinnerId"].(string) != path {
		s.t.Errorf("held %v", held)
	}
	s.eventually("the guest has two notices", func() bool {
		notices := s.list(s.send("GET /me/notices", "", s.as("one")...), "notices")
		return len(notices) == 2 && notices[0]["type"] == "Number Confirmed" && notices[1]["type"] == "Seat Reserved"
	})
	s.eventually("a confirmed dinner is not found", func() bool { _, ok := s.found(path); return !ok })
}

func tooFew(s *session) {
	path := s.created(3, 2)
	s.reserved(path, "lonely")
	a := s.wants(s.send("POST "+path+"/confirmation", "", s.as("host")...), http.StatusOK, "")
	if a.json["status"] != "cancelled" {
		s.t.Errorf("got %s", a.Body)
	}
	s.eventually("the guest is told", func() bool {
		notices := s.list(s.send("GET /me/notices", "", s.as("lonely")...), "notices")
		return len(notices) == 2 && notices[0]["type"] == "Dinner Cancelled"
	})
}
