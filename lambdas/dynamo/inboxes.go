package dynamo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/notification"
)

// Inboxes is the notification.Inboxes over the read models' table. A person's
// partition has their notices and, once they are forgotten, a tombstone that
// stays as long as an event about them may still be under way.
type Inboxes struct{ Table Table }

var _ notification.Inboxes = Inboxes{}

// errDone means that there is nothing left to do.
var errDone = errors.New("done before, or not to be done")

// tombstone is the sort key that marks a forgotten person. It sorts after every
// notice.
const tombstone = "TOMBSTONE"

// Put adds a notice.
func (s Inboxes) Put(ctx context.Context, personID string, n notification.Notice) error {
	t := s.Table
	notice, err := encode(n)
	if err != nil {
		return err
	}
	item := key("PERSON#"+personID, "NOTICE#"+n.ID)
	item["notice"] = &types.AttributeValueMemberM{Value: notice}
	item["expiresAt"] = t.expiry(t.EventRetention)
	err = retry(ctx, func() error {
		return t.transact(ctx, []write{
			t.check(key("PERSON#"+personID, tombstone), "attribute_not_exists(pk)", nil, errDone),
			t.put(item, "attribute_not_exists(pk)", nil, errDone),
		})
	})
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}

// Forget removes a person's notices and leaves a tombstone.
func (s Inboxes) Forget(ctx context.Context, personID string) error {
	t := s.Table
	if err := t.bury(ctx, "PERSON#"+personID); err != nil {
		return err
	}
	return t.each(ctx, &dynamodb.QueryInput{
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :notices)"),
		ExpressionAttributeValues: record{":pk": str("PERSON#" + personID), ":notices": str("NOTICE#")},
		ProjectionExpression:      aws.String("pk, sk"),
	}, func(items []record) error { return t.erase(ctx, items) })
}

// bury leaves a tombstone in a partition.
func (t Table) bury(ctx context.Context, pk string) error {
	item := key(pk, tombstone)
	item["expiresAt"] = t.expiry(t.EventRetention)
	_, err := t.Client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &t.Name, Item: item})
	return err
}

// Notices returns a person's notices, newest first.
func (s Inboxes) Notices(ctx context.Context, personID, after string, limit int) ([]notification.Notice, error) {
	if after == "" {
		after = "~" // sorts after every id
	}
	out, err := s.Table.Client.Query(ctx, &dynamodb.QueryInput{
		TableName:                 &s.Table.Name,
		ConsistentRead:            &s.Table.Consistent,
		KeyConditionExpression:    aws.String("pk = :pk AND sk < :after"),
		ExpressionAttributeValues: record{":pk": str("PERSON#" + personID), ":after": str("NOTICE#" + after)},
		ScanIndexForward:          aws.Bool(false),
		Limit:                     aws.Int32(int32(min(limit, 1000))), //nolint:gosec // bounded
	})
	if err != nil {
		return nil, err
	}
	notices := make([]notification.Notice, len(out.Items))
	for i, r := range out.Items {
		m, ok := r["notice"].(*types.AttributeValueMemberM)
		if !ok {
			return nil, fmt.Errorf("item %s %s has no notice", text(r, "pk"), text(r, "sk"))
		}
		if err := decode(m.Value, &notices[i]); err != nil {
			return nil, err
		}
	}
	return notices, nil
}
