package faults

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"fulcrum/lambdas/outbox"
)

// reader is what carries events on from the items of a store without transactions: the
// function of package outbox, and the mapping that calls it with what the stream shows.
//
// Of a shard one batch is under way at a time, in order. A function that fails has its
// batch halved; one that reports a record has the rest tried again from there. What was
// tried too often is given up with its place in the stream, and its events stay in the
// items. AWS does not say whether a rest has the retries of a batch anew: what is played
// is that it has what is left of them, so that more is given up.
// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
type reader struct {
	settings OutboxSettings
	filter   *pattern
	function func(context.Context, events.DynamoDBEvent) (events.DynamoDBEventResponse, error)
	shards   []shown
	dead     []unread
}

// shown is a part of the stream: the records that the filter takes, and how far the
// function has come.
type shown struct {
	records []position
	next    int
	busy    bool
	// calls are to be made, the first one first; the others wait for it.
	calls []called
}

// called is a batch: the records from from on, before to.
type called struct {
	from, to, attempts int
	due                time.Time
}

// unread is a dead letter: the place of a batch, not the records.
type unread struct {
	records []position
	reason  string
}

func newReader(w *world, c Config) (*reader, error) {
	filter, err := newPattern(c.Transport.Outbox.Filter)
	if err != nil {
		return nil, err
	}
	publisher := outbox.Publisher{Bus: playedBus{w}, Store: w.stores.Outbox, Name: "bus"}
	return &reader{settings: c.Transport.Outbox, filter: filter, function: publisher.Handle, shards: make([]shown, shards)}, nil
}

// Takes reports whether the mapping's filter selects a stream record.
func (s OutboxSettings) Takes(record map[string]any) (bool, error) {
	filter, err := newPattern(s.Filter)
	return err == nil && filter.matches(record), err
}

// show adds records to their shards.
func (r *reader) show(w *world, records []Record) {
	for _, shown := range records {
		if r.filter.matches(shown.Document) {
			h := fnv.New32a()
			_, _ = h.Write([]byte(shown.Key))
			n := int(h.Sum32() % shards)
			s := &r.shards[n]
			s.records = append(s.records, position{Record: shown, shard: n, number: len(s.records), written: w.now})
		}
		for _, event := range shown.Events {
			w.mayPoison(event)
		}
	}
}

func (s *shown) ready(now time.Time) bool {
	if len(s.calls) > 0 {
		return !s.busy && !s.calls[0].due.After(now)
	}
	return !s.busy && s.next < len(s.records)
}

func (r *reader) due(consider func(time.Time)) {
	for _, s := range r.shards {
		if len(s.calls) > 0 && !s.busy {
			consider(s.calls[0].due)
		}
	}
}

// read calls the function with the next batch of a shard.
func (w *world) read(s *shown) {
	if len(s.calls) == 0 { // what there is, as it comes
		size := 1 + w.dice.IntN(min(len(s.records)-s.next, w.reader.settings.BatchSize))
		s.calls = append(s.calls, called{from: s.next, to: s.next + size})
		s.next += size
	}
	if w.dice.fault(Throttle) {
		w.trace("throttled: outbox", "")
		s.calls[0].due = w.soon()
		return
	}
	batch := s.calls[0]
	request := batchOf(s.records[batch.from:batch.to], batch.from)
	var answer events.DynamoDBEventResponse
	var err error
	s.busy = true
	w.spawn("outbox", func(ctx context.Context) { answer, err = w.reader.function(ctx, request) }, func(crashed bool) {
		s.busy, s.calls = false, s.calls[1:]
		switch {
		case w.broken.readerDropsFailed:
		case crashed, err != nil, w.dice.fault(LostAnswer):
			w.trace("the outbox's function failed", "")
			w.halve(s, batch)
		case len(answer.BatchItemFailures) > 0:
			w.goOnFrom(s, batch, answer.BatchItemFailures[0].ItemIdentifier)
		case w.dice.fault(Duplicate):
			s.calls = slices.Insert(s.calls, 0, batch)
		}
	})
}

// batchOf are records as the function gets them, numbered from first on.
func batchOf(records []position, first int) events.DynamoDBEvent {
	list := make([]document, len(records))
	for i, r := range records {
		change, _ := r.Document["dynamodb"].(document)
		change = maps.Clone(change)
		change["SequenceNumber"] = strconv.Itoa(first + i)
		list[i] = document{"eventName": r.Document["eventName"], "dynamodb": change}
	}
	text, err := json.Marshal(document{"Records": list})
	var batch events.DynamoDBEvent
	if err == nil {
		err = json.Unmarshal(text, &batch)
	}
	if err != nil {
		panic(err) // records of a stream are JSON, and such ones
	}
	return batch
}

// halve has a batch of which nobody knows what was done tried again, in two halves.
func (w *world) halve(s *shown, b called) {
	if b.to-b.from == 1 {
		w.again(s, b)
		return
	}
	middle := (b.from + b.to) / 2
	s.calls = slices.Insert(s.calls, 0, called{b.from, middle, b.attempts, w.now}, called{middle, b.to, b.attempts, w.now})
}

// goOnFrom has a batch tried again from the record that was reported on.
func (w *world) goOnFrom(s *shown, b called, sequence string) {
	from, err := strconv.Atoi(sequence)
	if err != nil || from < b.from || from >= b.to {
		w.violate("", "the outbox's function reports %q of a batch from %d to %d", sequence, b.from, b.to)
		return
	}
	b.from = from
	w.again(s, b)
}

func (w *world) again(s *shown, b called) {
	b.attempts++
	if b.attempts > w.reader.settings.Retries {
		w.trace("the outbox's records are given up", "")
		w.reader.dead = append(w.reader.dead, unread{s.records[b.from:b.to], "RetryAttemptsExhausted"})
		return
	}
	b.due = w.soon()
	s.calls = slices.Insert(s.calls, 0, b)
}

// unread notes the events of which a dead letter says where they are, and why.
func (r *reader) unread(events map[string]bool) {
	for _, d := range r.dead {
		for _, record := range d.records {
			for id := range outboxOf(record.Document) {
				events[id] = d.reason != ""
			}
		}
	}
}

// outboxOf is what the outbox of an item in a record holds, by the events' ids.
func outboxOf(doc document) document {
	var v any = doc
	for _, name := range []string{"dynamodb", "NewImage", "outbox", "M"} {
		inner, _ := v.(document)
		v = inner[name]
	}
	held, _ := v.(document)
	return held
}

// handOnAgain has the stream show the items of dead letters again.
func (w *world) handOnAgain() int {
	dead := w.reader.dead
	w.reader.dead = nil
	shown := map[[2]string]bool{}
	for _, d := range dead {
		for _, r := range d.records {
			keys := [2]string{at(r.Document, []string{"dynamodb", "Keys", "pk", "S"}), at(r.Document, []string{"dynamodb", "Keys", "sk", "S"})}
			if w.broken.outboxIsNotShownAgain || shown[keys] {
				continue
			}
			shown[keys] = true
			if err := w.stores.Outbox.HandOnAgain(w.ctx, keys[0], keys[1]); err != nil {
				w.violate("", "the item %v of a dead letter is not shown again: %v", keys, err)
			}
		}
	}
	return len(dead)
}

// playedBus is the bus as the outbox's function sees it.
type playedBus struct{ w *world }

// PutEvents implements outbox.Bus.
func (b playedBus) PutEvents(_ context.Context, in *eventbridge.PutEventsInput, _ ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error) {
	w, out := b.w, &eventbridge.PutEventsOutput{}
	err := w.around("put events", func() error {
		for _, e := range in.Entries {
			var event struct{ ID string }
			if err := json.Unmarshal([]byte(*e.Detail), &event); err != nil {
				w.violate("", "the outbox puts %q onto the bus, which is no JSON: %v", *e.Detail, err)
				return nil
			}
			result := types.PutEventsResultEntry{EventId: aws.String("put")}
			if w.unpublishable[event.ID] || w.dice.fault(Partial) {
				w.trace("entry refused", event.ID)
				if !w.broken.outboxTakesOutTooMuch {
					result = types.PutEventsResultEntry{ErrorCode: aws.String("InternalFailure")}
					out.FailedEntryCount++
				}
			} else {
				w.putOnceOrTwice(entry{Entry: Entry{Source: *e.Source, DetailType: *e.DetailType, Detail: []byte(*e.Detail)}, event: event.ID, bus: w.pipes[0].bus})
			}
			out.Entries = append(out.Entries, result)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// putOnceOrTwice puts an entry onto the bus, or twice.
func (w *world) putOnceOrTwice(e entry) {
	w.put(e)
	if w.dice.fault(Duplicate) {
		w.put(e)
	}
}
