package vault

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/refusal"
)

// The table has two items for a person: SUBJECT#subject leads to the alias, or says
// that the person was forgotten; KEY#alias has the wrapped key, and the subject, so
// that both can be found from the alias that events carry.

// errTaken means that another call admitted the person at the same time.
var errTaken = errors.New("admitted by another call")

type item = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func textOf(i item, name string) string {
	if v, ok := i[name].(*types.AttributeValueMemberS); ok {
		return v.Value
	}
	return ""
}

func (v *Vault) get(ctx context.Context, pk string) (item, error) {
	out, err := v.Client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &v.Table, Key: item{"pk": text(pk)}, ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return nil, err
	}
	return out.Item, nil
}

// find returns a subject's alias, empty if there is none.
func (v *Vault) find(ctx context.Context, subject string) (string, error) {
	i, err := v.get(ctx, "SUBJECT#"+subject)
	if err != nil {
		return "", fmt.Errorf("alias: %w", err)
	}
	if textOf(i, "forgottenAt") != "" {
		return "", refusal.New(refusal.Forgotten, "you asked to be forgotten")
	}
	return textOf(i, "alias"), nil
}

// add stores a new person, or fails with errTaken if they are there.
func (v *Vault) add(ctx context.Context, subject, alias string, wrapped []byte) error {
	put := func(i item) types.TransactWriteItem {
		return types.TransactWriteItem{Put: &types.Put{
			TableName: &v.Table, Item: i, ConditionExpression: aws.String("attribute_not_exists(pk)"),
		}}
	}
	_, err := v.Client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		put(item{"pk": text("SUBJECT#" + subject), "alias": text(alias)}),
		put(item{"pk": text("KEY#" + alias), "subject": text(subject), "wrapped": &types.AttributeValueMemberB{Value: wrapped}}),
	}})
	var cancelled *types.TransactionCanceledException
	if errors.As(err, &cancelled) {
		return errTaken
	}
	if err != nil {
		return fmt.Errorf("data key of %s: %w", alias, err)
	}
	return nil
}

// load returns a wrapped key, or ErrDestroyed.
func (v *Vault) load(ctx context.Context, alias string) ([]byte, error) {
	i, err := v.get(ctx, "KEY#"+alias)
	if err != nil {
		return nil, fmt.Errorf("data key of %s: %w", alias, err)
	}
	wrapped, ok := i["wrapped"].(*types.AttributeValueMemberB)
	if !ok {
		return nil, ErrDestroyed
	}
	return wrapped.Value, nil
}

// Subject returns the subject of tokens that an alias stands for, empty once the key
// is destroyed.
func (v *Vault) Subject(ctx context.Context, alias string) (string, error) {
	i, err := v.get(ctx, "KEY#"+alias)
	if err != nil {
		return "", fmt.Errorf("data key of %s: %w", alias, err)
	}
	return textOf(i, "subject"), nil
}

// remove deletes the key and leaves, under the subject, that they were forgotten.
func (v *Vault) remove(ctx context.Context, alias string) error {
	i, err := v.get(ctx, "KEY#"+alias)
	if err != nil {
		return fmt.Errorf("data key of %s: %w", alias, err)
	}
	if i == nil {
		return nil // done before
	}
	_, err = v.Client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		{Delete: &types.Delete{TableName: &v.Table, Key: item{"pk": text("KEY#" + alias)}}},
		{Put: &types.Put{TableName: &v.Table, Item: item{
			"pk": text("SUBJECT#" + textOf(i, "subject")), "forgottenAt": text(v.Now().UTC().Format(time.RFC3339)),
		}}},
	}})
	if err != nil {
		return fmt.Errorf("destroying the data key of %s: %w", alias, err)
	}
	return nil
}
