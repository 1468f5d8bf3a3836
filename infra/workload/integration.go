package workload

import (
	"math"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/consumer"
	"fulcrum/constructs/direct"
	"fulcrum/constructs/restapi"
	"fulcrum/constructs/route"
	"fulcrum/constructs/stream"
	"fulcrum/constructs/vault"
	"fulcrum/design"
	"fulcrum/design/role"
)

// Names of what the door hands on without the service.
const (
	functionInterest = "interest"
	functionPhotos   = "photos"
	// interestEvent is what a bus calls a signal of interest.
	interestEvent = "Interest Shown"
	// photoPath is where callers keep a picture of themselves.
	photoPath = "/me/photo"
)

// integrations holds how each option of integration is defined: the routes that
// the door answers beside the service's own.
var integrations = map[string]func(w *workload) []restapi.Direct{
	"proxy":   func(*workload) []restapi.Direct { return nil },
	"s3":      (*workload).photos,
	"kinesis": (*workload).interestStream,
	"events":  (*workload).interestBus,
	"queue":   (*workload).interestQueue,
}

// direct returns the routes that the door hands to AWS services.
func (w *workload) direct() []restapi.Direct { return integrations[w.Blueprint["integration"]](w) }

// photos keeps a picture for each caller.
func (w *workload) photos() []restapi.Direct {
	store := vault.New(w.stack, "Photos", vault.Props{
		Key: w.key(design.People), LogKey: w.key(design.Telemetry), Days: w.class(design.People).RetentionDays,
		LogDays: w.class(design.Telemetry).RetentionDays, Sandbox: w.Settings.Sandbox,
	})
	// Pictures grow old if their class says when they fall quiet. One that does not leaves
	// them where they are, whatever the option: a picture is small, is replaced and not
	// added to, and goes with its person, while the colder classes charge for 30 days or 90.
	if w.class(design.People).TierAfterDays > 0 {
		w.age(store.Bucket, design.People)
	}
	w.forgetPhotos(store.Bucket)
	types := []string{"image/jpeg", "image/png", "image/webp"}
	_, caller := w.viewed()
	at := func(method string) route.Route {
		rate, burst := limits(w.peak().PeakRPS / 100)
		return route.Route{Method: method, Path: photoPath, Scope: caller, Rate: rate, Burst: burst, APIKey: true}
	}
	const prefix = "photos/"
	return []restapi.Direct{
		{Route: at("PUT"), Service: direct.Upload{Bucket: store.Bucket, Key: w.key(design.People), Prefix: prefix, Types: types}},
		{Route: at("GET"), Service: direct.Download{Bucket: store.Bucket, Key: w.key(design.People), Prefix: prefix, Types: types}},
	}
}

// forgetPhotos removes the picture of a person who is forgotten.
func (w *workload) forgetPhotos(bucket awss3.Bucket) {
	if w.Design.EventSource(guestForgotten) == "" {
		panic("integration: s3: no command raises the event " + guestForgotten + ", on which a person's picture goes; add it to the process, or synthesize what does without it: -c stack=Chosen")
	}
	f := w.function(functionPhotos, "Photos-Function", consumerTimeout, role.Consumer)
	f.AddEnvironment(jsii.String("PHOTOS_BUCKET"), bucket.BucketName(), nil)
	vault.GrantErase(bucket, f)
	annotate.Acknowledge(f.Role(), "Whoever is forgotten may have any picture; the grant lets nobody see one.", "AwsSolutions-IAM5[Resource::….Arn>/*]")
	from := w.subscribe(functionPhotos, []string{guestForgotten})
	queue := consumer.New(w.stack, "Photos-Forget", consumer.Props{
		Service: functionPhotos, Bus: from.Events, Sources: w.sources([]string{guestForgotten}), Events: []string{guestForgotten},
		Function: f, FunctionTimeout: consumerTimeout, Key: from.Key, Alarms: w.alarms, Sandbox: w.Settings.Sandbox,
	})
	w.backlog = append(w.backlog, queue.Delayed, queue.DeadLetter.Alarm)
}

// interestStream puts what callers look at on a stream, in order for each dinner.
func (w *workload) interestStream() []restapi.Direct {
	viewed, _ := w.viewed()
	s := stream.New(w.stack, "Interest", stream.Props{
		Service: functionInterest, Function: w.interestFunction(), Shards: int(math.Ceil(max(1, viewed.PeakRPS/recordsOfShard))),
		Key: w.key(design.Events), Alarms: w.alarms, Sandbox: w.Settings.Sandbox,
	})
	w.backlog = append(w.backlog, s.Delayed, s.DeadLetter.Alarm)
	return w.interest(direct.Stream{Kinesis: s.Kinesis, Key: w.key(design.Events)})
}

// recordsOfShard is what one shard takes in a second.
// https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
const recordsOfShard = 1000

// interestBus puts it on the bus of the domain events.
func (w *workload) interestBus() []restapi.Direct {
	source := strings.ToLower(w.Design.System) + "." + functionInterest
	viewed, _ := w.viewed()
	w.published = append(w.published, source)
	c := consumer.New(w.stack, "Interest", consumer.Props{
		Service: functionInterest, Bus: w.bus.Events, Sources: []string{source}, Events: []string{interestEvent},
		Function: w.interestFunction(), FunctionTimeout: consumerTimeout, Key: w.bus.Key,
		MaxConcurrency: concurrency(viewed.PeakRPS, milliseconds(w.Design.Capacity.ConsumerMs)), Alarms: w.alarms, Sandbox: w.Settings.Sandbox,
	})
	w.backlog = append(w.backlog, c.Delayed, c.DeadLetter.Alarm)
	return w.interest(direct.Bus{Events: w.bus.Events, Source: source, Type: interestEvent})
}

// interestQueue puts it on a queue of its own.
func (w *workload) interestQueue() []restapi.Direct {
	viewed, _ := w.viewed()
	q := consumer.NewWorker(w.stack, "Interest", consumer.Props{
		Service: functionInterest, Function: w.interestFunction(), FunctionTimeout: consumerTimeout, Key: w.key(design.Events),
		MaxConcurrency: concurrency(viewed.PeakRPS, milliseconds(w.Design.Capacity.ConsumerMs)), Alarms: w.alarms, Sandbox: w.Settings.Sandbox,
	})
	w.backlog = append(w.backlog, q.Delayed, q.DeadLetter.Alarm)
	return w.interest(direct.Queue{SQS: q.Queue, Key: w.key(design.Events)})
}

// interest is the route of the signals: under what is looked at, for whoever may
// call anything of that actor's.
func (w *workload) interest(service direct.Service) []restapi.Direct {
	viewed, scope := w.viewed()
	rate, burst := limits(viewed.PeakRPS)
	return []restapi.Direct{{Service: service, Route: route.Route{
		Method: "POST", Path: strings.TrimSuffix(viewed.Route.Path, "/") + "/interest", Scope: scope, Rate: rate, Burst: burst, APIKey: true,
		Body: map[string]any{
			"$schema": "http://json-schema.org/draft-04/schema#", "title": "Show Interest", "type": "object", "required": []string{"kind"},
			"properties":           map[string]any{"kind": map[string]any{"type": "string", "enum": []string{"viewed", "wanted", "shared"}}},
			"additionalProperties": false,
		},
	}}}
}

// viewed returns the query that shows one aggregate, or else the first, and a
// scope that its actor's tokens have.
func (w *workload) viewed() (query design.OperationLoad, scope string) {
	for _, o := range w.peak().Operations {
		if o.Kind == design.QueryKind && (query.Name == "" || strings.Contains(o.Route.Path, "{") && !strings.Contains(query.Route.Path, "{")) {
			query = o
		}
	}
	for _, o := range w.Design.Operations() {
		if !o.Route.Public && (scope == "" || o.Actor == query.Actor) {
			scope = o.Route.Scope
			if o.Actor == query.Actor {
				break
			}
		}
	}
	return query, scope
}

// interestFunction defines the function that counts the signals.
func (w *workload) interestFunction() awslambda.Function {
	f := w.function(functionInterest, "Interest-Function", consumerTimeout, role.Consumer)
	w.readModels.GrantTransact(f)
	return f
}
