// Package example has what surrounds a deployed function that gets the sample event
// in its folder: tables, buckets and keys in a local AWS, an issuer of tokens, and
// those whom a function tells something. Tests and measurements run the binaries
// with it.
package example

import (
	"bytes"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kms"

	"fulcrum/lambdas/cmd"
	"fulcrum/lambdas/contract/issuer"
	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/realtime"
	"fulcrum/lambdas/vault"
)

// Function is a deployed function and what becomes of the event in its folder.
type Function struct {
	Name string
	// Answer is what it answers; Told what it tells somebody else, nil for nothing.
	Answer, Told *regexp.Regexp
}

// Functions are all of them, by name.
var Functions = []Function{
	{"api", pattern(`^\{"statusCode":200,.*"body":"\{\\"dinners\\":\[`), nil},
	{"authorizer", pattern(`^\{"isAuthorized":true,"context":\{"sub":"guest-1",`), nil},
	{"certificate", anything, pattern(`"SUCCESS".*arn:aws:acm:`)},
	{"clientca", anything, pattern(`"SUCCESS".*"Version":"[^"]`)},
	{"erasure", handled, nil},
	{"interest", handled, nil},
	{"lookup", anything, pattern(`"SUCCESS".*"StreamArn":"arn:aws:dynamodb:.*table/store/stream/`)},
	{"notification", handled, nil},
	{"outbox", handled, nil},
	{"photos", handled, nil},
	{"pretraffic", pattern(`^null$`), pattern(`"status":"Succeeded"`)},
	{"push", handled, pattern(`^\{"kind":"notice","notice":\{.*"Seat Reserved"`)},
	{"reservation", pattern(`^\{"outcome":"held"\}$`), nil},
	{"search", handled, nil},
	{"sockets", pattern(`^\{"statusCode":200,"headers":\{"Sec-WebSocket-Protocol":"dinner.v1"\}\}$`), nil},
	{"tokenkeys", pattern(`^null$`), nil},
	{"writer", handled, nil},
}

var (
	pattern = regexp.MustCompile
	// handled is the answer to a batch of which nothing failed.
	handled = pattern(`^\{"batchItemFailures":\[\]\}$`)
	// anything is the answer of a custom resource: CloudFormation does not look at it.
	anything = pattern(``)
)

// What the events name.
const (
	dinnerID = "01M8GW8P5PAZ6SSDSCAMXMS1B3"
	guestID  = "guest-1"
	bucket   = "client-authorities"
)

// Stage is what surrounds the functions.
type Stage struct {
	AWS    *localaws.Server
	Issuer *issuer.Issuer
	// Others hear what functions tell.
	Others *Others

	settings []string
	own      map[string][]string // by function
	events   map[string][]byte
}

// Start starts everything; it ends with the scope.
func Start(t localaws.Scope) *Stage {
	t.Helper()
	tokens, err := issuer.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tokens.Close)
	s := &Stage{AWS: localaws.Start(t), Issuer: tokens, Others: listen(t), events: map[string][]byte{}}
	client := s.AWS.Table(t, "store")
	s.AWS.Table(t, "read-models")
	s.AWS.Table(t, "token-keys")
	s.AWS.KeyTable(t, "person-keys")
	s.AWS.ConnectionTable(t, "connections")
	s.AWS.Bucket(t, bucket)
	s.AWS.Bucket(t, "photos")
	key := s.AWS.Key(t)
	s.settings = append(s.AWS.Environment(),
		"STORE_TABLE=store", "READ_MODELS_TABLE=read-models", "TOKEN_KEYS_TABLE=token-keys", "CONNECTIONS_TABLE=connections",
		"PHOTOS_BUCKET=photos", "TOKEN_ISSUER="+tokens.URL, "TOKEN_CLIENTS="+issuer.Client, "SOCKET_SCOPE=dinner/guest",
		`ROUTE_SCOPES={"POST /dinners":"dinner/host"}`, "NEW_VERSION=arn:aws:lambda:eu-west-1:123456789012:function:api:7",
		"SOCKET_ENDPOINT="+s.Others.URL+"/live", "AWS_ENDPOINT_URL_LAMBDA="+s.Others.URL, "AWS_ENDPOINT_URL_CODEDEPLOY="+s.Others.URL)
	s.own = map[string][]string{
		"erasure": {"PERSON_KEYS_TABLE=person-keys", "PERSON_KEY=" + key},
		"outbox":  {"EVENT_BUS=default"},
		"writer":  {"COMMAND_DEAD_LETTERS=dead-letters"},
	}

	table := func(name string) dynamo.Table {
		return dynamo.Table{
			Client: client, Name: name, Now: time.Now, NewID: func() string { return "01M8GW8P8M1C52XG90ANWP261C" },
			EventRetention: time.Hour, CallRetention: time.Hour,
		}
	}
	begin := time.Now().Add(48 * time.Hour)
	_, err = dinner.Commands{Dinners: dynamo.Dinners{Table: table("store")}, Now: time.Now, NewID: func() string { return dinnerID }}.Create(
		t.Context(), once.Call{}, dinner.Host{ID: "host-1", Name: "Host"},
		dinner.Plan{Title: "Soup", Place: "Harbour 1", StartsAt: begin, ConfirmBy: begin.Add(-24 * time.Hour), Seats: 4, Minimum: 2})
	if err != nil {
		t.Fatal(err)
	}
	if err := (dynamo.GlobalGuests{Table: table("store")}).Update(t.Context(), "guest-2", func(g *guest.Guest) { g.Forget(time.Now()) }); err != nil {
		t.Fatal(err)
	}
	err = dynamo.Connections{Table: table("connections")}.Open(t.Context(), realtime.Connection{
		ID: "L0SM9cOFvHcCIhw=", PersonID: guestID, ExpiresAt: time.Now().Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	persons := vault.Vault{
		Client: client, Table: "person-keys", Now: time.Now, NewID: func() string { return guestID },
		DataKeys: vault.KMS{Client: kms.NewFromConfig(s.AWS.Config), Key: key},
	}
	if _, err := persons.Alias(t.Context(), "a-person"); err != nil {
		t.Fatal(err)
	}
	s.read(t)
	return s
}

// read reads the events, with a token and an address that hold here.
func (s *Stage) read(t localaws.Scope) {
	t.Helper()
	token, err := s.Issuer.Token(guestID, "dinner/host dinner/guest", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Functions {
		event, err := cmd.Events.ReadFile(f.Name + "/event.json")
		if err != nil {
			t.Fatal(err)
		}
		event = bytes.ReplaceAll(event, []byte("Bearer TOKEN"), []byte("Bearer "+token))
		s.events[f.Name] = bytes.Replace(event, []byte("https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com"), []byte(s.Others.URL), 1)
	}
}

// Environment returns the settings, "NAME=value", of a function.
func (s *Stage) Environment(function string) []string {
	return append(append([]string(nil), s.settings...), s.own[function]...)
}

// Event returns the event of a function.
func (s *Stage) Event(function string) []byte { return s.events[function] }
