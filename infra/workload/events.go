package workload

import (
	"math"
	"strings"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"fulcrum/constructs/bus"
	"fulcrum/constructs/consumer"
	"fulcrum/constructs/outbox"
	"fulcrum/constructs/schemas"
	"fulcrum/design"
	"fulcrum/design/catalogue"
	"fulcrum/design/role"
)

// consumerTimeout is what a batch of events may take. Events are small and the
// queue holds what does not get through, so a stuck call is better ended early.
const consumerTimeout = 30 * time.Second

// newBus defines a bus of domain events under a key.
func (w *workload) newBus(id string, p bus.Props) *bus.Bus {
	p.ArchiveDays = w.class(design.Events).RetentionDays
	p.LogKey = w.key(design.Telemetry)
	p.LogDays = w.class(design.Telemetry).RetentionDays
	p.Alarms = w.alarms
	p.Sandbox = w.Settings.Sandbox
	return bus.New(w.stack, id, p)
}

// writtenHere is the Region whose events the outbox hands on, where another Region's
// outbox sees the same events; empty for all.
func (w *workload) writtenHere() string {
	if !w.has(catalogue.Secondary) {
		return ""
	}
	return w.Place.Of(w.Part)
}

// newOutbox defines the way from the store to a bus, of the named events or of all.
func (w *workload) newOutbox(id string, to *bus.Bus, events []string) {
	if w.alone() {
		w.newReader(id, to, events)
		return
	}
	outbox.New(w.stack, id, outbox.Props{
		Table:   w.store.Dynamo,
		Bus:     to.Events,
		Events:  events,
		Region:  w.writtenHere(),
		Key:     to.Key,
		LogKey:  w.key(design.Telemetry),
		LogDays: w.class(design.Telemetry).RetentionDays,
		Alarms:  w.alarms,
		Sandbox: w.Settings.Sandbox,
	})
}

// newReader defines that way where the aggregates' items hold the events.
func (w *workload) newReader(id string, to *bus.Bus, events []string) {
	environment := map[string]string{
		"SYSTEM":      w.Design.System,
		"STORE_TABLE": *w.store.Dynamo.TableName(),
		"EVENT_BUS":   *to.Events.EventBusName(),
	}
	if len(events) > 0 {
		environment["EVENTS"] = strings.Join(events, ",")
	}
	f := w.program(functionOutbox, id+"-Function", consumerTimeout, role.Pipe, environment)
	r := outbox.NewReader(w.stack, id, outbox.ReaderProps{
		Table: w.store, Bus: to, Function: f, Events: events, Key: to.Key, Alarms: w.alarms, Sandbox: w.Settings.Sandbox,
	})
	w.backlog = append(w.backlog, r.Delayed, r.DeadLetter.Alarm)
}

// contracts returns the schemas of the events of some steps of the model, in its
// order.
func (w *workload) contracts(steps []design.Step) []schemas.Event {
	var contracts []schemas.Event
	for _, step := range steps {
		for _, event := range step.Events {
			contracts = append(contracts, schemas.Event{
				Source:      w.Design.EventSource(event.Name),
				Type:        event.Name,
				Description: event.Name + ", when " + step.Actor + " did " + step.Command,
				Content:     w.carried(event).Schema(),
			})
		}
	}
	return contracts
}

// carried is an event as the bus carries it.
func (w *workload) carried(e design.Event) design.Event {
	if w.persons == nil {
		return e
	}
	return e.Sealed()
}

// defineConsumers defines a queue and a function for each consumer of the model,
// and for the erasure of keys.
func (w *workload) defineConsumers() {
	load := w.peak()
	for _, c := range load.Consumers {
		f := w.function(c.Name, "Consumer-"+c.Name+"-Function", consumerTimeout, role.Consumer)
		w.readModels.GrantRead(f)
		w.readModels.GrantTransact(f)
		w.consume(c.Name, c.Events, f, c.Deliveries)
	}
	w.defineErasure()
}

// consume defines the queue of a service that hands events to a function, so many a
// month.
func (w *workload) consume(service string, events []string, f awslambda.Function, deliveries float64) {
	rate := deliveries / design.SecondsPerMonth * w.peak().PeakFactor
	from := w.subscribe(service, events)
	queue := consumer.New(w.stack, "Consumer-"+service, consumer.Props{
		Service:         service,
		Bus:             from.Events,
		Sources:         w.sources(events),
		Events:          events,
		Function:        f,
		FunctionTimeout: consumerTimeout,
		Key:             from.Key,
		MaxConcurrency:  concurrency(rate, milliseconds(w.Design.Capacity.ConsumerMs)),
		Alarms:          w.alarms,
		Sandbox:         w.Settings.Sandbox,
	})
	w.backlog = append(w.backlog, queue.Delayed, queue.DeadLetter.Alarm)
}

// sources returns the sources of events, each once, in the order of the events.
func (w *workload) sources(events []string) []string {
	var sources []string
	seen := map[string]bool{}
	for _, event := range events {
		if s := w.Design.EventSource(event); !seen[s] {
			seen[s] = true
			sources = append(sources, s)
		}
	}
	return sources
}

// concurrency is how many batches must be under way for rate events a second, each
// of which takes the time given: Little's law, L = λW, three times over, so that a
// backlog shrinks.
func concurrency(rate float64, each time.Duration) int {
	return max(2, int(math.Ceil(3*rate*each.Seconds())))
}
