package rehearsal

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"fulcrum/lambdas/localaws"
)

// Publish puts on the bus what the pipe takes from the stream's new records, in the
// pipe's batches, or has the function hand on what they show. It returns how many
// records that were.
func (s *System) Publish(t localaws.Scope) int {
	t.Helper()
	if s.outbox != nil {
		return s.handOn(t, s.Records(t))
	}
	return s.PublishRecords(t, s.Records(t))
}

// PublishRecords puts on the bus what the pipe takes from records.
func (s *System) PublishRecords(t localaws.Scope, records []map[string]any) int {
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

// handOn calls the outbox's function with the records that its mapping takes.
func (s *System) handOn(t localaws.Scope, records []map[string]any) int {
	t.Helper()
	var shown []map[string]any
	for i, r := range records {
		takes, err := s.reads.Takes(r)
		if err != nil {
			t.Fatal(err)
		}
		if takes {
			r["dynamodb"].(map[string]any)["SequenceNumber"] = strconv.Itoa(i)
			shown = append(shown, r)
		}
	}
	for batch := range slices.Chunk(shown, s.reads.BatchSize) {
		payload, err := json.Marshal(map[string]any{"Records": batch})
		if err != nil {
			t.Fatal(err)
		}
		var answer events.DynamoDBEventResponse
		raw, err := s.outbox.Invoke(t.Context(), payload)
		if err == nil {
			err = json.Unmarshal(raw, &answer)
		}
		if err != nil || len(answer.BatchItemFailures) > 0 {
			t.Fatalf("the outbox's function: %v, failed %v\n%s", err, answer.BatchItemFailures, s.outbox.Output())
		}
	}
	return len(shown)
}

// Put puts entries on the bus.
func (s *System) Put(t localaws.Scope, entries ...eventtypes.PutEventsRequestEntry) {
	t.Helper()
	out, err := s.Events.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: entries})
	if err != nil || out.FailedEntryCount > 0 {
		t.Fatalf("PutEvents: %v, %+v", err, out)
	}
}

// Records returns the stream's new records as a pipe sees them.
func (s *System) Records(t localaws.Scope) []map[string]any {
	t.Helper()
	records, err := s.stream.Records(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// Empty deletes every item of a table.
func (s *System) Empty(t localaws.Scope, table string) {
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
func (s *System) Replay(t localaws.Scope, name string) {
	t.Helper()
	_, err := s.Events.StartReplay(t.Context(), &eventbridge.StartReplayInput{
		ReplayName: &name, EventSourceArn: &s.archive, Destination: &eventtypes.ReplayDestination{Arn: &s.busARN},
		EventStartTime: aws.Time(time.Now().Add(-time.Hour)), EventEndTime: aws.Time(time.Now().Add(time.Hour)),
	})
	if err != nil {
		t.Fatal(err)
	}
}
