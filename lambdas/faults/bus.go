package faults

import (
	"encoding/json"
	"strconv"
	"time"
)

// entry is an event that somebody put on the bus.
type entry struct {
	Entry
	// event is the domain event in it, empty for a stranger's; bus is where it was put.
	event, bus string
}

// delivery is an entry on its way from a bus to a rule's queue, or to another bus.
type delivery struct {
	queue *queue
	to    *forward
	entry entry
	body  string
	due   time.Time
	tries int
}

// undelivered is a dead letter of a rule.
type undelivered struct {
	body, event, reason string
	entry               entry
}

// maxTries is how often a rule tries a target before it gives up; EventBridge's
// own bound is 185 times in 24 hours.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
const maxTries = 185

// put takes an entry: into the archive, and on its way to every rule it matches.
func (w *world) put(e entry) {
	w.archive = append(w.archive, e)
	w.route(e)
}

func (w *world) route(e entry) {
	w.entries++
	w.carried = append(w.carried, string(e.Detail))
	body, err := json.Marshal(struct {
		Version    string          `json:"version"`
		ID         string          `json:"id"`
		DetailType string          `json:"detail-type"`
		Source     string          `json:"source"`
		Account    string          `json:"account"`
		Time       time.Time       `json:"time"`
		Region     string          `json:"region"`
		Resources  []string        `json:"resources"`
		Detail     json.RawMessage `json:"detail"`
	}{"0", strconv.Itoa(w.entries), e.DetailType, e.Source, "123456789012", w.now.Truncate(time.Second), "eu-west-1", []string{}, e.Detail})
	if err != nil {
		w.violate(e.event, "the pipe's template made %q, which is no JSON: %v", e.Detail, err)
		return
	}
	doc := document{"source": e.Source, "detail-type": e.DetailType}
	for _, q := range w.queues {
		if q.bus == e.bus && q.pattern.matches(doc) {
			w.onItsWay(delivery{queue: q, entry: e, body: string(body)})
		}
	}
	for _, f := range w.forwards {
		if f.from == e.bus && f.pattern.matches(doc) && !w.broken.nothingIsSentOn {
			w.onItsWay(delivery{to: f, entry: e, body: string(body)})
		}
	}
}

func (w *world) onItsWay(d delivery) {
	w.deliveries = append(w.deliveries, d)
	if w.dice.fault(Duplicate) {
		w.deliveries = append(w.deliveries, d)
	}
}

// deliver takes one step of the bus, with the i-th delivery.
func (w *world) deliver(i int) {
	d := w.deliveries[i]
	w.deliveries = append(w.deliveries[:i], w.deliveries[i+1:]...)
	switch {
	case w.dice.fault(Refused):
		w.trace("target refuses for good", d.entry.event)
		d.keep("NO_PERMISSIONS")
	case w.dice.fault(Throttle):
		d.tries++
		if d.tries > maxTries {
			d.keep("THROTTLING")
			return
		}
		d.due = w.soon()
		w.deliveries = append(w.deliveries, d)
	case d.to != nil:
		w.sendOn(d.to, d.entry)
	default:
		w.send(d.queue, d.body, d.entry.event)
	}
}

// keep puts a delivery among the dead letters of its rule.
func (d delivery) keep(reason string) {
	u := undelivered{d.body, d.entry.event, reason, d.entry}
	if d.to != nil {
		d.to.undelivered = append(d.to.undelivered, u)
		return
	}
	d.queue.undelivered = append(d.queue.undelivered, u)
}

// due returns the index of a delivery that is due: the first one or, out of order,
// any other. It returns -1 if there is none.
func (w *world) due() int {
	if len(w.deliveries) > 1 && w.dice.fault(Reorder) {
		if i := w.dice.IntN(len(w.deliveries)); !w.deliveries[i].due.After(w.now) {
			return i
		}
	}
	for i := range w.deliveries {
		if !w.deliveries[i].due.After(w.now) {
			return i
		}
	}
	return -1
}

// stranger puts something on the bus that only looks like an event: no consumer
// can ever read it.
func (w *world) stranger() {
	w.strangers++
	w.put(entry{bus: w.pipes[0].bus, Entry: Entry{
		Source: "dinner.reservation", DetailType: "Seat Reserved",
		Detail: []byte(`{"id":"stranger-` + strconv.Itoa(w.strangers) + `","type":"Seat Reserved","data":{"contract":9}}`),
	}})
}
