package dynamo_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/once"
)

// erasure shows what the store still has of a guest who asked to be forgotten: the
// mark that they did and the event that says so, under their id, no name.
func erasure(t *testing.T, server *localaws.Server) {
	n := 0
	newID := func() string { n++; return fmt.Sprintf("%026d", n) }
	table := dynamo.Table{
		Client: server.Table(t, "erasure"), Name: "erasure", Now: time.Now, NewID: newID,
		EventRetention: time.Hour, CallRetention: time.Hour,
	}
	dinners := dinner.Commands{Dinners: dynamo.Dinners{Table: table}, Now: time.Now, NewID: newID}
	created, err := dinners.Create(t.Context(), once.Call{}, dinner.Host{ID: "host", Name: "Host"}, dinner.Plan{
		Title: "Soup", Place: "Here", Seats: 2, ConfirmBy: time.Now().Add(time.Hour), StartsAt: time.Now().Add(2 * time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	call := once.Call{Person: "somebody", Operation: "Reserve Seat", Key: "k", Fingerprint: "f"}
	if _, err := dinners.Reserve(t.Context(), call, created.DinnerID, dinner.Guest{ID: "somebody", Name: "Some Body"}); err != nil {
		t.Fatal(err)
	}
	if held := mentions(t, table, "somebody"); len(held) != 4 { // dinner, place, call, event
		t.Errorf("before, %v mention the guest", held)
	}
	guests := guest.Commands{Guests: dynamo.Guests{Table: table}, Dinners: dinners, Now: time.Now}
	if err := guests.Forget(t.Context(), "somebody"); err != nil {
		t.Fatal(err)
	}
	for _, left := range mentions(t, table, "somebody") {
		if left != "GUEST#somebody GUEST " && !strings.HasSuffix(left, " "+guest.ForgottenType) {
			t.Errorf("%q still mentions the guest", left)
		}
	}
	if left := mentions(t, table, "Some Body"); len(left) != 0 {
		t.Errorf("%v still name the guest", left)
	}
}

// mentions returns "pk sk type" of every item that has word anywhere in it.
func mentions(t *testing.T, table dynamo.Table, word string) []string {
	t.Helper()
	page, err := table.Client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table.Name})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, item := range page.Items {
		var plain struct {
			PK, SK, Type string
		}
		var all map[string]any
		if err := attributevalue.UnmarshalMap(item, &plain); err != nil {
			t.Fatal(err)
		}
		if err := attributevalue.UnmarshalMap(item, &all); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(fmt.Sprint(all), word) {
			found = append(found, plain.PK+" "+plain.SK+" "+plain.Type)
		}
	}
	return found
}
