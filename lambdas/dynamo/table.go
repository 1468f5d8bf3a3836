// Package dynamo keeps aggregates, events, records of calls and read models in
// Amazon DynamoDB.
//
// One transaction writes an aggregate (if its version is still the one that was
// read), the events it raised and the record of the call; the stream carries the
// events on. Nothing is written twice and nothing is sent from here. A table that is
// strongly consistent in several Regions has no transactions: GlobalDinners and
// GlobalGuests keep the same promises there, one item at a time.
//
// Choose it for every deployed system; choose package memory for a run without
// AWS.
//
// # Persons
//
// With Table.Persons, names and what hosts write are sealed in items and events,
// and opened only where a query shows them. A dinner that a command changes keeps
// what is sealed in it as it is: no rule reads it.
//
// # Consistency
//
// Commands always read consistently. Queries read consistently if Table.Consistent
// is set. A global secondary index can only be read eventually
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html), so
// no query reads one: what a person holds lies in the person's own partition of
// the table. The index by-guest serves erasure alone, to find records of calls and
// stored events about a person; what it does not show yet, the time to live
// removes.
package dynamo

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/refusal"
)

// Table is a DynamoDB table with the key pk, sk and the time-to-live attribute
// expiresAt, and how to use it.
type Table struct {
	Client *dynamodb.Client
	Name   string
	// Region is where Client writes. Events say so: of a table with copies, each of
	// which has a stream that shows every write, only that Region's hands them on.
	Region string
	// Consistent makes queries read consistently, at twice the read cost.
	Consistent bool
	// Persons seals what is told about persons before it is written.
	// Default: it is written as it is, under the table's key.
	Persons Sealer
	// Now returns the present time; NewID returns ids of events.
	Now   func() time.Time
	NewID func() string
	// EventRetention is how long events, marks of handled events and read models
	// are kept; CallRetention how long a call can be repeated.
	EventRetention, CallRetention time.Duration
}

// record is one item, and key its primary key.
type record = map[string]types.AttributeValue

func key(pk, sk string) record { return record{"pk": str(pk), "sk": str(sk)} }

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func num(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func text(r record, name string) string {
	if v, ok := r[name].(*types.AttributeValueMemberS); ok {
		return v.Value
	}
	return ""
}

func number(r record, name string) int64 {
	v, ok := r[name].(*types.AttributeValueMemberN)
	if !ok {
		return 0
	}
	n, err := strconv.ParseInt(v.Value, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// write is one part of a transaction and what it means that its condition fails.
type write struct {
	item   types.TransactWriteItem
	failed error
}

// errAgain means that somebody else wrote at the same time: read and try again.
var errAgain = errors.New("written by another at the same time")

// put writes r on a condition over the item that is there; an empty condition
// always holds. failed is returned if it does not hold.
func (t Table) put(r record, condition string, values record, failed error) write {
	p := &types.Put{TableName: &t.Name, Item: r}
	if condition != "" {
		p.ConditionExpression = &condition
	}
	if len(values) > 0 {
		p.ExpressionAttributeValues = values
	}
	return write{types.TransactWriteItem{Put: p}, failed}
}

func (t Table) remove(k record) write {
	return write{item: types.TransactWriteItem{Delete: &types.Delete{TableName: &t.Name, Key: k}}}
}

// check writes nothing, on a condition over the item with the key k.
func (t Table) check(k record, condition string, values record, failed error) write {
	return write{types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &t.Name, Key: k, ConditionExpression: &condition, ExpressionAttributeValues: values,
	}}, failed}
}

// atVersion is the condition and its values for an item that must still have the
// version stored, or not exist if stored is 0.
func atVersion(stored int64) (condition string, values record) {
	if stored == 0 {
		return "attribute_not_exists(pk)", nil
	}
	return "version = :stored", record{":stored": num(stored)}
}

// transact does all writes or none. If conditions fail it returns the error of the
// first such write that trying again would not help, else errAgain; so it does if the
// transaction met another one, or was throttled. (A dinner that its forgotten host
// opened before is in the way of opening it again, but so is that they are forgotten.)
func (t Table) transact(ctx context.Context, writes []write) error {
	items := make([]types.TransactWriteItem, len(writes))
	for i, w := range writes {
		items[i] = w.item
	}
	_, err := t.Client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items})
	var running *types.TransactionInProgressException
	if errors.As(err, &running) {
		return errAgain // an attempt whose answer was lost
	}
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) {
		return err
	}
	again := false
	for i, reason := range cancelled.CancellationReasons {
		switch aws.ToString(reason.Code) {
		case "ConditionalCheckFailed":
			if failed := writes[i].failed; !errors.Is(failed, errAgain) {
				return failed
			}
			again = true
		case "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded":
			again = true
		}
	}
	if again {
		return errAgain
	}
	return err
}

// Attempts and waits of a write that meets others: about 1.5 s in all on average.
const (
	maxAttempts = 16
	firstWait   = 5 * time.Millisecond
	longestWait = 250 * time.Millisecond
)

// retry runs try until it returns anything but errAgain. Between attempts it
// waits a random time up to a growing bound ("full jitter"), so that writers who
// met do not meet again. When it gives up it refuses with refusal.Busy.
func retry(ctx context.Context, try func() error) error {
	for attempt := range maxAttempts {
		if attempt > 0 {
			bound := min(firstWait<<(attempt-1), longestWait)
			wait := time.NewTimer(rand.N(bound) + 1) //nolint:gosec // spreads load, keeps no secret
			select {
			case <-wait.C:
			case <-ctx.Done():
				wait.Stop()
				return ctx.Err()
			}
		}
		if err := try(); !errors.Is(err, errAgain) {
			return err
		}
	}
	return refusal.New(refusal.Busy, "others wrote at the same time %d times in a row; try again", maxAttempts)
}

// get returns the item with the given key, nil if there is none.
func (t Table) get(ctx context.Context, k record, consistent bool) (record, error) {
	out, err := t.Client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &t.Name, Key: k, ConsistentRead: &consistent})
	if err != nil {
		return nil, err
	}
	return out.Item, nil
}

// Ping reads one item that need not exist and returns the error of doing so.
func (t Table) Ping(ctx context.Context) error {
	_, err := t.get(ctx, key("HEALTH", "HEALTH"), false)
	return err
}

func (t Table) expiry(keep time.Duration) types.AttributeValue {
	return num(t.Now().Add(keep).Unix())
}
