package dynamo_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/storetest"
)

var tables atomic.Int64

// opener opens stores in fresh tables of a local AWS.
func opener(server *localaws.Server) storetest.Open {
	return func(t testing.TB, now func() time.Time, newID func() string) storetest.Store {
		n := tables.Add(1)
		table := func(name string) dynamo.Table {
			name = fmt.Sprintf("%s-%d", name, n)
			return dynamo.Table{
				Client: server.Table(t, name), Name: name, Consistent: true, Now: now, NewID: newID,
				EventRetention: 7 * 24 * time.Hour, CallRetention: storetest.CallRetention,
			}
		}
		store, readModels := table("store"), table("read-models")
		return storetest.Store{
			Dinners: dynamo.Dinners{Table: store}, Guests: dynamo.Guests{Table: store},
			Inboxes: dynamo.Inboxes{Table: readModels}, Index: dynamo.Index{Table: readModels},
			Outbox: func() []event.Event { return outbox(t, store) },
		}
	}
}

// outbox reads the stored events the way the pipe does: it builds the bus's
// envelope from the item's attributes, with data as the string it is.
func outbox(t testing.TB, table dynamo.Table) []event.Event {
	var events []event.Event
	pages := dynamodb.NewScanPaginator(table.Client, &dynamodb.ScanInput{
		TableName: &table.Name, FilterExpression: aws.String("kind = :event"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":event": &types.AttributeValueMemberS{Value: "event"}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			s := func(name string) string {
				v, ok := item[name].(*types.AttributeValueMemberS)
				if !ok {
					t.Fatalf("event item has no string %q: %v", name, item)
				}
				return v.Value
			}
			n := func(name string) string { return item[name].(*types.AttributeValueMemberN).Value }
			if s("pk") != "EVENT#"+s("id") || s("sk") != "EVENT" || n("expiresAt") == "" {
				t.Errorf("event item is %v", item)
			}
			message, err := json.Marshal(map[string]any{
				"source": s("source"), "detail-type": s("type"),
				"detail": map[string]any{
					"id": s("id"), "type": s("type"), "version": n("version"), "occurredAt": s("occurredAt"),
					"aggregate": map[string]any{"type": s("aggregate"), "id": s("aggregateId")},
					"trace":     s("trace"), "data": s("data"),
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			e, err := event.FromBus(message)
			if err != nil {
				t.Fatal(err)
			}
			events = append(events, e)
		}
	}
	return events
}

// TestStore shares one local AWS, which takes longer to start than to use.
func TestStore(t *testing.T) {
	server := localaws.Start(t)
	open := opener(server)
	t.Run("contract", func(t *testing.T) { storetest.Run(t, open) })
	t.Run("race", func(t *testing.T) { storetest.Race(t, open) })
	t.Run("properties", func(t *testing.T) {
		checks := flag.Lookup("rapid.checks")
		before := checks.Value.String()
		if before == checks.DefValue { // a check takes a second here
			if err := flag.Set("rapid.checks", "8"); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = flag.Set("rapid.checks", before) }()
		}
		storetest.Properties(t, open)
	})
	t.Run("erasure", func(t *testing.T) { erasure(t, server) })
	t.Run("conflicts", func(t *testing.T) { conflicts(t, server, open) })
}
