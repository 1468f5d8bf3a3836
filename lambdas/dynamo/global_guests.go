package dynamo

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/refusal"
)

// GlobalGuests is the guest.Repository over a store table without transactions.
type GlobalGuests struct{ Table Table }

var _ guest.Repository = GlobalGuests{}

// Update changes the guest with the given id.
func (s GlobalGuests) Update(ctx context.Context, id string, change func(*guest.Guest)) error {
	t := s.Table
	return Guests(s).update(ctx, id, change, func(g *guest.Guest, events []event.Event) error {
		pending, err := t.unhanded(ctx, events)
		if err != nil {
			return err
		}
		item := guestItem(g)
		item[attrOutbox], item[attrHanded] = &types.AttributeValueMemberM{Value: pending}, notHanded
		condition, values := atVersion(g.StoredVersion())
		return t.putOnce(ctx, item, condition, values)
	})
}

// Erase deletes a person's places. Calls name nobody, and events are in the store for
// as long as they take to be handed on. A dinner that was never written, because the
// command that creates it was broken off or is still under way, is one never.
func (s GlobalGuests) Erase(ctx context.Context, id string) error {
	t := s.Table
	err := t.each(ctx, &dynamodb.QueryInput{
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :places)"),
		ExpressionAttributeValues: record{":pk": str("GUEST#" + id), ":places": str("PLACE#")},
	}, func(places []record) error {
		for _, p := range places {
			if !strings.HasPrefix(text(p, "sk"), "PLACE#"+string(dinner.AsHost)) {
				continue
			}
			if err := s.settle(ctx, id, text(p, "dinnerId")); err != nil {
				return err
			}
		}
		return t.erase(ctx, places)
	})
	if err != nil {
		return fmt.Errorf("places of guest %s: %w", id, err)
	}
	return nil
}

// settle makes sure that a dinner names a host no more.
func (s GlobalGuests) settle(ctx context.Context, hostID, dinnerID string) error {
	t := s.Table
	return retry(ctx, func() error {
		r, err := Dinners(s).load(ctx, dinnerID, true)
		if refusal.Is(err, refusal.NotFound) {
			return t.void(ctx, dinnerID)
		}
		if err != nil {
			return err
		}
		d, err := dinnerOf(r)
		if err != nil {
			return err
		}
		if d.State().Host.ID == hostID { // written since Forget Me looked
			return refusal.New(refusal.Busy, "a dinner of yours was written meanwhile; try again")
		}
		return nil
	})
}
