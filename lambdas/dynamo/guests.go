package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"fulcrum/lambdas/event"
	"fulcrum/lambdas/guest"
)

// Guests is the guest.Repository over the store table.
type Guests struct{ Table Table }

var _ guest.Repository = Guests{}

// Update changes the guest with the given id.
func (s Guests) Update(ctx context.Context, id string, change func(*guest.Guest)) error {
	t := s.Table
	return s.update(ctx, id, change, func(g *guest.Guest, events []event.Event) error {
		condition, values := atVersion(g.StoredVersion())
		writes := []write{t.put(guestItem(g), condition, values, errAgain)}
		for _, e := range events {
			writes = append(writes, t.outbox(e, ""))
		}
		return t.transact(ctx, writes)
	})
}

// update has save write a guest that change changed, with the events of it, as often as
// another's write comes between.
func (s Guests) update(ctx context.Context, id string, change func(*guest.Guest), save func(*guest.Guest, []event.Event) error) error {
	return retry(ctx, func() error {
		g, err := s.load(ctx, id)
		if err != nil {
			return err
		}
		change(g)
		if !g.Changed() {
			return nil
		}
		events, err := g.Events(ctx, s.Table.NewID)
		if err != nil {
			return err
		}
		return save(g, events)
	})
}

func guestItem(g *guest.Guest) record {
	state := g.State()
	item := key("GUEST#"+state.ID, "GUEST")
	item["kind"] = str("guest")
	item["version"] = num(state.Version)
	setTime(item, "leavingAt", state.LeavingAt)
	setTime(item, "forgottenAt", state.ForgottenAt)
	return item
}

func (s Guests) load(ctx context.Context, id string) (*guest.Guest, error) {
	r, err := s.Table.get(ctx, key("GUEST#"+id, "GUEST"), true)
	if err != nil {
		return nil, fmt.Errorf("guest %s: %w", id, err)
	}
	return guest.FromState(guest.State{
		ID: id, Version: number(r, "version"),
		LeavingAt: timeOf(r, "leavingAt"), ForgottenAt: timeOf(r, "forgottenAt"),
	}), nil
}

// setTime sets an attribute unless t is zero, so that conditions can ask whether
// it exists.
func setTime(r record, name string, t time.Time) {
	if !t.IsZero() {
		r[name] = str(t.UTC().Format(time.RFC3339Nano))
	}
}

func timeOf(r record, name string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text(r, name))
	if err != nil {
		return time.Time{}
	}
	return t
}

// Erase deletes a person's places, and what the index knows of the person: records
// of calls and events.
func (s Guests) Erase(ctx context.Context, id string) error {
	t := s.Table
	deleteAll := func(items []record) error { return t.erase(ctx, items) }
	err := t.each(ctx, &dynamodb.QueryInput{
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :places)"),
		ExpressionAttributeValues: record{":pk": str("GUEST#" + id), ":places": str("PLACE#")},
		ProjectionExpression:      aws.String("pk, sk"),
	}, deleteAll)
	if err != nil {
		return fmt.Errorf("places of guest %s: %w", id, err)
	}
	err = t.each(ctx, &dynamodb.QueryInput{
		IndexName:                 aws.String(indexName),
		KeyConditionExpression:    aws.String("gpk = :gpk"),
		ExpressionAttributeValues: record{":gpk": str("GUEST#" + id)},
		ProjectionExpression:      aws.String("pk, sk"),
	}, deleteAll)
	if err != nil {
		return fmt.Errorf("calls and events of guest %s: %w", id, err)
	}
	return nil
}
