package dynamo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/interest"
)

// Interest is the interest.Counts over the read models' table: an item for each
// dinner and kind with the count, and a mark for each signal counted.
type Interest struct{ Table Table }

var _ interest.Counts = Interest{}

// Add counts a signal and marks it, both or neither.
func (s Interest) Add(ctx context.Context, signal interest.Signal) error {
	t := s.Table
	mark := key("SIGNAL#"+signal.ID, "SIGNAL")
	mark["expiresAt"] = t.expiry(t.EventRetention)
	counter := write{item: types.TransactWriteItem{Update: &types.Update{
		TableName:                 &t.Name,
		Key:                       key("INTEREST#"+signal.DinnerID, "KIND#"+signal.Kind),
		UpdateExpression:          aws.String("ADD signals :one SET expiresAt = :expiry"),
		ExpressionAttributeValues: record{":one": num(1), ":expiry": t.expiry(t.EventRetention)},
	}}}
	err := retry(ctx, func() error {
		return t.transact(ctx, []write{t.put(mark, "attribute_not_exists(pk)", nil, errDone), counter})
	})
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}
