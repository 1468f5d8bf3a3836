package rehearsal_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"fulcrum/lambdas/rehearsal"
)

// remain is one thing that can still be read about a person who was forgotten, as
// docs/erasure has it.
type remain struct {
	Where string   `json:"where"`
	What  string   `json:"what"`
	Reads []string `json:"reads"`
	// Until says when it goes, and why it stays until then.
	Until string `json:"until"`
}

// The person who is forgotten, in words that nothing else has.
var traces = map[string]string{
	"id":    "3f1c6f0e-forget-me",
	"name":  "Wilhelmina Vergessen",
	"title": "Wilhelmina's last soup",
	"place": "Vergessen Street 9",
}

// erasure forgets a person who gave a dinner and went to others, and holds what is
// left to what docs/erasure says of the option, no more and no less.
func (s stage) erasure(t *testing.T, start starter, option string) {
	path := "../../docs/erasure/" + option + ".json"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var said struct{ Remains []remain }
	if err := json.Unmarshal(raw, &said); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var want []string
	for _, r := range said.Remains {
		if r.Until == "" {
			t.Errorf("%s: %s %s does not say until when", path, r.Where, r.What)
		}
		want = append(want, r.line())
	}
	slices.Sort(want)
	system := s.forget(t, start, option)
	got := remains(t, system)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what is left differs from %s; -said +left:\n%s", path, diff)
	}
	for _, c := range system.Consumers { // whom the replay that looked into the archive reached too
		if dead := system.DeadLetters(t, c); len(dead) > 0 {
			t.Errorf("%s fails on the archive of a forgotten person: %d dead letters\n%s", c.Service, len(dead), c.Function.Output())
		}
	}
}

func (r remain) line() string { return r.Where + ": " + r.What + ": " + strings.Join(r.Reads, ", ") }

// forget starts a system in which a person leaves traces everywhere and is then
// forgotten.
func (s stage) forget(t *testing.T, start starter, name string) *rehearsal.System {
	t.Helper()
	system, door := s.started(t, start, name, "LOG_LEVEL=debug")
	system.Probe(t)
	who, host, guest := person{t, door, traces["id"]}, person{t, door, "host"}, person{t, door, "guest"}
	body := `{"guestName":"` + traces["name"] + `"}`
	given := who.dinnerOf(traces["title"], traces["place"], traces["name"], "2")
	guest.reserve(given)
	who.send(http.StatusCreated, "POST "+given+"/reservations", body, "Idempotency-Key", "of-the-last-seat")
	open, confirmed, other := host.dinner("1"), host.dinner("2"), host.dinner("2")
	for _, path := range []string{open, confirmed, other} {
		who.send(http.StatusCreated, "POST "+path+"/reservations", body)
	}
	host.send(http.StatusOK, "POST "+confirmed+"/confirmation", "")
	system.Settle(t)
	before := strings.Join(remains(t, system), "\n")
	left := []string{
		"table: dinner: id, name, place, title", "table: place: id", "table: call: id", "table: Dinner Created: id, place, title",
		"read models: dinners", "read models: person", "archive: Dinner Created: id, place, title",
	}
	switch {
	case system.PersonKeys != "": // everything else is sealed, and under an alias
		left = []string{"keys of persons: key: id", "keys of persons: subject: id"}
	case name == globalStrong: // where calls name nobody, and events leave the store
		left = []string{
			"table: dinner: id, name, place, title", "table: place: id", "read models: dinners", "read models: person", "archive: Dinner Created: id, place, title",
		}
	}
	for _, trace := range left {
		if !strings.Contains(before, trace) {
			t.Errorf("before, nothing is found in %q:\n%s", trace, before)
		}
	}
	if shown := guest.send(http.StatusOK, "GET "+given, ""); shown["hostName"] != traces["name"] || shown["title"] != traces["title"] {
		t.Errorf("before, the API shows %v", shown)
	}
	who.send(http.StatusNoContent, "DELETE /me", "")
	if name == globalStrong {
		got := inTable(t, system)
		if want := []string{"table: dinner: id", "table: guest: id"}; !slices.Equal(got, want) {
			t.Errorf("until events are handed on, what is left is %v, want %v", got, want)
		}
	}
	system.Settle(t)
	return system
}

// globalStrong is the file of docs/erasure about a store without transactions.
const globalStrong = "global-strong"

// inTable returns what is left in the store's table alone.
func inTable(t *testing.T, system *rehearsal.System) []string {
	t.Helper()
	found := map[string]bool{}
	lookIntoTables(t, system, noting(found))
	maps.DeleteFunc(found, func(line string, _ bool) bool { return !strings.HasPrefix(line, "table: ") })
	return slices.Sorted(maps.Keys(found))
}

// noting returns what notes in found which of the person's traces a text has.
func noting(found map[string]bool) func(where, what, readable string) {
	return func(where, what, readable string) {
		var reads []string
		for name, word := range traces {
			if strings.Contains(readable, word) {
				reads = append(reads, name)
			}
		}
		if slices.Sort(reads); len(reads) > 0 {
			found[remain{Where: where, What: what, Reads: reads}.line()] = true
		}
	}
}

// remains returns a line for everything in the system that the person can be read
// in: "where: what: which".
func remains(t *testing.T, system *rehearsal.System) []string {
	t.Helper()
	found := map[string]bool{}
	note := noting(found)
	lookIntoTables(t, system, note)
	for _, r := range system.AllRecords(t) {
		change := r["dynamodb"].(map[string]any)
		what := kindOf(plain(change["NewImage"]))
		if r["eventName"] == "REMOVE" {
			what = "key of a deleted " + kindOf(plain(change["Keys"]))
		}
		note("stream", what, readable(r))
	}
	system.Replay(t, fmt.Sprintf("probe-%d-%s", time.Now().UnixNano(), system.Bus))
	replayed := system.Probed(t)
	if len(replayed) < 10 {
		t.Errorf("the replay brought %d events, want all of them", len(replayed))
	}
	for _, body := range replayed {
		var doc map[string]any
		if err := json.Unmarshal([]byte(body), &doc); err != nil {
			t.Fatal(err)
		}
		note("archive", fmt.Sprint(doc["detail-type"]), readable(doc))
	}
	system.Settle(t)
	note("log", "of the function api", unpacked(system.API.Output()))
	for _, c := range system.Consumers {
		note("log", "of the function "+c.Service, unpacked(c.Function.Output()))
	}
	return slices.Sorted(maps.Keys(found))
}

// lookIntoTables notes what every item of the tables tells.
func lookIntoTables(t *testing.T, system *rehearsal.System, note func(where, what, readable string)) {
	t.Helper()
	for where, table := range map[string]string{
		"table": system.Store, "read models": system.ReadModels, "keys of persons": system.PersonKeys,
	} {
		if table == "" {
			continue
		}
		page, err := system.Dynamo.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table})
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			var doc map[string]any
			if err := attributevalue.UnmarshalMap(item, &doc); err != nil {
				t.Fatal(err)
			}
			note(where, kindOf(doc), readable(doc))
		}
	}
}

// kindOf returns what an item is: the event's type, the kind it says, or the first
// part of its sort key.
func kindOf(doc map[string]any) string {
	if kind, ok := doc["kind"].(string); ok && kind != "event" {
		return kind
	}
	if name, ok := doc["type"].(string); ok {
		return name
	}
	sk, _ := doc["sk"].(string)
	sk, _, _ = strings.Cut(sk, "#")
	pk, _, _ := strings.Cut(fmt.Sprint(doc["pk"]), "#")
	return strings.TrimSpace(strings.ToLower(pk + " " + sk))
}

// plain returns an item of DynamoDB's JSON without its types.
func plain(item any) map[string]any {
	doc := map[string]any{}
	for name, v := range item.(map[string]any) {
		for _, inner := range v.(map[string]any) {
			doc[name] = inner
		}
	}
	return doc
}

var packed = regexp.MustCompile(`[A-Za-z0-9+/_-]{16,}`)

// unpacked returns a log with what is packed in it, such as the data of an event or a
// token, beside it in plain.
func unpacked(log string) string {
	var b strings.Builder
	b.WriteString(log)
	for _, word := range packed.FindAllString(log, -1) {
		for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if plain, err := alphabet.DecodeString(word); err == nil {
				b.WriteString("\n" + string(plain))
			}
		}
	}
	return b.String()
}

// readable returns every text in a document, base64 decoded where it is that.
func readable(v any) string {
	switch v := v.(type) {
	case string:
		if plain, err := base64.StdEncoding.DecodeString(v); err == nil {
			return v + "\n" + string(plain) + "\n"
		}
		return v + "\n"
	case []byte:
		return string(v) + "\n"
	case map[string]any:
		var b strings.Builder
		for name, inner := range v {
			b.WriteString(name + "\n" + readable(inner))
		}
		return b.String()
	case []any:
		var b strings.Builder
		for _, inner := range v {
			b.WriteString(readable(inner))
		}
		return b.String()
	}
	return ""
}
