package contract

import (
	"net/http"
	"slices"
	"testing"
)

// Alone holds a system to the part of the contract that one person with both scopes
// can find out, behind a door that refuses by itself what it can. It cancels the
// dinner that it opens.
func Alone(t *testing.T, system System) { alone(newSession(t, system)) }

func alone(s *session) {
	path := s.created(3, 2)
	s.eventually("the dinner is found", func() bool { _, ok := s.found(path); return ok })
	seen := s.wants(s.send("GET "+path, ""), http.StatusOK, "")
	tag := seen.Header.Get("ETag")
	if tag == "" || seen.json["seatsLeft"] != 3.0 {
		s.t.Errorf("saw %v %s", seen.Header, seen.Body)
	}
	s.wants(s.send("GET "+path, "", "If-None-Match", tag), http.StatusNotModified, "")

	reserve, key := "POST "+path+"/reservations", s.as("", "Idempotency-Key", s.people)
	once := s.wants(s.send(reserve, aGuest, key...), http.StatusCreated, "")
	again := s.wants(s.send(reserve, aGuest, key...), http.StatusCreated, "")
	if string(once.Body) != string(again.Body) {
		s.t.Errorf("reserved %s and then %s", once.Body, again.Body)
	}
	s.wants(s.send(reserve, `{"guestName":"Another"}`, key...), http.StatusUnprocessableEntity, "idempotency-key-reuse")
	s.wants(s.send(reserve, aGuest, s.as("")...), http.StatusConflict, "already-reserved")
	s.wants(s.send(reserve, aGuest, s.as("", "If-Match", tag)...), http.StatusPreconditionFailed, "dinner-changed")

	held, _, _ := s.pages("/me/reservations", "reservations", "me", 100)
	if !slices.Contains(texts(held, "dinnerId"), path[len("/dinners/"):]) {
		s.t.Errorf("the reservation is not among %v", held)
	}
	s.eventually("there is a notice", func() bool {
		notices, _, _ := s.pages("/me/notices", "notices", "me", 100)
		return slices.Contains(texts(notices, "dinnerId"), path[len("/dinners/"):])
	})
	mine := "DELETE " + path + "/reservations/" + once.json["reservationId"].(string)
	s.wants(s.send(mine, "", s.as("")...), http.StatusNoContent, "")
	s.wants(s.send(mine, "", s.as("")...), http.StatusNotFound, "not-found")
	if a := s.wants(s.send("POST "+path+"/confirmation", "", s.as("")...), http.StatusOK, ""); a.json["status"] != "cancelled" {
		s.t.Errorf("confirmed with too few: %s", a.Body)
	}
	s.eventually("a cancelled dinner is not found", func() bool { _, ok := s.found(path); return !ok })
}
