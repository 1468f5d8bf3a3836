package dynamo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/event"
	"fulcrum/lambdas/refusal"
)

// A global table of strong consistency has neither transactions nor a time to live
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html).
// GlobalDinners and GlobalGuests do without: what must be written together lies in one
// item, and what lies elsewhere is written first, in an order that leaves nothing but
// harmless rests where it is broken off.
//
//   - An aggregate's item holds the events that are not handed on yet, by id under
//     outbox, and the last recentCalls calls with their answers. Package outbox hands
//     the events on from the stream and takes them out.
//   - A place is written before the reservation that it leads to, and removed after it.
//     One that leads nowhere is passed over by queries.
//   - Whoever asked to be forgotten is refused between the two. Forget Me closes the
//     door first, then writes every dinner that a place leads to, changed or not: a
//     reservation that was under way meanwhile finds another revision, and begins again.
//   - A call that creates a dinner claims its key first, with the dinner's id. Who comes
//     second waits for that dinner, and makes sure that it will never be, by voiding its
//     id, before taking the call over.

// Kinds of items that only these stores write.
const (
	kindClaim = "claim"
	// kindVoid marks an id under which no dinner can be written any more.
	kindVoid = "void"
)

const (
	// recentCalls bounds the calls that an item holds, about 200 bytes each. A call that
	// is repeated after so many others is judged by the dinner's rules alone.
	recentCalls = 32
	// claimAge is how long a claimed dinner may be on its way before another attempt of
	// the call takes over: longer than any request takes. Safety does not depend on it.
	claimAge = 30 * time.Second
)

// Attributes of items with an outbox.
const (
	// attrHanded is "no" while there may be events to hand on: the stream's reader is
	// called for no other images.
	attrHanded = "handed"
	attrOutbox = "outbox"
)

// notHanded marks an item as having events to hand on.
var notHanded = str("no")

// unhanded returns the events as an item's outbox holds them, by id.
func (t Table) unhanded(ctx context.Context, events []event.Event) (record, error) {
	pending := record{}
	for _, e := range events {
		if err := t.sealEvent(ctx, &e); err != nil {
			return nil, err
		}
		item := EventItem(e)
		for _, own := range []string{"pk", "sk", "kind"} { // the aggregate's item has its own
			delete(item, own)
		}
		pending[e.ID] = &types.AttributeValueMemberM{Value: item}
	}
	return pending, nil
}

// written returns nil if the write of an attempt is done, and errAgain if another was
// quicker, or another Region writes the item. A condition may fail because of the very
// attempt: its answer was lost, and the client tried again by itself.
func written(err error, attempt string) error {
	var failed *types.ConditionalCheckFailedException
	var conflict *types.ReplicatedWriteConflictException
	switch {
	case errors.As(err, &failed) && text(failed.Item, "attempt") == attempt:
		return nil
	case errors.As(err, &failed), errors.As(err, &conflict):
		return errAgain
	}
	return err
}

// putOnce writes an item on a condition. It returns errAgain if that does not hold.
func (t Table) putOnce(ctx context.Context, item record, condition string, values record) error {
	attempt := t.NewID()
	item["attempt"] = str(attempt)
	in := &dynamodb.PutItemInput{
		TableName: &t.Name, Item: item, ConditionExpression: &condition,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	if len(values) > 0 {
		in.ExpressionAttributeValues = values
	}
	_, err := t.Client.PutItem(ctx, in)
	return written(err, attempt)
}

// Trim takes events that were handed on out of an item's outbox.
func (t Table) Trim(ctx context.Context, pk, sk string, eventIDs []string) error {
	names := map[string]string{}
	var paths []string
	for i, id := range eventIDs {
		name := fmt.Sprintf("#e%d", i)
		names[name] = id
		paths = append(paths, attrOutbox+"."+name)
	}
	return retry(ctx, func() error {
		_, err := t.Client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &t.Name, Key: key(pk, sk),
			UpdateExpression:         aws.String("SET " + attrHanded + " = :yes REMOVE " + strings.Join(paths, ", ")),
			ExpressionAttributeNames: names, ExpressionAttributeValues: record{":yes": str("yes")},
		})
		return written(err, "")
	})
}

// HandOnAgain has the stream show an item again with what its outbox still holds: for
// events whose record failed for good. An item without an outbox stays as it is.
func (t Table) HandOnAgain(ctx context.Context, pk, sk string) error {
	_, err := t.Client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &t.Name, Key: key(pk, sk),
		// A write that changes nothing would leave no record.
		UpdateExpression:          aws.String("SET " + attrHanded + " = :no, shownAgainAt = :now"),
		ConditionExpression:       aws.String("attribute_exists(" + attrOutbox + ")"),
		ExpressionAttributeValues: record{":no": notHanded, ":now": str(t.Now().UTC().Format(time.RFC3339Nano))},
	})
	var none *types.ConditionalCheckFailedException
	if errors.As(err, &none) {
		return nil
	}
	return err
}

// welcome refuses a person who asked to be forgotten.
func (t Table) welcome(ctx context.Context, personID string) error {
	g, err := t.get(ctx, key("GUEST#"+personID, "GUEST"), true)
	if err == nil && text(g, "leavingAt") != "" {
		return refusal.New(refusal.Forgotten, "you asked to be forgotten")
	}
	return err
}
