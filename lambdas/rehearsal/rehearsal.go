// Package rehearsal runs the whole write path for real, without AWS: the functions'
// binaries as Lambda runs them, over a local AWS with its tables, stream, bus,
// rules, archive, queues and dead-letter queues.
//
// What AWS does between them is played here: the pipe, which carries the stream to the
// bus through the filter and the template that are deployed; Lambda's poller, which
// hands batches of a queue to a function and deletes what it did not report as failed;
// and its reader of a stream, where a function takes the pipe's place.
//
// Choose it to see that the parts fit each other; choose package faults to see
// what happens when they fail.
package rehearsal

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"fulcrum/lambdas/faults"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/runtimeapi"
)

// System is the system on a local AWS.
type System struct {
	API *runtimeapi.Function
	// Store and ReadModels are the tables, Bus and Archive the event bus and its
	// archive, by name.
	Store, ReadModels, Bus, Archive string
	Consumers                       []*Consumer
	// PersonKeys is the table of persons' keys, empty without one.
	PersonKeys string

	Dynamo *dynamodb.Client
	Events *eventbridge.Client
	Queues *sqs.Client

	// outbox hands events on from the store's items, where no pipe does.
	outbox *runtimeapi.Function
	reads  faults.OutboxSettings

	pipe     faults.Pipe
	settings faults.PipeSettings
	stream   *localaws.Stream
	busARN   string
	archive  string // its ARN
	probe    string // a queue's URL
	server   *localaws.Server
}

// Consumer is a function with its queue and dead-letter queues.
type Consumer struct {
	faults.ConsumerSettings
	Function *runtimeapi.Function
	// Queue, DeadLetter and Undelivered are the queues' URLs.
	Queue, DeadLetter, Undelivered string
	rule                           string
}

// Programs are the import paths of the functions that Start runs.
var Programs = []string{
	"fulcrum/lambdas/cmd/api", "fulcrum/lambdas/cmd/notification", "fulcrum/lambdas/cmd/search", "fulcrum/lambdas/cmd/erasure",
	"fulcrum/lambdas/cmd/outbox",
}

// Start starts the system; names of what it creates end in name. binaries is the
// folder with the programs, settings are the functions' environment beside the
// names of the tables. Everything ends with the scope.
func Start(t localaws.Scope, server *localaws.Server, binaries, name string, settings ...string) *System {
	t.Helper()
	transport, err := faults.Baseline()
	if err != nil {
		t.Fatal(err)
	}
	pipe, err := faults.NewPipe(transport.Pipe)
	if err != nil {
		t.Fatal(err)
	}
	s := &System{
		Store: "store-" + name, ReadModels: "read-models-" + name, Bus: "bus-" + name, Archive: "archive-" + name,
		Events: eventbridge.NewFromConfig(server.Config),
		Queues: sqs.NewFromConfig(server.Config), pipe: pipe, settings: transport.Pipe, server: server,
	}
	s.Dynamo = server.Table(t, s.Store)
	server.Table(t, s.ReadModels)
	if s.stream, err = server.Stream(t.Context(), s.Store); err != nil {
		t.Fatal(err)
	}
	bus, err := s.Events.CreateEventBus(context.Background(), &eventbridge.CreateEventBusInput{Name: &s.Bus})
	if err != nil {
		t.Fatal(err)
	}
	s.busARN = *bus.EventBusArn
	archive, err := s.Events.CreateArchive(context.Background(), &eventbridge.CreateArchiveInput{
		ArchiveName: &s.Archive, EventSourceArn: bus.EventBusArn,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.archive = *archive.ArchiveArn
	settings = append(server.Environment(), settings...)
	settings = append(settings, "STORE_TABLE="+s.Store, "READ_MODELS_TABLE="+s.ReadModels)
	for _, c := range transport.Consumers {
		s.Consumers = append(s.Consumers, s.consumer(t, binaries, name, c, settings))
	}
	s.API = run(t, filepath.Join(binaries, "api"), settings)
	return s
}

// StartShredding starts the system as the option crypto-shred of erasure has it:
// with a table of persons' keys, and a consumer that destroys them.
func StartShredding(t localaws.Scope, server *localaws.Server, binaries, name string, settings ...string) *System {
	t.Helper()
	keys := "person-keys-" + name
	server.KeyTable(t, keys)
	settings = append(settings, "PERSON_KEYS_TABLE="+keys, "PERSON_KEY="+server.Key(t))
	s := Start(t, server, binaries, name, settings...)
	s.PersonKeys = keys
	destroy := s.Consumers[0].ConsumerSettings
	destroy.Service = "erasure"
	destroy.Pattern = json.RawMessage(`{"detail-type":["Guest Forgotten"],"source":["dinner.identity"]}`)
	s.Consumers = append(s.Consumers, s.consumer(t, binaries, name, destroy, append(server.Environment(), settings...)))
	return s
}

// StartGlobal starts the system as the option global-strong of consistency has it: over
// a store without transactions, whose items hold the events until a function hands them
// on.
func StartGlobal(t localaws.Scope, server *localaws.Server, binaries, name string, settings ...string) *System {
	t.Helper()
	settings = append(settings, "CONSISTENCY=global-strong") // the last one counts
	s := Start(t, server, binaries, name, settings...)
	transport, err := faults.Baseline()
	if err != nil {
		t.Fatal(err)
	}
	s.reads = transport.Outbox
	s.outbox = run(t, filepath.Join(binaries, "outbox"), append(append(server.Environment(), settings...), "STORE_TABLE="+s.Store, "EVENT_BUS="+s.Bus))
	return s
}

func run(t localaws.Scope, binary string, settings []string) *runtimeapi.Function {
	t.Helper()
	f, err := runtimeapi.Start(binary, settings...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

// consumer creates a consumer's queues and rule and starts its function.
func (s *System) consumer(t localaws.Scope, binaries, name string, settings faults.ConsumerSettings, environment []string) *Consumer {
	t.Helper()
	c := &Consumer{ConsumerSettings: settings, rule: settings.Service + "-" + name}
	queue := func(suffix string, attributes map[string]string) (url, arn string) {
		made, err := s.Queues.CreateQueue(context.Background(), &sqs.CreateQueueInput{
			QueueName: aws.String(settings.Service + "-" + name + suffix), Attributes: attributes,
		})
		if err != nil {
			t.Fatal(err)
		}
		return *made.QueueUrl, s.queueARN(t, *made.QueueUrl)
	}
	var dead, undelivered, target string
	c.DeadLetter, dead = queue("-dead", nil)
	c.Undelivered, undelivered = queue("-undelivered", nil)
	redrive, err := json.Marshal(map[string]any{"deadLetterTargetArn": dead, "maxReceiveCount": settings.MaxReceives})
	if err != nil {
		t.Fatal(err)
	}
	c.Queue, target = queue("", map[string]string{
		"VisibilityTimeout": strconv.Itoa(settings.VisibilityTimeoutSeconds), "RedrivePolicy": string(redrive),
	})
	_, err = s.Events.PutRule(context.Background(), &eventbridge.PutRuleInput{
		Name: &c.rule, EventBusName: &s.Bus, EventPattern: aws.String(string(settings.Pattern)),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Events.PutTargets(context.Background(), &eventbridge.PutTargetsInput{
		Rule: &c.rule, EventBusName: &s.Bus, Targets: []eventtypes.Target{{
			Id: aws.String("Queue"), Arn: &target, DeadLetterConfig: &eventtypes.DeadLetterConfig{Arn: &undelivered},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Function = run(t, filepath.Join(binaries, settings.Service), environment)
	return c
}

// Settle carries everything on until nothing moves: from the stream to the bus and
// from the queues to the functions.
func (s *System) Settle(t localaws.Scope) {
	t.Helper()
	for moved := true; moved; {
		moved = s.Publish(t) > 0
		for _, c := range s.Consumers {
			moved = s.Poll(t, c) > 0 || moved
		}
	}
}
