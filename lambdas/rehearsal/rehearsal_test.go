package rehearsal_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"fulcrum/lambdas/contract"
	"fulcrum/lambdas/contract/issuer"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/localdoor"
	"fulcrum/lambdas/rehearsal"
	"fulcrum/lambdas/runtimeapi"
)

const origin = "https://dinner.example"

// stage is what the parts of TestRehearsal share: a local AWS and binaries take
// longer to start than to use.
type stage struct {
	server   *localaws.Server
	binaries string
	issuer   *issuer.Issuer
}

func (s stage) start(t *testing.T, name string) (*rehearsal.System, contract.System) {
	t.Helper()
	return s.started(t, rehearsal.Start, name, "LOG_LEVEL=warn")
}

// starter is rehearsal.Start or StartShredding.
type starter func(t localaws.Scope, server *localaws.Server, binaries, name string, settings ...string) *rehearsal.System

func (s stage) started(t *testing.T, start starter, name string, settings ...string) (*rehearsal.System, contract.System) {
	t.Helper()
	system := start(t, s.server, s.binaries, name, append([]string{"CONSISTENCY=strong",
		"TOKEN_ISSUER=" + s.issuer.URL, "TOKEN_CLIENTS=" + issuer.Client, "ALLOWED_ORIGINS=" + origin}, settings...)...)
	door := localdoor.Door{Form: localdoor.HTTPAPI, Claims: s.issuer.Verify, Invoke: system.API.Invoke}
	return system, contract.System{
		Client: contract.HTTP{URL: "https://api.dinner.example", Client: &http.Client{Transport: door}},
		Token: func(person, scope string) string {
			token, err := s.issuer.Token(person, scope, time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			return token
		},
		Origin: origin, DoorVerifies: true, Settle: func(t *testing.T) { system.Settle(t) },
	}
}

// TestRehearsal runs the system on a local AWS.
func TestRehearsal(t *testing.T) {
	i, err := issuer.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	s := stage{localaws.Start(t), runtimeapi.Build(t, rehearsal.Programs...), i}
	t.Run("contract", func(t *testing.T) {
		_, system := s.start(t, "contract")
		contract.Run(t, system)
	})
	t.Run("twice", s.twice)
	t.Run("poison", s.poison)
	t.Run("repair", s.repair)
	t.Run("replay", s.replay)
	t.Run("delete", func(t *testing.T) { s.erasure(t, rehearsal.Start, "delete") })
	t.Run("delete, global-strong", func(t *testing.T) { s.erasure(t, rehearsal.StartGlobal, globalStrong) })
	t.Run("crypto-shred", func(t *testing.T) { s.erasure(t, rehearsal.StartShredding, "crypto-shred") })
}

// person is who sends requests, with every scope.
type person struct {
	t      *testing.T
	system contract.System
	name   string
}

// send sends a request, "METHOD /path", with headers, name and value in turn, and
// returns the answer of the given status.
func (p person) send(status int, line, body string, headers ...string) map[string]any {
	p.t.Helper()
	method, target, _ := strings.Cut(line, " ")
	header := http.Header{
		"Authorization": {"Bearer " + p.system.Token(p.name, "dinner/host dinner/guest")}, "Content-Type": {"application/json"},
	}
	for i := 0; i < len(headers); i += 2 {
		header.Set(headers[i], headers[i+1])
	}
	response, err := p.system.Client.Do(p.t.Context(), contract.Request{Method: method, Target: target, Body: []byte(body), Header: header})
	if err != nil {
		p.t.Fatal(err)
	}
	if response.Status != status {
		p.t.Fatalf("%s: %d %s, want %d", line, response.Status, response.Body, status)
	}
	var answer map[string]any
	if len(response.Body) > 0 {
		if err := json.Unmarshal(response.Body, &answer); err != nil {
			p.t.Fatal(err)
		}
	}
	return answer
}

// dinner opens a dinner and returns its path.
func (p person) dinner(seats string) string {
	p.t.Helper()
	return p.dinnerOf("Soup", "Harbour 1", "Host", seats)
}

// dinnerOf opens a dinner with texts of the host's and returns its path.
func (p person) dinnerOf(title, place, name, seats string) string {
	p.t.Helper()
	at := func(hours time.Duration) string { return time.Now().UTC().Add(hours * time.Hour).Format(time.RFC3339) }
	body, err := json.Marshal(map[string]any{
		"title": title, "place": place, "hostName": name, "seats": json.Number(seats), "minimum": 0,
		"confirmBy": at(24), "startsAt": at(48),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return "/dinners/" + p.send(http.StatusCreated, "POST /dinners", string(body))["dinnerId"].(string)
}

func (p person) reserve(path string) {
	p.t.Helper()
	p.send(http.StatusCreated, "POST "+path+"/reservations", `{"guestName":"Guest Ünal"}`)
}

// seen is what the read models show, through the API.
func (p person) seen() string {
	p.t.Helper()
	found := p.send(http.StatusOK, "GET /dinners?limit=100", "")
	notices := p.send(http.StatusOK, "GET /me/notices", "")
	text, err := json.Marshal([]any{found["dinners"], notices["notices"]})
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}

// twice publishes and delivers everything a second time: nothing changes.
func (s stage) twice(t *testing.T) {
	system, door := s.start(t, "twice")
	host, guest := person{t, door, "host"}, person{t, door, "guest"}
	path := host.dinner("3")
	guest.reserve(path)
	records := system.Records(t)
	system.PublishRecords(t, records)
	system.Settle(t)
	before := guest.seen()
	if !strings.Contains(before, `"seatsLeft":2`) || strings.Count(before, `"Seat Reserved"`) != 1 {
		t.Fatalf("the guest sees %s", before)
	}
	system.PublishRecords(t, records)
	system.Settle(t)
	if after := guest.seen(); after != before {
		t.Errorf("after everything came twice the guest sees\n%s\nand before\n%s", after, before)
	}
}

// stranger is an entry that looks like an event of the system and cannot be read.
func stranger(system *rehearsal.System) eventtypes.PutEventsRequestEntry {
	return eventtypes.PutEventsRequestEntry{
		EventBusName: &system.Bus, Source: aws.String("dinner.reservation"), DetailType: aws.String("Seat Reserved"),
		Detail: aws.String(`{"id":"stranger","type":"Seat Reserved","data":{"contract":9}}`),
	}
}

// poison puts something unreadable among events: they get through, and it ends in
// the dead-letter queue under the id with which the log says why.
func (s stage) poison(t *testing.T) {
	system, door := s.start(t, "poison")
	host := person{t, door, "host"}
	host.dinner("2")
	system.Put(t, stranger(system))
	system.Settle(t)
	if seen := host.seen(); !strings.Contains(seen, `"seatsLeft":2`) {
		t.Errorf("the dinner is not found beside the poison: %s", seen)
	}
	for _, c := range system.Consumers {
		dead := system.DeadLetters(t, c)
		if len(dead) != 1 || !strings.Contains(*dead[0].Body, "stranger") {
			t.Fatalf("%s has the dead letters %v, want the stranger", c.Service, dead)
		}
		reasons := 0
		for line := range strings.Lines(c.Function.Output()) {
			if strings.Contains(line, `"event failed"`) && strings.Contains(line, *dead[0].MessageId) && strings.Contains(line, "is missing") {
				reasons++
			}
		}
		if reasons != c.MaxReceives {
			t.Errorf("%s: the log says %d times why message %s failed, want %d\n%s",
				c.Service, reasons, *dead[0].MessageId, c.MaxReceives, c.Function.Output())
		}
	}
}

// repair takes the read models away while events come in, gives them back, and
// sends the dead letters again.
func (s stage) repair(t *testing.T) {
	system, door := s.start(t, "repair")
	host, guest := person{t, door, "host"}, person{t, door, "guest"}
	path := host.dinner("3")
	system.Settle(t)
	s.server.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".TransactWriteItems") {
			return false
		}
		body, err := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		if err != nil || !strings.Contains(string(body), `"`+system.ReadModels+`"`) {
			return false
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException","Message":"the key is disabled"}`)
		return true
	})
	defer s.server.Intercept(nil)
	guest.reserve(path)
	system.Settle(t)
	for _, c := range system.Consumers {
		if dead := system.DeadLetters(t, c); len(dead) != 1 {
			t.Fatalf("%s has %d dead letters, want 1\n%s", c.Service, len(dead), c.Function.Output())
		}
		if !strings.Contains(c.Function.Output(), "the key is disabled") {
			t.Errorf("%s does not say why:\n%s", c.Service, c.Function.Output())
		}
	}
	if seen := guest.seen(); !strings.Contains(seen, `"seatsLeft":3`) {
		t.Fatalf("the guest sees %s before the repair", seen)
	}
	s.server.Intercept(nil)
	for _, c := range system.Consumers {
		system.Redrive(t, c)
	}
	system.Settle(t)
	if seen := guest.seen(); !strings.Contains(seen, `"seatsLeft":2`) || strings.Count(seen, `"Seat Reserved"`) != 1 {
		t.Errorf("the guest sees %s after the repair", seen)
	}
	for _, c := range system.Consumers {
		if dead := system.DeadLetters(t, c); len(dead) != 0 {
			t.Errorf("%s still has %d dead letters", c.Service, len(dead))
		}
	}
}

// replay replays the archive: into the read models, where nothing changes, and into
// empty ones, which are the same after it.
func (s stage) replay(t *testing.T) {
	system, door := s.start(t, "replay")
	host, guest := person{t, door, "host"}, person{t, door, "guest"}
	path := host.dinner("3")
	guest.reserve(path)
	host.send(http.StatusCreated, "POST "+path+"/reservations", `{"guestName":"Host"}`)
	system.Settle(t)
	before := guest.seen()
	if !strings.Contains(before, `"seatsLeft":1`) {
		t.Fatalf("the guest sees %s", before)
	}
	system.Replay(t, "again-"+url.PathEscape(system.Bus))
	system.Settle(t)
	if after := guest.seen(); after != before {
		t.Errorf("after a replay the guest sees\n%s\nand before\n%s", after, before)
	}
	system.Empty(t, system.ReadModels)
	if empty := guest.seen(); strings.Contains(empty, "seatsLeft") {
		t.Fatalf("the read models are not empty: %s", empty)
	}
	system.Replay(t, "anew-"+url.PathEscape(system.Bus))
	system.Settle(t)
	if after := guest.seen(); after != before {
		t.Errorf("after a replay into empty read models the guest sees\n%s\nand before\n%s", after, before)
	}
}
