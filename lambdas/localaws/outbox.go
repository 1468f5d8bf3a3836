package localaws

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/event"
)

// Outbox reads the events stored in a table the way the pipe does: it builds the
// bus's envelope from the item's attributes, with data as the string it is.
func (s *Server) Outbox(t Scope, table string) []event.Event {
	t.Helper()
	var events []event.Event
	pages := dynamodb.NewScanPaginator(dynamodb.NewFromConfig(s.Config), &dynamodb.ScanInput{
		TableName: &table, FilterExpression: aws.String("kind = :event"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":event": &types.AttributeValueMemberS{Value: "event"}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			events = append(events, eventOf(t, item))
		}
	}
	return events
}

func eventOf(t Scope, item map[string]types.AttributeValue) event.Event {
	t.Helper()
	s := func(name string) string {
		v, ok := item[name].(*types.AttributeValueMemberS)
		if !ok {
			t.Fatalf("event item has no string %q: %v", name, item)
		}
		return v.Value
	}
	n := func(name string) string {
		v, ok := item[name].(*types.AttributeValueMemberN)
		if !ok {
			t.Fatalf("event item has no number %q: %v", name, item)
		}
		return v.Value
	}
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
	return e
}
