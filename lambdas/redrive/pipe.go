package redrive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	tabletypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"fulcrum/lambdas/faults"
)

// place is where in a stream the records of a pipe's dead letter are.
type place struct {
	shard, from, to, stream, condition string
	// first and last are about when the records were written.
	first, last time.Time
}

// placeOf reads the dead letter of a pipe: it has the records' place and not the
// records. The place is found by the names of its parts, wherever in the letter it is.
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
func placeOf(body string) (place, error) {
	var letter any
	if err := json.Unmarshal([]byte(body), &letter); err != nil {
		return place{}, fmt.Errorf("the letter is no JSON: %w", err)
	}
	found := map[string]string{}
	collect(letter, found)
	at := place{
		shard: found["shardId"], from: found["startSequenceNumber"], to: found["endSequenceNumber"], stream: found["streamArn"],
		condition: found["condition"], first: timeOf(found["approximateArrivalOfFirstRecord"]), last: timeOf(found["approximateArrivalOfLastRecord"]),
	}
	if at.shard == "" || at.from == "" || at.to == "" || at.stream == "" {
		return place{}, errors.New("the letter names no records of a stream")
	}
	return at, nil
}

// collect gathers the texts of a document by name.
func collect(v any, into map[string]string) {
	fields, _ := v.(map[string]any)
	for name, inner := range fields {
		if text, ok := inner.(string); ok {
			into[name] = text
		}
		collect(inner, into)
	}
}

func timeOf(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}
	return t
}

// repeat puts the events that a pipe gave up onto its bus: from the stream, which keeps
// them for 24 hours, or else from the table, which keeps them for a week.
func (r Redriver) repeat(ctx context.Context, w Way, l Letter) error {
	at, err := placeOf(l.Body)
	if err != nil {
		return err
	}
	pipe, err := faults.NewPipe(w.Pipe)
	if err != nil {
		return err
	}
	records, err := r.records(ctx, at)
	if forgotten(err) {
		records, err = r.stored(ctx, w, at)
	}
	if err != nil {
		return err
	}
	var entries []eventtypes.PutEventsRequestEntry
	for _, record := range records {
		if !pipe.Takes(record) {
			continue
		}
		e := pipe.Entry(record)
		entries = append(entries, eventtypes.PutEventsRequestEntry{Source: &e.Source, DetailType: &e.DetailType, Detail: aws.String(string(e.Detail))})
	}
	return r.put(ctx, w, entries)
}

// forgotten reports whether a stream has forgotten the records that were asked for.
func forgotten(err error) bool {
	var trimmed *types.TrimmedDataAccessException
	var gone *types.ResourceNotFoundException
	return errors.As(err, &trimmed) || errors.As(err, &gone)
}

// records returns the records at a place of a stream.
func (r Redriver) records(ctx context.Context, at place) ([]map[string]any, error) {
	var records []map[string]any
	err := r.each(ctx, at, func(record types.Record) {
		image := map[string]any{}
		for name, v := range record.Dynamodb.NewImage {
			switch v := v.(type) {
			case *types.AttributeValueMemberS:
				image[name] = map[string]any{"S": v.Value}
			case *types.AttributeValueMemberN:
				image[name] = map[string]any{"N": v.Value}
			}
		}
		records = append(records, recordOf(string(record.EventName), image))
	})
	return records, err
}

// each calls do with the records at a place of a stream.
func (r Redriver) each(ctx context.Context, at place, do func(types.Record)) error {
	iterator, err := r.Streams.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{
		StreamArn: &at.stream, ShardId: &at.shard, ShardIteratorType: types.ShardIteratorTypeAtSequenceNumber, SequenceNumber: &at.from,
	})
	if err != nil {
		return err
	}
	for next := iterator.ShardIterator; next != nil; {
		page, err := r.Streams.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: next})
		if err != nil {
			return err
		}
		for _, record := range page.Records {
			if after(aws.ToString(record.Dynamodb.SequenceNumber), at.to) {
				return nil
			}
			do(record)
		}
		if len(page.Records) == 0 {
			return nil // the end of what there is
		}
		next = page.NextShardIterator
	}
	return nil
}

// after reports whether one sequence number of a stream comes after another: they are
// numbers of up to 40 digits.
func after(a, b string) bool {
	x, okX := new(big.Int).SetString(a, 10)
	y, okY := new(big.Int).SetString(b, 10)
	return okX && okY && x.Cmp(y) > 0
}

func recordOf(name string, image map[string]any) map[string]any {
	return map[string]any{"eventName": name, "dynamodb": map[string]any{"NewImage": image}}
}

// around is how much before and after a batch events are looked for in the table:
// clocks differ, and the letter's times are approximate.
const around = 5 * time.Minute

// stored returns the events that a table has of the time of a batch, as records.
func (r Redriver) stored(ctx context.Context, w Way, at place) ([]map[string]any, error) {
	table, err := r.physical(w.Table)
	if err != nil {
		return nil, err
	}
	if at.first.IsZero() || at.last.IsZero() {
		return nil, errors.New("the stream has forgotten the records, and the letter does not say when they were written")
	}
	text := func(t time.Time) tabletypes.AttributeValue {
		return &tabletypes.AttributeValueMemberS{Value: t.UTC().Format(time.RFC3339Nano)}
	}
	pages := dynamodb.NewScanPaginator(r.Dynamo, &dynamodb.ScanInput{
		TableName: &table, FilterExpression: aws.String("kind = :event AND occurredAt BETWEEN :first AND :last"),
		ExpressionAttributeValues: map[string]tabletypes.AttributeValue{
			":event": &tabletypes.AttributeValueMemberS{Value: "event"}, ":first": text(at.first.Add(-around)), ":last": text(at.last.Add(around)),
		},
	})
	var records []map[string]any
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, item := range page.Items {
			image := map[string]any{}
			for name, v := range item {
				switch v := v.(type) {
				case *tabletypes.AttributeValueMemberS:
					image[name] = map[string]any{"S": v.Value}
				case *tabletypes.AttributeValueMemberN:
					image[name] = map[string]any{"N": v.Value}
				}
			}
			records = append(records, recordOf("INSERT", image))
		}
	}
	return records, nil
}
