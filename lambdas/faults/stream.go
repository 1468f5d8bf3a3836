package faults

import (
	"fmt"
	"hash/fnv"
	"time"
)

// Record is one change that the store's stream shows.
type Record struct {
	// Key is the item's partition key: changes of one key keep their order.
	Key string
	// Document is the record as the pipe sees it: eventName and dynamodb.NewImage.
	Document map[string]any
	// Event is the id of the event in it, empty for an item of another kind.
	Event string
	// Events are, of an item with an outbox, the ids of those that it shows for the first
	// time.
	Events []string
}

// position is a record in its shard.
type position struct {
	Record
	shard, number int
	written       time.Time
}

// shard is a part of the stream, with how far the pipe has read it.
type shard struct {
	pipe    int
	records []position
	next    int
	// batches are under way, the first one first; the others wait for it.
	batches []batch
}

type batch struct {
	records  []position
	attempts int
	due      time.Time
}

// shards is how many shards the stream has.
const shards = 3

// retryAfter is the longest wait of a pipe or bus before it tries again.
const retryAfter = 20 * time.Second

// stream adds records to their shards.
func (w *world) stream(records []Record) {
	if w.reader != nil {
		w.reader.show(w, records)
		return
	}
	for _, r := range records {
		h := fnv.New32a()
		_, _ = h.Write([]byte(r.Key))
		for i := int(h.Sum32() % shards); i < len(w.shards); i += shards {
			s := &w.shards[i]
			s.records = append(s.records, position{Record: r, shard: i, number: len(s.records), written: w.now})
		}
		if r.Event != "" {
			w.mayPoison(r.Event)
		}
	}
}

// mayPoison makes an event one that cannot be published, or that a consumer fails on.
func (w *world) mayPoison(event string) {
	if !w.dice.fault(Poison) {
		return
	}
	w.trace("poison", event)
	if n := w.dice.IntN(len(w.queues) + 1); n == len(w.queues) {
		w.unpublishable[event] = true
	} else {
		w.queues[n].poison[event] = poison(w.dice.IntN(int(poisons)))
	}
}

// pump takes one step of the pipe at a shard: a new batch, or one more try.
func (w *world) pump(s *shard) {
	if len(s.batches) == 0 {
		b := batch{}
		for s.next < len(s.records) && len(b.records) < w.transport.Pipe.BatchSize {
			if r := s.records[s.next]; w.pipes[s.pipe].Takes(r.Document) {
				b.records = append(b.records, r)
			}
			s.next++
		}
		if len(b.records) > 0 {
			s.batches = append(s.batches, b)
		}
		return
	}
	b := s.batches[0]
	s.batches = s.batches[1:]
	if w.publish(b) || w.broken.pipeDropsFailed {
		return
	}
	if len(b.records) > 1 { // halved, which counts as no attempt
		half := len(b.records) / 2
		s.batches = append([]batch{{records: b.records[:half]}, {records: b.records[half:]}}, s.batches...)
		return
	}
	b.attempts++
	r := b.records[0]
	reason := ""
	switch {
	case b.attempts > w.transport.Pipe.Retries:
		reason = "RetryAttemptsExhausted"
	case w.now.Sub(r.written) > seconds(w.transport.Pipe.MaxAgeSeconds):
		reason = "MaximumRecordAgeExceeded"
	}
	if reason != "" {
		w.trace("pipe gives up", r.Event)
		w.pipeDead = append(w.pipeDead, unpublished{shard: r.shard, number: r.number, reason: reason})
		return
	}
	b.due = w.soon()
	s.batches = append([]batch{b}, s.batches...)
}

// unpublished is a dead letter of the pipe: the record's place, not the record.
type unpublished struct {
	shard, number int
	reason        string
}

// publish puts a batch's events on the bus and reports whether it knows that all
// of them arrived.
func (w *world) publish(b batch) bool {
	if w.dice.fault(Crash) || w.dice.fault(Throttle) {
		w.trace("pipe cannot publish", b.records[0].Event)
		return false
	}
	ok := true
	for _, r := range b.records {
		if w.unpublishable[r.Event] || w.dice.fault(Partial) {
			w.trace("entry refused", r.Event)
			ok = false
			continue
		}
		p := w.pipes[w.shards[r.shard].pipe]
		e := entry{Entry: p.Entry(r.Document), event: r.Event, bus: p.bus}
		w.putOnceOrTwice(e)
	}
	if w.dice.fault(Crash) || w.dice.fault(LostAnswer) {
		w.trace("pipe ends before it notes its place", b.records[0].Event)
		return false
	}
	return ok
}

// republish gives the pipe its dead letters again: it reads them from the stream,
// which keeps records for 24 hours.
func (w *world) republish() {
	for _, d := range w.pipeDead {
		s := &w.shards[d.shard]
		r := s.records[d.number]
		if w.now.Sub(r.written) > 24*time.Hour {
			w.violate(r.Event, "dead letter of the pipe was repaired after the stream forgot the record, %v after it was written", w.now.Sub(r.written))
			continue
		}
		s.batches = append(s.batches, batch{records: []position{r}})
	}
	w.pipeDead = nil
}

func (w *world) soon() time.Time {
	return w.now.Add(time.Duration(w.dice.Int64N(int64(retryAfter))))
}

func (u unpublished) String() string {
	return fmt.Sprintf("record %d of shard %d: %s", u.number, u.shard, u.reason)
}
