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

	"fulcrum/lambdas/search"
)

// Index is the search.Index over the read models' table. All rows share one
// partition, which carries 1,000 writes and 3,000 consistent reads of 4 KB a
// second
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html).
type Index struct{ Table Table }

var _ search.Index = Index{}

// rows is the partition of the dinners that can be found.
const rows = "DINNERS"

// Update applies one event to the row of a dinner.
func (s Index) Update(ctx context.Context, eventID string, startsAt time.Time, dinnerID string, change func(*search.Row)) error {
	t := s.Table
	sk := search.Key(startsAt, dinnerID)
	err := retry(ctx, func() error {
		row, err := s.load(ctx, sk)
		if err != nil {
			return err
		}
		row.DinnerID, row.StartsAt = dinnerID, startsAt.UTC()
		change(&row)
		mark := key("HANDLED#search#"+eventID, "HANDLED")
		mark["expiresAt"] = t.expiry(t.EventRetention)
		writes := []write{t.put(mark, "attribute_not_exists(pk)", nil, errDone)}
		if row.HostID != "" {
			writes = append(writes,
				t.check(key("HOST#"+row.HostID, tombstone), "attribute_not_exists(pk)", nil, errDone),
				t.put(s.pointer(row, sk), "", nil, nil))
		}
		return s.save(ctx, row, sk, writes)
	})
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}

func (s Index) load(ctx context.Context, sk string) (search.Row, error) {
	var row search.Row
	r, err := s.Table.get(ctx, key(rows, sk), true)
	if err != nil || r == nil {
		return row, err
	}
	return rowOf(r)
}

func rowOf(r record) (row search.Row, err error) {
	m, ok := r["row"].(*types.AttributeValueMemberM)
	if !ok {
		return row, fmt.Errorf("item %s %s has no row", text(r, "pk"), text(r, "sk"))
	}
	return row, decode(m.Value, &row)
}

// save writes a row if nobody else wrote it meanwhile, with further writes.
func (s Index) save(ctx context.Context, row search.Row, sk string, writes []write) error {
	condition, values := atVersion(row.Revision)
	row.Revision++
	m, err := encode(row)
	if err != nil {
		return err
	}
	item := key(rows, sk)
	item["row"] = &types.AttributeValueMemberM{Value: m}
	item["version"] = num(row.Revision)
	item["expiresAt"] = num(row.StartsAt.Add(s.Table.EventRetention).Unix())
	return s.Table.transact(ctx, append(writes, s.Table.put(item, condition, values, errAgain)))
}

// pointer is the item that leads from a host to a row.
func (s Index) pointer(row search.Row, sk string) record {
	p := key("HOST#"+row.HostID, "ROW#"+sk)
	p["expiresAt"] = num(row.StartsAt.Add(s.Table.EventRetention).Unix())
	return p
}

// Forget removes the texts of a host's dinners and leaves a tombstone.
func (s Index) Forget(ctx context.Context, hostID string) error {
	t := s.Table
	if err := t.bury(ctx, "HOST#"+hostID); err != nil {
		return err
	}
	return t.each(ctx, &dynamodb.QueryInput{
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :rows)"),
		ExpressionAttributeValues: record{":pk": str("HOST#" + hostID), ":rows": str("ROW#")},
		ProjectionExpression:      aws.String("pk, sk"),
	}, func(pointers []record) error {
		for _, p := range pointers {
			sk := strings.TrimPrefix(text(p, "sk"), "ROW#")
			err := retry(ctx, func() error {
				row, err := s.load(ctx, sk)
				if err != nil {
					return err
				}
				if row.Revision == 0 {
					return t.erase(ctx, []record{p}) // the row's time has passed, the pointer's not yet
				}
				row.Anonymize()
				return s.save(ctx, row, sk, []write{t.remove(p)})
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Rows returns rows by the time of the dinner.
func (s Index) Rows(ctx context.Context, after string, limit int) ([]search.Row, error) {
	if after == "" {
		after = " " // sorts before every key, and a key must not be empty
	}
	out, err := s.Table.Client.Query(ctx, &dynamodb.QueryInput{
		TableName:                 &s.Table.Name,
		ConsistentRead:            &s.Table.Consistent,
		KeyConditionExpression:    aws.String("pk = :pk AND sk > :after"),
		ExpressionAttributeValues: record{":pk": str(rows), ":after": str(after)},
		Limit:                     aws.Int32(int32(min(limit, 1000))), //nolint:gosec // bounded
	})
	if err != nil {
		return nil, err
	}
	found := make([]search.Row, len(out.Items))
	for i, r := range out.Items {
		if found[i], err = rowOf(r); err != nil {
			return nil, err
		}
	}
	return found, s.Table.openRows(ctx, found)
}
