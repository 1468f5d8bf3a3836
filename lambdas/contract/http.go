package contract

import (
	"cmp"
	"net/http"
	"strings"
)

func idempotency(s *session) {
	body := plan("Once", 2, 0)
	headers := s.as("host", "Idempotency-Key", "key-1")
	first := s.wants(s.send("POST /dinners", body, headers...), http.StatusCreated, "")
	again := s.wants(s.send("POST /dinners", body, headers...), http.StatusCreated, "")
	if string(first.Body) != string(again.Body) || first.Header.Get("Location") != again.Header.Get("Location") {
		s.t.Errorf("answered %s and then %s", first.Body, again.Body)
	}
	s.wants(s.send("POST /dinners", plan("Twice", 3, 0), headers...), http.StatusUnprocessableEntity, "idempotency-key-reuse")
	other := s.wants(s.send("POST /dinners", body, s.as("other host", "Idempotency-Key", "key-1")...), http.StatusCreated, "")
	if other.json["dinnerId"] == first.json["dinnerId"] {
		s.t.Error("a key of one person gave another person the answer")
	}
	reserve := "POST /dinners/" + first.json["dinnerId"].(string) + "/reservations"
	headers = s.as("careful", "Idempotency-Key", "key-2")
	once, twice := s.send(reserve, aGuest, headers...), s.send(reserve, aGuest, headers...)
	s.wants(once, http.StatusCreated, "")
	s.wants(twice, http.StatusCreated, "")
	if string(once.Body) != string(twice.Body) {
		s.t.Errorf("reserved %s and then %s", once.Body, twice.Body)
	}
	// Confirming and cancelling, which could not be done twice, are answered again.
	held := "/dinners/" + first.json["dinnerId"].(string) + "/reservations/" + once.json["reservationId"].(string)
	headers = s.as("careful", "Idempotency-Key", "key-3")
	for range 2 {
		s.wants(s.send("DELETE "+held, "", headers...), http.StatusNoContent, "")
	}
	s.wants(s.send("DELETE "+held, "", s.as("careful")...), http.StatusNotFound, "not-found")
	elsewhere := held[:strings.LastIndex(held, "/")] + "/01J99999999999999999999999"
	s.wants(s.send("DELETE "+elsewhere, "", headers...), http.StatusUnprocessableEntity, "idempotency-key-reuse")
	confirm := "POST /dinners/" + first.json["dinnerId"].(string) + "/confirmation"
	headers = s.as("host", "Idempotency-Key", "key-1") // of another command: it is another call
	once, twice = s.send(confirm, "", headers...), s.send(confirm, "", headers...)
	s.wants(once, http.StatusOK, "")
	s.wants(twice, http.StatusOK, "")
	if string(once.Body) != string(twice.Body) || once.json["number"] != 0.0 {
		s.t.Errorf("confirmed %s and then %s", once.Body, twice.Body)
	}
	s.wants(s.send(confirm, "", s.as("host")...), http.StatusConflict, "dinner-not-open")
	for _, key := range []string{strings.Repeat("k", 256), "a b", "ä"} {
		if s.Procedures && key == "ä" {
			continue // no value of metadata
		}
		s.wants(s.send("POST /dinners", body, s.as("host", "Idempotency-Key", key)...), http.StatusBadRequest, "invalid")
	}
}

func crossOrigin(s *session) {
	preflight := func(origin, method string) answer {
		return s.wants(s.send("OPTIONS /me", "", "Origin", origin, "Access-Control-Request-Method", method), http.StatusNoContent, "")
	}
	h := preflight(s.Origin, "DELETE").Header
	if h.Get("Access-Control-Allow-Origin") != s.Origin || !strings.Contains(h.Get("Access-Control-Allow-Methods"), "DELETE") ||
		!strings.Contains(h.Get("Access-Control-Allow-Headers"), "Idempotency-Key, If-Match, If-None-Match") || h.Get("Access-Control-Max-Age") == "" {
		s.t.Errorf("preflight: %v", h)
	}
	if h := preflight("https://evil.example", "DELETE").Header; h.Get("Access-Control-Allow-Origin")+h.Get("Access-Control-Allow-Methods") != "" {
		s.t.Errorf("another origin is allowed: %v", h)
	}
	for _, line := range []string{"GET /dinners", "GET /elsewhere"} {
		h := s.send(line, "", "Origin", s.Origin).Header
		if h.Get("Access-Control-Allow-Origin") != s.Origin || !strings.Contains(strings.Join(h.Values("Vary"), ","), "Origin") ||
			!strings.Contains(h.Get("Access-Control-Expose-Headers"), "ETag") || h.Get("Access-Control-Allow-Credentials") != "" {
			s.t.Errorf("%s: %v", line, h)
		}
	}
}

func tokens(s *session) {
	good := s.Token(s.people+"one", "dinner/guest")
	refused := map[string][]string{
		"none": nil, "basic": {"Authorization", "Basic eA=="}, "empty": {"Authorization", "Bearer "},
		"not one": {"Authorization", "Bearer x.y.z"}, "cut": {"Authorization", "Bearer " + good[:len(good)-8]},
		"no signature": {"Authorization", "Bearer " + good[:strings.LastIndex(good, ".")+1]},
		"too long":     {"Authorization", "Bearer " + strings.Repeat("a", 9<<10)},
	}
	for name, token := range s.forged("one") {
		refused[name] = []string{"Authorization", "Bearer " + token}
	}
	for name, headers := range refused {
		a := s.send("GET /me/reservations", "", headers...)
		a.line += ", token: " + name
		if s.DoorVerifies && a.Status == http.StatusUnauthorized {
			continue // in words of its own
		}
		s.wants(a, http.StatusUnauthorized, "unauthorized")
		// A REST API gives this header another name.
		// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
		challenge := cmp.Or(a.Header.Get("WWW-Authenticate"), a.Header.Get("X-Amzn-Remapped-WWW-Authenticate"))
		if !strings.HasPrefix(challenge, "Bearer") && !s.Procedures {
			s.t.Errorf("%s: WWW-Authenticate is %q", name, challenge)
		}
	}
	s.wants(s.send("POST /dinners", plan("Soup", 2, 0), "Authorization", "Bearer "+good), http.StatusForbidden, "insufficient-scope")
	s.wants(s.send("GET /me/reservations", "", "Authorization", "bearer "+good), http.StatusOK, "")
}

func forgetMe(s *session) {
	path := s.created(2, 0)
	s.reserved(path, "leaver")
	mine := func(query string) int { return len(s.list(s.send("GET /me/"+query, "", s.as("leaver")...), query)) }
	s.eventually("there is a notice", func() bool { return mine("notices") == 1 })
	for range 2 {
		s.wants(s.send("DELETE /me", "", s.as("leaver")...), http.StatusNoContent, "")
	}
	if n := mine("reservations"); n != 0 {
		s.t.Errorf("%d reservations are left", n)
	}
	s.eventually("notices are gone", func() bool { return mine("notices") == 0 })
	s.wants(s.send("POST "+path+"/reservations", aGuest, s.as("leaver")...), http.StatusForbidden, "guest-forgotten")
	if a := s.wants(s.send("GET "+path, ""), http.StatusOK, ""); a.json["seatsLeft"] != 2.0 {
		s.t.Errorf("the seat was not given back: %s", a.Body)
	}
}
