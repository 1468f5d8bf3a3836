package contract

import (
	"net/http"
)

// conditionalQuery asks for what changed since: of a dinner, and of a page.
func conditionalQuery(s *session) {
	path := s.created(2, 0)
	for reserved, target := range []string{path, "/dinners?limit=100"} {
		// What was reserved before must not change the page between two requests.
		s.eventually("the dinner is found as it is", func() bool {
			d, ok := s.found(path)
			return ok && d["seatsLeft"] == float64(2-reserved)
		})
		first := s.wants(s.send("GET "+target, ""), http.StatusOK, "")
		tag := first.Header.Get("ETag")
		if tag == "" || first.Header.Get("Cache-Control") != "no-cache" {
			s.t.Errorf("%s: headers are %v", target, first.Header)
		}
		for header, status := range map[string]int{tag: 304, "W/" + tag: 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200, "x": 200} {
			a := s.wants(s.send("GET "+target, "", "If-None-Match", header), status, "")
			if a.Header.Get("ETag") != tag || status == http.StatusNotModified && len(a.Body) != 0 {
				s.t.Errorf("%s, If-None-Match %s: %v %s", target, header, a.Header, a.Body)
			}
		}
		if a := s.wants(s.send("HEAD "+target, ""), http.StatusOK, ""); a.Header.Get("ETag") != tag || len(a.Body) != 0 {
			s.t.Errorf("HEAD %s: %v %s", target, a.Header, a.Body)
		}
		s.reserved(path, "one of "+target)
		s.eventually("a change has another tag", func() bool {
			a := s.wants(s.send("GET "+target, "", "If-None-Match", tag), 0, "")
			return a.Status == http.StatusOK && a.Header.Get("ETag") != tag
		})
	}
}

// conditionalCommand changes a dinner only if it still is as the client saw it.
func conditionalCommand(s *session) {
	path := s.created(3, 0)
	see := func() string { return s.wants(s.send("GET "+path, ""), http.StatusOK, "").Header.Get("ETag") }
	seen := see()
	s.reserved(path, "quick")
	for _, header := range []string{seen, "W/" + see(), `"x"`, "x", `"999"`, seen + `, "x"`} {
		s.wants(s.send("POST "+path+"/reservations", aGuest, s.as("slow", "If-Match", header)...), http.StatusPreconditionFailed, "dinner-changed")
	}
	s.wants(s.send("POST "+path+"/confirmation", "", s.as("host", "If-Match", seen)...), http.StatusPreconditionFailed, "dinner-changed")
	s.wants(s.send("GET "+path, "", "If-Match", seen), http.StatusPreconditionFailed, "dinner-changed")
	s.wants(s.send("GET "+path, "", "If-Match", see()), http.StatusOK, "")
	s.wants(s.send("POST "+path+"/reservations", aGuest, s.as("second", "If-Match", "*")...), http.StatusCreated, "")
	// Whoever repeats a call that was done is answered, whatever changed since.
	headers := s.as("slow", "If-Match", `"x", `+see(), "Idempotency-Key", "key-3")
	once := s.wants(s.send("POST "+path+"/reservations", aGuest, headers...), http.StatusCreated, "")
	again := s.wants(s.send("POST "+path+"/reservations", aGuest, headers...), http.StatusCreated, "")
	if string(once.Body) != string(again.Body) {
		s.t.Errorf("reserved %s and then %s", once.Body, again.Body)
	}
	headers = s.as("slow", "If-Match", "*", "Idempotency-Key", "key-3") // another condition is another request
	s.wants(s.send("POST "+path+"/reservations", aGuest, headers...), http.StatusUnprocessableEntity, "idempotency-key-reuse")
	mine := "DELETE " + path + "/reservations/" + once.json["reservationId"].(string)
	s.wants(s.send(mine, "", s.as("slow", "If-Match", seen)...), http.StatusPreconditionFailed, "dinner-changed")
	s.wants(s.send(mine, "", s.as("slow", "If-Match", see())...), http.StatusNoContent, "")
}
