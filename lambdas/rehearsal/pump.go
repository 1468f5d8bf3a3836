package rehearsal

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

// openStream begins to read the store's stream at its oldest record.
func (s *System) openStream(t testing.TB) {
	t.Helper()
	table, err := s.Dynamo.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &s.Store})
	if err != nil {
		t.Fatal(err)
	}
	arn := table.Table.LatestStreamArn
	stream, err := s.Streams.DescribeStream(t.Context(), &dynamodbstreams.DescribeStreamInput{StreamArn: arn})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(stream.StreamDescription.Shards); n != 1 {
		t.Fatalf("stream has %d shards, one is read here", n)
	}
	iterator, err := s.Streams.GetShardIterator(t.Context(), &dynamodbstreams.GetShardIteratorInput{
		StreamArn: arn, ShardId: stream.StreamDescription.Shards[0].ShardId,
		ShardIteratorType: streamtypes.ShardIteratorTypeTrimHorizon,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.iterator = iterator.ShardIterator
}

// Publish puts on the bus what the pipe takes from the stream's new records, in the
// pipe's batches. It returns how many events that were.
func (s *System) Publish(t testing.TB) int {
	t.Helper()
	return s.PublishRecords(t, s.Records(t))
}

// PublishRecords puts on the bus what the pipe takes from records.
func (s *System) PublishRecords(t testing.TB, records []map[string]any) int {
	t.Helper()
	var entries []eventtypes.PutEventsRequestEntry
	for _, r := range records {
		if s.pipe.Takes(r) {
			e := s.pipe.Entry(r)
			entries = append(entries, eventtypes.PutEventsRequestEntry{
				EventBusName: &s.Bus, Source: &e.Source, DetailType: &e.DetailType, Detail: aws.String(string(e.Detail)),
			})
		}
	}
	for rest := entries; len(rest) > 0; {
		n := min(len(rest), s.settings.BatchSize)
		s.Put(t, rest[:n]...)
		rest = rest[n:]
	}
	return len(entries)
}

// Put puts entries on the bus.
func (s *System) Put(t testing.TB, entries ...eventtypes.PutEventsRequestEntry) {
	t.Helper()
	out, err := s.Events.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: entries})
	if err != nil || out.FailedEntryCount > 0 {
		t.Fatalf("PutEvents: %v, %+v", err, out)
	}
}

// Records returns the stream's new records as a pipe sees them.
func (s *System) Records(t testing.TB) []map[string]any {
	t.Helper()
	var records []map[string]any
	for {
		page, err := s.Streams.GetRecords(t.Context(), &dynamodbstreams.GetRecordsInput{ShardIterator: s.iterator})
		if err != nil {
			t.Fatal(err)
		}
		s.iterator = page.NextShardIterator
		if len(page.Records) == 0 {
			return records
		}
		for _, r := range page.Records {
			image := map[string]any{}
			for name, v := range r.Dynamodb.NewImage {
				image[name] = attribute(v)
			}
			records = append(records, map[string]any{
				"eventName": string(r.EventName), "dynamodb": map[string]any{"NewImage": image},
			})
		}
	}
}

// attribute returns an attribute in DynamoDB's JSON.
func attribute(v streamtypes.AttributeValue) map[string]any {
	switch v := v.(type) {
	case *streamtypes.AttributeValueMemberS:
		return map[string]any{"S": v.Value}
	case *streamtypes.AttributeValueMemberN:
		return map[string]any{"N": v.Value}
	case *streamtypes.AttributeValueMemberM:
		m := map[string]any{}
		for name, inner := range v.Value {
			m[name] = attribute(inner)
		}
		return map[string]any{"M": m}
	case *streamtypes.AttributeValueMemberL:
		list := make([]any, len(v.Value))
		for i, inner := range v.Value {
			list[i] = attribute(inner)
		}
		return map[string]any{"L": list}
	case *streamtypes.AttributeValueMemberB:
		return map[string]any{"B": v.Value}
	case *streamtypes.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}
	}
	panic(fmt.Sprintf("the stream has a %T, which nothing in this module writes", v))
}

// Empty deletes every item of a table.
func (s *System) Empty(t testing.TB, table string) {
	t.Helper()
	page, err := s.Dynamo.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table, ProjectionExpression: aws.String("pk, sk")})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range page.Items {
		if _, err := s.Dynamo.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &table, Key: key}); err != nil {
			t.Fatal(err)
		}
	}
}

// Replay sends the archive's events to the rules again.
func (s *System) Replay(t testing.TB, name string) {
	t.Helper()
	_, err := s.Events.StartReplay(t.Context(), &eventbridge.StartReplayInput{
		ReplayName: &name, EventSourceArn: &s.archive, Destination: &eventtypes.ReplayDestination{Arn: &s.busARN},
		EventStartTime: aws.Time(time.Now().Add(-time.Hour)), EventEndTime: aws.Time(time.Now().Add(time.Hour)),
	})
	if err != nil {
		t.Fatal(err)
	}
}
