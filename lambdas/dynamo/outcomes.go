package dynamo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/queued"
)

// Outcomes is the queued.Outcomes over the store table. The index by-guest finds
// them for erasure, as it does records of calls.
type Outcomes struct{ Table Table }

var _ queued.Outcomes = Outcomes{}

// Put implements queued.Outcomes.
func (s Outcomes) Put(ctx context.Context, c queued.Command, person string, o queued.Outcome) error {
	put, err := s.Table.outcome(c.ID, person, o, errKept)
	if err != nil {
		return err
	}
	if o.Final() {
		return s.refuse(ctx, c, put, o)
	}
	p := put.item.Put
	_, err = s.Table.Client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: p.TableName, Item: p.Item, ConditionExpression: p.ConditionExpression, ExpressionAttributeValues: p.ExpressionAttributeValues,
	})
	var kept *types.ConditionalCheckFailedException
	if err != nil && !errors.As(err, &kept) {
		return fmt.Errorf("outcome of command %s: %w", c.ID, err)
	}
	return nil
}

// errKept says that an outcome is kept already.
var errKept = errors.New("an outcome is kept")

// refuse keeps a final refusal, in one transaction with the record of the call, which
// whatever does the command writes too.
func (s Outcomes) refuse(ctx context.Context, c queued.Command, put write, o queued.Outcome) error {
	refusing, err := s.Table.refusing(ctx, c.Call, o.Refusal, queued.ErrDone)
	if err != nil {
		return err
	}
	err = retry(ctx, func() error { return s.Table.transact(ctx, []write{put, refusing}) })
	switch {
	case errors.Is(err, errKept):
		return nil
	case err == nil || errors.Is(err, queued.ErrDone):
		return err
	}
	return fmt.Errorf("outcome of command %s: %w", c.ID, err)
}

// outcome returns the write of an outcome. It fails with kept if there is one.
func (t Table) outcome(commandID, person string, o queued.Outcome, kept error) (write, error) {
	body, err := json.Marshal(o)
	if err != nil {
		return write{}, fmt.Errorf("outcome of command %s: %w", commandID, err)
	}
	item := outcomeKey(commandID)
	item["kind"] = str("outcome")
	item["outcome"] = str(string(body))
	if person != "" {
		item["gpk"], item["gsk"] = str("GUEST#"+person), str("OUTCOME#"+commandID)
	}
	item["expiresAt"] = t.expiry(t.CallRetention)
	return t.put(item, "attribute_not_exists(pk) OR expiresAt <= :now", record{":now": num(t.Now().Unix())}, kept), nil
}

// Outcome implements queued.Outcomes. It reads consistently: who asks for it waits
// for nothing else.
func (s Outcomes) Outcome(ctx context.Context, commandID string) (queued.Outcome, error) {
	var o queued.Outcome
	r, err := s.Table.get(ctx, outcomeKey(commandID), true)
	if err != nil {
		return o, fmt.Errorf("outcome of command %s: %w", commandID, err)
	}
	if r == nil || number(r, "expiresAt") <= s.Table.Now().Unix() {
		return o, queued.ErrNone // items past their time may stay for days
	}
	if err := json.Unmarshal([]byte(text(r, "outcome")), &o); err != nil {
		return o, fmt.Errorf("outcome of command %s: %w", commandID, err)
	}
	return o, nil
}

func outcomeKey(commandID string) record { return key("COMMAND#"+commandID, "OUTCOME") }
