package workload

import (
	"math"
	"time"

	"fulcrum/constructs/bus"
	"fulcrum/constructs/consumer"
	"fulcrum/constructs/outbox"
	"fulcrum/constructs/schemas"
	"fulcrum/design"
	"fulcrum/design/role"
)

// consumerTimeout is what a batch of events may take. Events are small and the
// queue holds what does not get through, so a stuck call is better ended early.
const consumerTimeout = 30 * time.Second

// defineBus defines the bus, the contracts of its events and the way from the
// store to it.
func (w *workload) defineBus() {
	events, telemetry := w.class(design.Events), w.class(design.Telemetry)
	w.bus = bus.New(w.stack, "Bus", bus.Props{
		Key:         w.key(design.Events),
		Description: "Domain events of " + w.Design.System,
		ArchiveDays: events.RetentionDays,
		LogKey:      w.key(design.Telemetry),
		LogDays:     telemetry.RetentionDays,
		Alarms:      w.alarms,
		Sandbox:     w.Settings.Sandbox,
	})
	outbox.New(w.stack, "Outbox", outbox.Props{
		Table:   w.store.Dynamo,
		Bus:     w.bus.Events,
		Key:     w.key(design.Events),
		LogKey:  w.key(design.Telemetry),
		LogDays: telemetry.RetentionDays,
		Alarms:  w.alarms,
		Sandbox: w.Settings.Sandbox,
	})
	schemas.New(w.stack, "Schemas", schemas.Props{
		Description: "Domain events of " + w.Design.System,
		Events:      w.contracts(),
	})
}

// contracts returns the schema of every event of the model, in its order.
func (w *workload) contracts() []schemas.Event {
	var contracts []schemas.Event
	for _, step := range w.Design.Process {
		for _, event := range step.Events {
			contracts = append(contracts, schemas.Event{
				Source:      w.Design.EventSource(event.Name),
				Type:        event.Name,
				Description: event.Name + ", when " + step.Actor + " did " + step.Command,
				Content:     event.Schema(),
			})
		}
	}
	return contracts
}

// defineConsumers defines a queue and a function for each consumer of the model.
func (w *workload) defineConsumers() {
	load := w.peak()
	for _, c := range load.Consumers {
		rate := c.Deliveries / design.SecondsPerMonth * load.PeakFactor
		f := w.function(c.Name, "Consumer-"+c.Name+"-Function", consumerTimeout, role.Consumer)
		w.readModels.GrantRead(f)
		w.readModels.GrantTransact(f)
		queue := consumer.New(w.stack, "Consumer-"+c.Name, consumer.Props{
			Service:         c.Name,
			Bus:             w.bus.Events,
			Sources:         w.sources(c.Events),
			Events:          c.Events,
			Function:        f,
			FunctionTimeout: consumerTimeout,
			Key:             w.key(design.Events),
			MaxConcurrency:  concurrency(rate, milliseconds(w.Design.Capacity.ConsumerMs)),
			Alarms:          w.alarms,
			Sandbox:         w.Settings.Sandbox,
		})
		w.backlog = append(w.backlog, queue.Delayed, queue.DeadLetter.Alarm)
	}
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
