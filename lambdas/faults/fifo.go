package faults

import (
	"cmp"
	"context"
	"io"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/telemetry"
)

// fifo is the queue of commands with its dead letters, and the writer behind it: SQS's
// FIFO queue, which hands out one group's messages in order and none while another of
// the group is under way.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
type fifo struct {
	settings CommandSettings
	codec    queued.Codec
	// behind is how far the writer is behind: what is sent within so long is handed out
	// together.
	behind time.Duration
	writer queued.Function

	messages []*waiting
	dead     []*waiting
	// sent is when a command was sent last, by group and id; buried are the messages
	// that the writer gave up, by id.
	sent        map[string]time.Time
	buried      map[string]bool
	invocations int
	poison      map[string]poison
	// places are those of commands in the order of their group, by id; applied is the
	// last one of each group that something became of.
	places  map[string]place
	applied map[string]int
}

// waiting is a message of the queue of commands.
type waiting struct {
	message
	group string
}

// place is where in the order of its group a command came.
type place struct {
	group  string
	number int
}

// deduplicated is for how long a FIFO queue knows what was sent.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
const deduplicated = 5 * time.Minute

func newFIFO(w *world, c Config) *fifo {
	q := &fifo{
		settings: c.Transport.Commands, behind: time.Duration(w.dice.IntN(4)) * 20 * time.Second, sent: map[string]time.Time{}, buried: map[string]bool{},
		poison: map[string]poison{}, places: map[string]place{}, applied: map[string]int{},
	}
	if w.keys != nil {
		q.codec.Persons = w.keys
	}
	dinners := dinner.Commands{Dinners: w.stores.Dinners, Now: w.clock, NewID: w.newID}
	writer := queued.Writer{Dinners: dinners, Outcomes: w.stores.Outcomes, Merging: poisonous{w, q}, Keep: callRetention, Now: w.clock}
	if w.saga != nil {
		writer.Reserve = w.reserve
	}
	q.writer = queued.Batches{
		Apply: w.guardCommands(q, writer), Together: writer.Together, Codec: q.codec, DeadLetters: graves{w}, Metrics: telemetry.NewMetrics(io.Discard, "Dinner", w.clock),
	}.Handle
	return q
}

// guardCommands is the writer with what is wrong with some commands, and with a look
// at the order in which they are applied.
func (w *world) guardCommands(q *fifo, writer queued.Writer) func(context.Context, queued.Command) error {
	return func(ctx context.Context, c queued.Command) error {
		if err := w.poisoned(q, c); err != nil {
			return err
		}
		err := writer.Apply(ctx, c)
		if w.broken.writerSwallowsErrors {
			err = nil
		}
		if err != nil {
			w.trace("writer: "+err.Error(), c.DinnerID)
		}
		return err
	}
}

// poisoned does what is wrong with a command.
func (w *world) poisoned(q *fifo, c queued.Command) error {
	switch q.poison[c.ID] {
	case fails:
		return errPoison
	case panics:
		panic(errPoison)
	case kills:
		w.trace("the command kills its writer", c.DinnerID)
		runtime.Goexit()
	}
	return nil
}

// poisonous is the queued.Merging with what is wrong with some commands.
type poisonous struct {
	w *world
	q *fifo
}

// Merge implements queued.Merging.
func (p poisonous) Merge(ctx context.Context, id string, commands []queued.Command, apply func(queued.Known) ([]queued.Step, error)) error {
	for _, c := range commands {
		if err := p.w.poisoned(p.q, c); err != nil {
			return err
		}
	}
	return p.w.stores.Merging.Merge(ctx, id, commands, apply)
}

// inOrder holds that something becomes of a command after it has of those of its dinner
// that came before it and were not given up.
func (w *world) inOrder(commandID, person string) {
	q := w.fifo
	p, known := q.places[commandID]
	if !known || w.leaving[person] {
		return // it was given up, and comes late; or what was kept of it was erased
	}
	if p.number < q.applied[p.group] {
		w.violate(p.group, "a command of dinner %s was applied after one that came after it", p.group)
	}
	q.applied[p.group] = p.number
}

// entrance is the door's way to the queue.
type entrance struct{ w *world }

// Send implements queued.Queue.
func (e entrance) Send(_ context.Context, c queued.Command) error {
	w, q := e.w, e.w.fifo
	return w.around("send "+c.Call.Operation, func() error {
		body, err := q.codec.Encode(w.ctx, c)
		if err != nil {
			return err
		}
		if at, known := q.sent[c.DinnerID+c.ID]; known && w.now.Sub(at) < deduplicated {
			return nil
		}
		if _, known := q.sent[c.DinnerID+c.ID]; !known && w.dice.fault(Poison) {
			q.poison[c.ID] = poison(w.dice.IntN(int(poisons)))
		}
		q.sent[c.DinnerID+c.ID] = w.now
		w.enqueue(c.DinnerID, body, c.ID)
		return nil
	})
}

func (w *world) enqueue(group, body, command string) {
	w.sent++
	if _, known := w.fifo.places[command]; !known && command != "" {
		w.fifo.places[command] = place{group, w.sent}
	}
	w.fifo.messages = append(w.fifo.messages, &waiting{
		message: message{id: "c" + strconv.Itoa(w.sent), body: body, event: command, visibleAt: w.fifo.handedOut(w.now)}, group: group,
	})
	w.trace("on the queue of commands", group)
}

// handedOut is when what is sent now is handed out at the earliest.
func (q *fifo) handedOut(now time.Time) time.Time {
	if q.behind == 0 {
		return now
	}
	return now.Truncate(q.behind).Add(q.behind)
}

// graves is the dead-letter queue that the writer gives messages up to.
type graves struct{ w *world }

// Bury implements queued.DeadLetters.
func (g graves) Bury(_ context.Context, m events.SQSMessage, reason string) error {
	w := g.w
	return w.around("bury", func() error {
		if w.fifo.buried[m.MessageId] {
			return nil
		}
		w.fifo.buried[m.MessageId] = true
		if w.broken.writerBuriesNothing {
			return nil
		}
		held := w.waiting[m.MessageId]
		given := *held
		given.reason = reason
		w.giveUp(&given)
		return nil
	})
}

// giveUp puts a message among the dead letters: what waits behind it goes on.
func (w *world) giveUp(m *waiting) {
	w.trace("given up: "+m.reason, m.group)
	delete(w.fifo.places, m.event)
	w.fifo.dead = append(w.fifo.dead, m)
}

// free returns the messages that can be received now, in order: those of groups of
// which none is under way.
func (q *fifo) free(now time.Time) []*waiting {
	if q.invocations >= q.settings.Concurrency {
		return nil
	}
	held := map[string]bool{}
	for _, m := range q.messages {
		if m.visibleAt.After(now) {
			held[m.group] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(q.messages), func(m *waiting) bool { return held[m.group] })
}

func rank(m *waiting, first string) int {
	if m.group == first {
		return 0
	}
	return 1
}

// take takes a batch from the queue and invokes the writer with it.
func (w *world) take(free []*waiting) {
	q := w.fifo
	size := 1 + w.dice.IntN(q.settings.BatchSize)
	if w.dice.fault(Reorder) { // of groups: within one there is an order
		first := free[w.dice.IntN(len(free))].group
		slices.SortStableFunc(free, func(a, b *waiting) int { return cmp.Compare(rank(a, first), rank(b, first)) })
	}
	var batch []*waiting
	twice := map[string]bool{}
	for _, m := range free {
		if len(batch) == size {
			break
		}
		m.receives++
		if m.receives > q.settings.MaxReceives {
			w.unqueue([]*waiting{m})
			w.giveUp(m)
			w.trace("received too often", m.group)
			continue
		}
		if _, drawn := twice[m.group]; !drawn { // as if the time of what was received had passed at once
			twice[m.group] = w.dice.fault(Duplicate)
		}
		if !twice[m.group] {
			m.visibleAt = w.now.Add(seconds(q.settings.VisibilityTimeoutSeconds))
		}
		batch = append(batch, m)
	}
	if len(batch) == 0 {
		return
	}
	if w.broken.queueForgetsReceived {
		w.unqueue(batch)
	}
	request := events.SQSEvent{}
	for _, m := range batch {
		request.Records = append(request.Records, events.SQSMessage{MessageId: m.id, Body: m.body, Attributes: map[string]string{
			"MessageGroupId": w.groupOf(m), "ApproximateReceiveCount": strconv.Itoa(m.receives),
		}})
		w.waiting[m.id] = m
	}
	var answer events.SQSEventResponse
	var err error
	q.invocations++
	w.spawn("writer", func(ctx context.Context) { answer, err = q.writer(ctx, request) }, func(crashed bool) {
		q.invocations--
		switch {
		case crashed:
			w.blameCommands(batch, "the writer's process ended")
		case err != nil:
			w.blameCommands(batch, err.Error())
		case w.dice.fault(LostAnswer):
			w.blameCommands(batch, "the writer timed out")
		default:
			w.settleCommands(batch, answer)
		}
	})
}

// groupOf is the group that the writer is told.
func (w *world) groupOf(m *waiting) string {
	if w.broken.writerIgnoresGroups {
		return m.id
	}
	return m.group
}

// settleCommands deletes what the writer handled.
func (w *world) settleCommands(batch []*waiting, answer events.SQSEventResponse) {
	failed := failures(answer)
	var done []*waiting
	for _, m := range batch {
		switch {
		case failed[m.id]:
			m.reason = "the writer reported it as failed"
		case w.dice.fault(Partial): // handled and not deleted
			m.reason = "the message was not deleted"
		default:
			done = append(done, m)
		}
	}
	w.unqueue(done)
}

func (w *world) unqueue(gone []*waiting) {
	w.fifo.messages = slices.DeleteFunc(w.fifo.messages, func(m *waiting) bool { return slices.Contains(gone, m) })
}

func (w *world) blameCommands(batch []*waiting, reason string) {
	for _, m := range batch {
		m.reason = reason
	}
}

// redriveCommands sends the dead letters of the queue of commands to it again.
func (w *world) redriveCommands() int {
	q := w.fifo
	clear(q.poison)
	dead := q.dead
	q.dead = nil
	for _, m := range dead {
		w.enqueue(m.group, m.body, m.event)
	}
	return len(dead)
}
