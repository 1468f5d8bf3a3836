package redrive_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/faults"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/redrive"
	"fulcrum/lambdas/runtimeapi"
)

// stage is a stack's queues, bus and table on a local AWS.
type stage struct {
	redrive.Redriver
	t   *testing.T
	aws *localaws.Server
}

func (s stage) queue(id string, attributes map[string]string) string {
	s.t.Helper()
	name := id
	if attributes["FifoQueue"] != "" {
		name += ".fifo"
	}
	made, err := s.Queues.CreateQueue(s.t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	if err != nil {
		s.t.Fatal(err)
	}
	s.Physical[id] = *made.QueueUrl
	return *made.QueueUrl
}

func (s stage) send(url, body string, attributes map[string]string, group string) {
	s.t.Helper()
	in := &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body, MessageAttributes: map[string]sqstypes.MessageAttributeValue{}}
	for name, value := range attributes {
		in.MessageAttributes[name] = sqstypes.MessageAttributeValue{DataType: aws.String("String"), StringValue: &value}
	}
	if group != "" {
		in.MessageGroupId, in.MessageDeduplicationId = &group, aws.String(body)
	}
	if _, err := s.Queues.SendMessage(s.t.Context(), in); err != nil {
		s.t.Fatal(err)
	}
}

// received returns what is in a queue.
func (s stage) received(id string) []sqstypes.Message {
	s.t.Helper()
	out, err := s.Queues.ReceiveMessage(s.t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: aws.String(s.Physical[id]), MaxNumberOfMessages: 10,
		MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{sqstypes.MessageSystemAttributeNameAll},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out.Messages
}

func start(t *testing.T) stage {
	t.Helper()
	server := localaws.Start(t)
	server.Table(t, "store")
	s := stage{t: t, aws: server, Redriver: redrive.Redriver{
		Queues: sqs.NewFromConfig(server.Config), Events: eventbridge.NewFromConfig(server.Config),
		Streams: dynamodbstreams.NewFromConfig(server.Config), Dynamo: dynamodb.NewFromConfig(server.Config),
		Physical: map[string]string{"Store": "store", "Bus": "bus"},
	}}
	if _, err := s.Events.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: aws.String("bus")}); err != nil {
		t.Fatal(err)
	}
	return s
}

// heard puts a queue behind the bus.
func (s stage) heard() {
	s.t.Helper()
	url := s.queue("Heard", nil)
	out, err := s.Queues.GetQueueAttributes(s.t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameQueueArn}})
	if err != nil {
		s.t.Fatal(err)
	}
	_, err = s.Events.PutRule(s.t.Context(), &eventbridge.PutRuleInput{Name: aws.String("heard"), EventBusName: aws.String("bus"), EventPattern: aws.String(`{"source":["dinner.dinner"]}`)})
	if err == nil {
		_, err = s.Events.PutTargets(s.t.Context(), &eventbridge.PutTargetsInput{
			Rule: aws.String("heard"), EventBusName: aws.String("bus"),
			Targets: []eventtypes.Target{{Id: aws.String("q"), Arn: aws.String(out.Attributes["QueueArn"])}},
		})
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s stage) redrive(w redrive.Way) (reasons []string) {
	s.t.Helper()
	n, err := s.Redrive(s.t.Context(), w, func(l redrive.Letter) { reasons = append(reasons, l.Reason) })
	if err != nil || n != len(reasons) {
		s.t.Fatalf("%s: %d sent, %v", w.Dead, n, err)
	}
	if left := s.received(w.Dead); len(left) > 0 {
		s.t.Errorf("%s still has %d letters", w.Dead, len(left))
	}
	return reasons
}

func TestToQueues(t *testing.T) {
	s := start(t)
	fifo := map[string]string{"FifoQueue": "true", "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}
	dead, letters := s.queue("Dead", nil), s.queue("DeadCommands", fifo)
	s.queue("Queue", nil)
	s.queue("Commands", fifo)
	for _, body := range []string{"one", "two", "three"} {
		s.send(dead, body, map[string]string{"ERROR_CODE": "NO_PERMISSIONS"}, "")
		s.send(letters, body, map[string]string{"Reason": "cannot " + body}, "dinner-1")
	}
	if got := s.redrive(redrive.Way{Dead: "Dead", To: "Queue", Kind: redrive.ToQueue}); len(got) != 3 || got[0] != "NO_PERMISSIONS" {
		t.Errorf("reasons %v", got)
	}
	if got := s.received("Queue"); len(got) != 3 {
		t.Errorf("%d messages came", len(got))
	}
	if got := strings.Join(s.redrive(redrive.Way{Dead: "DeadCommands", To: "Commands", Kind: redrive.ToQueue}), ", "); got != "cannot one, cannot two, cannot three" {
		t.Errorf("reasons %s", got)
	}
	var order []string
	for _, m := range s.received("Commands") {
		if m.Attributes["MessageGroupId"] != "dinner-1" {
			t.Errorf("%s came in the group %s", *m.Body, m.Attributes["MessageGroupId"])
		}
		order = append(order, *m.Body)
	}
	if strings.Join(order, " ") != "one two three" {
		t.Errorf("came as %v", order)
	}
}

func TestToBus(t *testing.T) {
	s := start(t)
	s.heard()
	s.send(s.queue("Dead", nil), `{"source":"dinner.dinner","detail-type":"Dinner Created","detail":{"id":"1"}}`, nil, "")
	s.redrive(redrive.Way{Dead: "Dead", To: "Bus", Kind: redrive.ToBus})
	if got := s.received("Heard"); len(got) != 1 || !strings.Contains(*got[0].Body, `"Dinner Created"`) {
		t.Errorf("heard %v", got)
	}
	s.aws.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".PutEvents") {
			return false
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_, _ = io.WriteString(w, `{"FailedEntryCount":1,"Entries":[{"ErrorCode":"ThrottlingException"}]}`)
		return true
	})
	s.refused(redrive.Way{Dead: "Dead", To: "Bus", Kind: redrive.ToBus}, `{"source":"dinner.dinner","detail-type":"Dinner Created","detail":{}}`, "the bus refuses: ThrottlingException")
	s.aws.Intercept(nil)
	for _, body := range []string{`not an event`, `{}`, `{"detail-type":"Dinner Created","detail":{}}`} {
		s.refused(redrive.Way{Dead: "Dead", To: "Bus", Kind: redrive.ToBus}, body, "holds no event")
	}
}

// refused sends a dead letter, and wants it to stay where it is for a reason.
func (s stage) refused(w redrive.Way, body, reason string) {
	s.t.Helper()
	w.Dead = fmt.Sprint("Dead", len(s.Physical)) // one of its own
	s.send(s.queue(w.Dead, nil), body, nil, "")
	if n, err := s.Redrive(s.t.Context(), w, func(redrive.Letter) {}); n != 0 || err == nil || !strings.Contains(err.Error(), reason) {
		s.t.Errorf("%s: sent %d, %v, want %q", body, n, err, reason)
	}
}

// TestByHand wants nothing to be done of which nobody knows where it goes.
func TestByHand(t *testing.T) {
	if n, err := (redrive.Redriver{}).Redrive(t.Context(), redrive.Way{Dead: "Dead", Kind: redrive.ByHand}, nil); n != 0 || err == nil || !strings.Contains(err.Error(), "nobody but you knows") {
		t.Errorf("sent %d, %v", n, err)
	}
}

// TestByItem gives up the record of an item with an event in its outbox, and has it shown
// again: from the stream, and once more, from the table, when the stream has forgotten it.
func TestByItem(t *testing.T) {
	s := start(t)
	item := func(pk string, outbox map[string]types.AttributeValue) {
		text := func(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }
		in := map[string]types.AttributeValue{"pk": text(pk), "sk": text("DINNER"), "handed": text("no")}
		if outbox != nil {
			in["outbox"] = &types.AttributeValueMemberM{Value: outbox}
		}
		if _, err := s.Dynamo.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("store"), Item: in}); err != nil {
			t.Fatal(err)
		}
	}
	waiting := map[string]types.AttributeValue{"E1": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{}}}
	item("DINNER#given-up", waiting)
	item("DINNER#handed-on", map[string]types.AttributeValue{})
	item("CALL#no-outbox", nil)
	item("DINNER#later", waiting)
	stream, err := s.aws.Stream(t.Context(), "store")
	if err != nil {
		t.Fatal(err)
	}
	shown := func() (keys []string) {
		t.Helper()
		records, err := stream.Records(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			change := r["dynamodb"].(map[string]any)
			if change["NewImage"].(map[string]any)["handed"].(map[string]any)["S"] == "no" {
				keys = append(keys, change["Keys"].(map[string]any)["pk"].(map[string]any)["S"].(string))
			}
		}
		slices.Sort(keys)
		return keys
	}
	if got := shown(); len(got) != 4 {
		t.Fatalf("the stream shows %v", got)
	}
	way := redrive.Way{Dead: "Dead", To: "Outbox", Kind: redrive.ByItem, Table: "Store"}
	letter := s.letter(time.Now())
	s.send(s.queue("Dead", nil), letter, nil, "")
	if got := s.redrive(way); len(got) != 1 || got[0] != "RetryAttemptsExhausted" {
		t.Errorf("reasons %v", got)
	}
	if got := shown(); !slices.Equal(got, []string{"DINNER#given-up"}) {
		t.Errorf("shown again: %v, want the one of the letter", got)
	}
	s.forget()
	s.send(s.Physical["Dead"], letter, nil, "")
	s.redrive(way)
	if got := shown(); !slices.Equal(got, []string{"DINNER#given-up", "DINNER#later"}) {
		t.Errorf("shown again: %v, want all that have events", got)
	}
}

// TestByStep has a hold given back by the function that does a machine's steps, the one
// that is deployed; and keeps a letter while that fails.
func TestByStep(t *testing.T) {
	s := start(t)
	steps, err := runtimeapi.Start(filepath.Join(runtimeapi.Build(t, "fulcrum/lambdas/cmd/reservation"), "reservation"), append(s.aws.Environment(), "STORE_TABLE=store")...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(steps.Close)
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		payload, err := io.ReadAll(r.Body)
		if err != nil || r.URL.Path != "/2015-03-31/functions/steps/invocations" {
			t.Errorf("%s, %v", r.URL.Path, err)
		}
		out, err := steps.Invoke(r.Context(), payload)
		if err != nil {
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
			out = []byte(`{"errorMessage":"no"}`)
		}
		_, _ = w.Write(out)
	}))
	t.Cleanup(door.Close)
	s.Functions = lambda.NewFromConfig(s.aws.Config, func(o *lambda.Options) { o.BaseEndpoint = &door.URL })
	s.Physical["Steps"] = "steps"

	n := 0
	newID := func() string { n++; return fmt.Sprintf("%026d", n) }
	dinners := dinner.Commands{Dinners: dynamo.Dinners{Table: dynamo.Table{
		Client: s.Dynamo, Name: "store", Consistent: true, Now: time.Now, NewID: newID, EventRetention: time.Hour, CallRetention: time.Hour,
	}}, Now: time.Now, NewID: newID}
	made, err := dinners.Create(t.Context(), once.Call{}, dinner.Host{ID: "host", Name: "Host"}, dinner.Plan{
		Title: "Soup", Place: "Here", Seats: 1, ConfirmBy: time.Now().Add(time.Hour), StartsAt: time.Now().Add(2 * time.Hour),
	})
	if err == nil {
		_, err = dinners.Hold(t.Context(), once.Call{}, made.DinnerID, "R", "run-1", dinner.Guest{ID: "anna", Name: "Anna"})
	}
	if err != nil {
		t.Fatal(err)
	}
	held := func() int {
		t.Helper()
		d, err := dinners.Dinners.Get(t.Context(), made.DinnerID)
		if err != nil {
			t.Fatal(err)
		}
		return len(d.State().Reservations)
	}
	way := redrive.Way{Dead: "Dead", From: "Saga", To: "Steps", Kind: redrive.ByStep}
	letter := `{"attempt":"run-1","dinnerId":"` + made.DinnerID + `","reservationId":"R","failure":{"Error":"States.Timeout","Cause":"slow"}}`
	s.send(s.queue("Dead", nil), strings.Replace(letter, made.DinnerID, "no-such-dinner", 1), nil, "")
	if s.redrive(way); held() != 1 {
		t.Error("a letter of another dinner gave the seat back")
	}
	for _, lacks := range []string{`"attempt":"run-1",`, `"dinnerId":"` + made.DinnerID + `",`, `"reservationId":"R",`} {
		s.refused(way, strings.Replace(letter, lacks, "", 1), "names no hold")
	}
	s.aws.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".GetItem") {
			return false
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException","message":"the key is disabled"}`))
		return true
	})
	s.send(s.Physical["Dead"], letter, nil, "")
	if sent, err := s.Redrive(t.Context(), way, func(redrive.Letter) {}); sent != 0 || err == nil || !strings.Contains(err.Error(), "not given back") {
		t.Errorf("%d sent, %v", sent, err)
	}
	s.aws.Intercept(nil)
	if held() != 1 {
		t.Fatal("the seat is not held any more")
	}
	s.send(s.Physical["Dead"], letter, nil, "") // the other one is hidden for a while
	if got := s.redrive(way); len(got) != 1 || got[0] != "States.Timeout: slow" || held() != 0 {
		t.Errorf("reasons %v, %d seats held", got, held())
	}
}

// letter is the dead letter of a mapping or pipe about the first record of the store's
// stream.
func (s stage) letter(began time.Time) string {
	s.t.Helper()
	streams, err := s.Streams.ListStreams(s.t.Context(), &dynamodbstreams.ListStreamsInput{TableName: aws.String("store")})
	if err != nil {
		s.t.Fatal(err)
	}
	stream := *streams.Streams[0].StreamArn
	described, err := s.Streams.DescribeStream(s.t.Context(), &dynamodbstreams.DescribeStreamInput{StreamArn: &stream})
	if err != nil {
		s.t.Fatal(err)
	}
	shard := described.StreamDescription.Shards[0]
	first := *shard.SequenceNumberRange.StartingSequenceNumber
	return `{"context":{"condition":"RetryAttemptsExhausted"},"version":"1.0","DDBStreamBatchInfo":{"shardId":"` + *shard.ShardId +
		`","startSequenceNumber":"` + first + `","endSequenceNumber":"` + first + `","approximateArrivalOfFirstRecord":"` + began.UTC().Format(time.RFC3339) +
		`","approximateArrivalOfLastRecord":"` + time.Now().UTC().Format(time.RFC3339) + `","batchSize":1,"streamArn":"` + stream + `"}}`
}

// forget lets the stream forget its records.
func (s stage) forget() {
	s.aws.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".GetShardIterator") {
			return false
		}
		body, err := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if err == nil && !strings.Contains(string(body), "AT_SEQUENCE_NUMBER") { // the test reads it, too
			return false
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"__type":"com.amazonaws.dynamodb.v20120810#TrimmedDataAccessException","message":"beyond the trim horizon"}`))
		return true
	})
}

// TestByPipe gives up an event of twelve, and repeats it from the stream; and once more,
// with the others of its time, from the table, when the stream has forgotten it.
func TestByPipe(t *testing.T) {
	s := start(t)
	s.heard()
	began := time.Now()
	for n := range 12 {
		id := fmt.Sprintf("E%d", n+1)
		item := dynamo.EventItem(event.Event{
			ID: id, Source: "dinner.dinner", Type: "Dinner Created", Version: 1, OccurredAt: time.Now(), Aggregate: "Dinner", AggregateID: "D", Data: json.RawMessage(`{}`),
		})
		item["expiresAt"] = &types.AttributeValueMemberN{Value: "4000000000"}
		if _, err := s.Dynamo.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("store"), Item: item}); err != nil {
			t.Fatal(err)
		}
	}
	baseline, err := faults.Baseline()
	if err != nil {
		t.Fatal(err)
	}
	way := redrive.Way{Dead: "Dead", To: "Bus", Kind: redrive.ByPipe, Table: "Store", Pipe: baseline.Pipe}
	letter := s.letter(began)
	s.send(s.queue("Dead", nil), letter, nil, "")
	if got := s.redrive(way); len(got) != 1 || got[0] != "RetryAttemptsExhausted" {
		t.Errorf("reasons %v", got)
	}
	heard := s.received("Heard")
	if len(heard) != 1 {
		t.Fatalf("%d events came from the stream, want the one of the letter", len(heard))
	}
	if e, err := event.FromBus([]byte(*heard[0].Body)); err != nil || e.ID != "E1" {
		t.Errorf("came %+v, %v", e, err)
	}
	s.forget()
	s.send(s.Physical["Dead"], letter, nil, "")
	s.redrive(way)
	n := 0
	for heard := s.received("Heard"); len(heard) > 0; heard = s.received("Heard") {
		n += len(heard)
	}
	if n != 12 {
		t.Errorf("%d events came from the table, want all of that time", n)
	}
	timeless := strings.Replace(letter, "approximateArrivalOfFirstRecord", "unknown", 1)
	s.refused(way, timeless, "does not say when they were written")
}
