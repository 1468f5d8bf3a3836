package contract

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// planned returns the body of Create Dinner with times as they are written here.
func planned(startsAt, confirmBy string) string {
	return fmt.Sprintf(`{"title":"Soup","place":"Harbour 1","hostName":"Host","seats":2,"minimum":0,"startsAt":%q,"confirmBy":%q}`, startsAt, confirmBy)
}

// refusals are requests that are wrong, each with the answer that says how.
func refusals(s *session) {
	path := s.created(2, 0)
	reserve := "POST " + path + "/reservations"
	for _, test := range []struct {
		name, line, body string
		more             []string
		status           int
		code             string
	}{
		{"no such path", "GET /elsewhere", "", nil, 404, "not-found"},
		{"trailing slash", "GET /dinners/", "", nil, 404, "not-found"},
		{"no such method", "PUT /dinners", "", nil, 405, "method-not-allowed"},
		{"no such dinner", "POST /dinners/01J99999999999999999999999/reservations", aGuest, nil, 404, "not-found"},
		{"dinner is no id", "POST /dinners/x/reservations", aGuest, nil, 404, "not-found"},
		{"reservation is no id", "DELETE " + path + "/reservations/1%20OR%201=1", "", nil, 404, "not-found"},
		{"no body", reserve, "", nil, 400, "invalid"},
		{"not JSON", reserve, `{`, nil, 400, "malformed-body"},
		{"two documents", reserve, aGuest + aGuest, nil, 400, "malformed-body"},
		{"not an object", reserve, `[1]`, nil, 400, "malformed-body"},
		{"null", reserve, `null`, nil, 400, "malformed-body"},
		{"not UTF-8", reserve, "{\"guestName\":\"\xff\"}", nil, 400, "malformed-body"},
		{"too deep", reserve, `{"guestName":` + strings.Repeat("[", 8000), nil, 400, "malformed-body"},
		{"deep and closed", reserve, `{"guestName":` + strings.Repeat("[", 7000) + strings.Repeat("]", 7000) + `}`, nil, 400, "invalid"},
		{"half a character", reserve, `{"guestName":"\ud83d"}`, nil, 400, "invalid"},
		{"too large", reserve, `{"guestName":"` + strings.Repeat("x", 17<<10) + `"}`, nil, 413, "body-too-large"},
		{"far too large", reserve, strings.Repeat("x", 900<<10), nil, 413, "body-too-large"},
		{"not said to be JSON", reserve, aGuest, []string{"Content-Type", "text/plain"}, 415, "unsupported-media-type"},
		{"unknown value", reserve, `{"guestName":"Guest","admin":true}`, nil, 400, "invalid"},
		{"control characters", reserve, `{"guestName":"a\u0000b"}`, nil, 400, "invalid"},
		{"seats beyond numbers", "POST /dinners", strings.Replace(plan("Soup", 7, 0), `"seats":7`, `"seats":1e400`, 1), nil, 400, "invalid"},
		{"a text that grows when it is written down", "POST /dinners", plan(strings.Repeat("<", 15<<10), 2, 0), nil, 400, "invalid"},
		{"a time beyond times", "POST /dinners", planned("9999-12-31T23:59:59-23:59", "2999-01-01T00:00:00Z"), nil, 400, "invalid"},
		{"a time before times", "POST /dinners", planned("2999-01-02T00:00:00Z", "0000-01-01T00:00:00+23:59"), nil, 400, "invalid"},
		{"not to be found by expression", "GET /dinners?cursor=ZGlubmVyczphIE9SIDE9MQ", "", nil, 400, "invalid"},
	} {
		s.t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			a := s.wants(s.send(test.line, test.body, s.as("clumsy", test.more...)...), test.status, test.code)
			if allow := a.Header.Get("Allow"); test.status == http.StatusMethodNotAllowed && allow != "GET, HEAD, POST" {
				t.Errorf("Allow is %q", allow)
			}
		})
	}
	a := s.wants(s.send("POST /dinners", `{"title":7,"hostName":null,"startsAt":"soon","seats":1.5,"colour":"red"}`, s.as("host")...),
		http.StatusBadRequest, "invalid")
	var fields []string
	list, _ := a.json["errors"].([]any)
	for _, e := range list {
		if field, ok := e.(map[string]any)["field"].(string); ok {
			fields = append(fields, field)
		}
	}
	if want := []string{"hostName", "title", "place", "startsAt", "confirmBy", "seats", "minimum", "colour"}; !slices.Equal(fields, want) {
		s.t.Errorf("wrong values: %v, want all of %v", fields, want)
	}
	if a := s.wants(s.send("GET "+path, ""), http.StatusOK, ""); a.json["seatsLeft"] != 2.0 {
		s.t.Errorf("a refused request changed the dinner: %s", a.Body)
	}
}
