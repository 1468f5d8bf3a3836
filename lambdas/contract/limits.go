package contract

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// limits goes up to each bound of a request, and one beyond.
func limits(s *session) {
	padded := func(size int) string { return aGuest + strings.Repeat(" ", size-len(aGuest)) }
	path := s.created(5, 0)
	reserve := "POST " + path + "/reservations"
	name := func(n int) string { return `{"guestName":"` + strings.Repeat("ü", n) + `"}` }
	for i, test := range []struct {
		line, body string
		more       []string
		status     int
		code       string
	}{
		{reserve, padded(16 << 10), nil, 201, ""},
		{reserve, padded(16<<10 + 1), nil, 413, "body-too-large"},
		{reserve, aGuest, []string{"Idempotency-Key", strings.Repeat("k", 255)}, 201, ""},
		{reserve, aGuest, []string{"Idempotency-Key", strings.Repeat("k", 256)}, 400, "invalid"},
		{reserve, name(80), nil, 201, ""},
		{reserve, name(81), nil, 400, "invalid"},
		{"POST /dinners", plan(strings.Repeat("ü", 120), 200, 200), nil, 201, ""},
		{"POST /dinners", plan(strings.Repeat("ü", 121), 200, 200), nil, 400, "invalid"},
		{"POST /dinners", plan("Soup", 201, 200), nil, 400, "invalid"},
		{"POST /dinners", plan("Soup", 200, 201), nil, 400, "invalid"},
		{"POST /dinners", plan("Soup", 0, 0), nil, 400, "invalid"},
		{"GET /me/notices?limit=100", "", nil, 200, ""},
		{"GET /me/notices?limit=101", "", nil, 400, "invalid"},
		{"GET /me/notices?limit=1000000000", "", nil, 400, "invalid"},
	} {
		s.wants(s.send(test.line, test.body, s.as(fmt.Sprintf("guest %d", i), test.more...)...), test.status, test.code)
	}
}

// timeouts wants an answer, soon and in the system's own words, when the store
// gives none, and the system back once it does.
func timeouts(s *session) {
	path := s.created(2, 0)
	s.Stall(s.t, true)
	begin := time.Now()
	late := s.send("GET "+path, "")
	ill := s.send("GET /health", "")
	took := time.Since(begin)
	s.Stall(s.t, false)
	s.wants(late, http.StatusServiceUnavailable, "timeout")
	s.wants(ill, http.StatusServiceUnavailable, "store-unavailable")
	for _, a := range []answer{late, ill} {
		if a.Header.Get("Retry-After") == "" {
			s.t.Errorf("%s does not say when to try again: %v", a.line, a.Header)
		}
	}
	if took > 30*time.Second {
		s.t.Errorf("two answers took %v", took)
	}
	s.wants(s.send("GET "+path, ""), http.StatusOK, "")
	s.wants(s.send("GET /health", ""), http.StatusOK, "")
}
