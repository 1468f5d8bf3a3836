package faults

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"fulcrum/lambdas/consumer"
	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/notification"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/search"
	"fulcrum/lambdas/telemetry"
)

// world is one run: the system, its clients, the transport and the scheduler.
type world struct {
	ctx       context.Context
	seed      uint64
	dice      *dice
	broken    broken
	transport Transport
	now       time.Time
	stores    Stores
	steps     int

	actors  []*actor
	running *actor

	clients                   []*client
	commands                  []*command
	dinners                   []opened
	drawn, ids, sent, entries int
	merged                    int // commands that were written with others
	strangers                 int
	leaving                   map[string]bool // who asked to be forgotten

	crowd         bool
	pipes         []busPipe
	shards        []shard // those of the stream, once for each pipe
	unpublishable map[string]bool
	pipeDead      []unpublished
	archive       []entry
	deliveries    []delivery
	queues        []*queue
	forwards      []*forward
	inFlight      map[string]*message
	// reader is nil unless events lie in the items of the aggregates.
	reader *reader
	// fifo is nil unless commands are queued, saga unless a machine makes reservations,
	// keys unless persons have some.
	fifo     *fifo
	waiting  map[string]*waiting       // what the writer was given, by message
	outcomes map[string]queued.Outcome // every one that was ever kept, by command
	saga     *machine
	keys     *keyring
	carried  []string // everything that the bus and the queue of commands ever carried

	violations []violation
	tracing    bool
	lines      []line
}

// violation is a promise that did not hold; about is the event or dinner.
type violation struct{ about, text string }

// line is one step in a trace.
type line struct {
	at          time.Time
	actor       string
	what, about string
}

// start is when every run begins.
var start = time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC)

type worldKey struct{}

func newWorld(seed uint64, c Config) (*world, error) {
	w := &world{
		seed: seed, dice: newDice(seed), transport: c.Transport, broken: c.broken, now: start,
		unpublishable: map[string]bool{}, inFlight: map[string]*message{}, leaving: map[string]bool{}, waiting: map[string]*waiting{},
		outcomes: map[string]queued.Outcome{}, crowd: c.crowd,
	}
	w.ctx = context.WithValue(context.Background(), worldKey{}, w)
	var err error
	if err = w.openBuses(c); err != nil {
		return nil, err
	}
	w.stores = c.open(w)
	consumers := c.Transport.Consumers
	if c.shred {
		w.keys = newKeyring(w)
		consumers = append(slices.Clone(consumers), c.Transport.eraser())
	}
	if c.orchestrated {
		if w.saga, err = newMachine(); err != nil {
			return nil, err
		}
	}
	if c.queued {
		w.fifo = newFIFO(w, c)
	}
	if w.stores.Outbox != nil {
		if w.reader, err = newReader(w, c); err != nil {
			return nil, err
		}
	}
	for _, settings := range consumers {
		q := &queue{settings: settings, bus: w.listening(c), poison: map[string]poison{}, handled: map[string]int{}}
		if q.pattern, err = newPattern(settings.Pattern); err != nil {
			return nil, err
		}
		handle, err := w.handler(settings.Service, w.stores.Inboxes, w.stores.Index)
		if err != nil {
			return nil, err
		}
		q.function = consumer.Lambda(w.guard(q, handle), telemetry.NewMetrics(io.Discard, "Dinner", w.clock))
		w.queues = append(w.queues, q)
	}
	for n := range c.clients {
		w.clients = append(w.clients, &client{
			person: dinner.Guest{ID: fmt.Sprintf("person-%02d", n), Name: fmt.Sprintf("Person %d", n)}, left: c.commands,
		})
	}
	for n := range c.leavers {
		at := w.now.Add(time.Duration(w.dice.Int64N(int64(leaveWithin))))
		w.clients = append(w.clients, &client{person: w.clients[n].person, left: 1, leaver: true, from: at})
	}
	return w, nil
}

// leaveWithin is the longest time until somebody asks to be forgotten from elsewhere.
const leaveWithin = 3 * time.Minute

// handler returns the handler of a consumer of the template.
func (w *world) handler(service string, inboxes notification.Inboxes, index search.Index) (consumer.Handler, error) {
	switch service {
	case "notification":
		return notification.Policy{Inboxes: inboxes}.Handle, nil
	case "search":
		return search.Projection{Index: index}.Handle, nil
	case eraserService:
		return w.eraser(), nil
	}
	return nil, fmt.Errorf("the template has a consumer %q that package faults does not know", service)
}

// clock is the time as the running process sees it.
func (w *world) clock() time.Time {
	if w.running != nil {
		return w.now.Add(w.running.skew)
	}
	return w.now
}

func (w *world) newID() string {
	w.ids++
	id := fmt.Sprintf("%026d", w.ids)
	if w.running != nil && w.running.command != nil {
		w.running.command.ids[id] = true
	}
	return id
}

// drain takes steps until nothing is left to do.
func (w *world) drain() {
	for len(w.violations) == 0 && w.step() {
		w.steps++
		if w.steps > maxSteps {
			w.violate("", "%d steps and no end", w.steps)
		}
	}
}

// maxSteps is far more than any run needs.
const maxSteps = 2_000_000

// step takes one of the steps that can be taken now, or moves the clock on to the
// next one. It reports false if there is none.
func (w *world) step() bool {
	w.now = w.now.Add(time.Duration(w.dice.IntN(100)) * time.Millisecond)
	kinds := 2 + len(w.shards) + len(w.queues)
	if w.fifo != nil {
		kinds++
	}
	if w.reader != nil {
		kinds += len(w.reader.shards)
	}
	first := w.dice.IntN(kinds)
	for n := range kinds {
		if w.try((first + n) % kinds) {
			return true
		}
	}
	return w.wait()
}

// try takes a step of the n-th kind, if there is one.
func (w *world) try(n int) bool {
	if n == 0 {
		return w.tryActor()
	}
	if n == 1 {
		i := w.due()
		if i < 0 {
			return w.tryClient()
		}
		w.deliver(i)
		return true
	}
	n -= 2
	if n < len(w.shards) {
		s := &w.shards[n]
		if len(s.batches) == 0 && s.next == len(s.records) || len(s.batches) > 0 && s.batches[0].due.After(w.now) {
			return false
		}
		w.pump(s)
		return true
	}
	return w.tryFunction(n - len(w.shards))
}

// tryFunction hands something to the n-th function, if there is something for it.
func (w *world) tryFunction(n int) bool {
	if n < len(w.queues) {
		q := w.queues[n]
		if !q.ready(w.now) {
			return false
		}
		w.receive(q)
		return true
	}
	n -= len(w.queues)
	if w.fifo != nil {
		if n == 0 {
			free := w.fifo.free(w.now)
			if len(free) > 0 {
				w.take(free)
			}
			return len(free) > 0
		}
		n--
	}
	s := &w.reader.shards[n]
	if !s.ready(w.now) {
		return false
	}
	w.read(s)
	return true
}

// tryActor lets a process go on or a client send something.
func (w *world) tryActor() bool {
	if len(w.actors) > 0 && (w.dice.IntN(3) > 0 || !w.tryClient()) {
		w.run(w.dice.IntN(len(w.actors)))
		return true
	}
	return len(w.actors) == 0 && w.tryClient()
}

func (w *world) tryClient() bool {
	first := w.dice.IntN(len(w.clients))
	for n := range w.clients {
		c := w.clients[(first+n)%len(w.clients)]
		if c.current != nil && c.current.over() {
			c.current = nil // patience ended while the last attempt was under way
		}
		if c.ready(w.now) {
			if w.dice.on && w.dice.IntN(100) == 0 {
				w.stranger()
				w.strangeCommand()
			}
			if c.current == nil && w.dice.on && w.dice.IntN(repeatsOneIn) == 0 && w.repeat(c) {
				return true
			}
			w.act(c)
			return true
		}
	}
	return false
}

// wait moves the clock to the next thing that becomes due.
func (w *world) wait() bool {
	var next time.Time
	consider := func(t time.Time) {
		if t.After(w.now) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	for _, c := range w.clients {
		if c.current != nil && !c.current.over() {
			consider(c.current.due)
		}
		if c.left > 0 {
			consider(c.from)
		}
	}
	for i := range w.shards {
		if len(w.shards[i].batches) > 0 {
			consider(w.shards[i].batches[0].due)
		}
	}
	if w.reader != nil {
		w.reader.due(consider)
	}
	for _, d := range w.deliveries {
		consider(d.due)
	}
	for _, q := range w.queues {
		for _, m := range q.messages {
			consider(m.visibleAt)
		}
	}
	if w.fifo != nil {
		for _, m := range w.fifo.messages {
			consider(m.visibleAt)
		}
	}
	if next.IsZero() {
		return false
	}
	w.now = next
	return true
}

func (w *world) violate(about, format string, args ...any) {
	w.violations = append(w.violations, violation{about, fmt.Sprintf(format, args...)})
}

func (w *world) trace(what, about string) {
	if !w.tracing {
		return
	}
	l := line{at: w.now, what: what, about: about}
	if w.running != nil {
		l.actor = w.running.name
	}
	w.lines = append(w.lines, l)
}
