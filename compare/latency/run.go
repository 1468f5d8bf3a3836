package latency

import (
	"context"
	"math"
	"math/rand/v2"

	"fulcrum/compare/latency/exact"
)

// none marks the absence of a request or a server.
const none = int32(-1)

// request is one request on its way. Requests that have left are used again, so
// memory grows with the number on the way at once, not with the length of a run.
type request struct {
	seed uint64
	// arrived is when the client first sent it, sent when it last did, reached when
	// it came to compute, began when its service did.
	arrived, sent, reached, began int64
	overhead                      int64
	next                          int32 // in a queue
	server                        int32
	attempt                       uint8
	measured, cold, write, late   bool
}

// station serves requests.
type station interface {
	// offer gives it a request. It begins, queues or refuses it.
	offer(r int32)
	// finish takes back a request whose service ends, and reports whether its
	// answer is lost.
	finish(r int32) (lost bool)
	// usage returns slots at work and slots paid for.
	usage() (busy, provisioned int)
	// handle deals with an event that is the station's own.
	handle(e event)
}

// run is one simulation with one seed.
type run struct {
	model    *Model
	source   *source
	seeds    *rand.PCG // of requests
	others   *rand.PCG // of what belongs to no request
	agenda   agenda
	now      int64
	requests []request
	free     []int32
	door     TokenBucket
	station  station
	work     *work
	events   *consumers

	begin, count, warmup int
	until                int64
	arriving             bool
	inSystem, waiting    int
	handled              uint64
	tally                tally
}

// simulate runs model once, the n-th time, and returns what was seen. progress, if
// not nil, gets the share of requests that have arrived.
func simulate(ctx context.Context, m *Model, o Options, n int, progress func(float64)) *tally {
	r := &run{
		model: m, source: newSource(m.Arrivals, stream(o.Seed, 3*n)), seeds: stream(o.Seed, 3*n+1), others: stream(o.Seed, 3*n+2),
		door: TokenBucket{Rate: m.Door.Rate, Burst: m.Door.Burst}, arriving: true,
		count: o.Requests, until: math.MaxInt64,
	}
	expected := float64(o.Requests)
	if o.Duration > 0 {
		r.until = nanoseconds(o.Duration)
		expected = math.Min(expected, exact.Times(o.Duration, m.Arrivals.Rate()))
	}
	r.warmup = int(math.Round(exact.Times(o.Warmup, expected)))
	r.count += r.warmup
	if m.Lasting {
		r.door = r.door.under(m.offered())
	}
	r.work = newWork(m)
	if m.Lambda != nil {
		r.station = newEnvironments(r, m.Lambda)
	} else {
		r.station = newServers(r, m.Pool)
	}
	if m.Events != nil {
		r.events = &consumers{run: r, Events: *m.Events}
	}
	for i, f := range m.Faults {
		r.agenda.plan(nanoseconds(f.From), faultBegins, int32(i), none) //nolint:gosec // a handful
		r.agenda.plan(nanoseconds(f.To), faultEnds, int32(i), none)     //nolint:gosec // a handful
	}
	r.loop(ctx, progress)
	r.work.done()
	return &r.tally
}

func (r *run) loop(ctx context.Context, progress func(float64)) {
	arrival := r.source.next()
	if arrival > r.until {
		r.arriving = false
	}
	for r.arriving || r.inSystem > 0 || r.events.pending() {
		r.handled++
		if r.handled&(1<<17-1) == 0 {
			if ctx.Err() != nil {
				return
			}
			if progress != nil {
				progress(float64(r.begin) / float64(r.count))
			}
		}
		if r.arriving && (len(r.agenda.events) == 0 || arrival <= r.agenda.events[0].at) {
			r.advance(arrival)
			r.arrive()
			arrival = r.source.next()
			if r.begin == r.count || arrival > r.until {
				r.arriving = false
			}
			continue
		}
		e := r.agenda.pop()
		r.advance(e.at)
		r.handle(e)
	}
	r.tally.events = r.handled
	r.tally.end = r.now
}

func (r *run) handle(e event) {
	switch e.what {
	case reachCompute:
		r.requests[e.who].reached = r.now
		r.station.offer(e.who)
	case depart:
		r.depart(e.who)
	case tryAgain:
		r.send(e.who)
	case answerAtEdge:
		r.leave(e.who, answered, r.now-r.requests[e.who].arrived)
	case faultBegins, faultEnds:
		r.fault(e)
	case deliver, windowOver, batchDone:
		r.events.handle(e)
	default:
		r.station.handle(e)
	}
}

// advance moves the clock and adds what the passing time holds.
func (r *run) advance(to int64) {
	if dt := float64(to - r.now); dt > 0 {
		busy, provisioned := r.station.usage()
		t := &r.tally
		t.systemArea += float64(dt * float64(r.inSystem))
		if r.arriving && r.begin >= r.warmup {
			t.span += to - r.now
			t.waitingArea += float64(dt * float64(r.waiting))
			t.busyArea += float64(dt * float64(busy))
			t.provisionedArea += float64(dt * float64(provisioned))
		}
	}
	r.now = to
}

func (r *run) arrive() {
	var i int32
	if n := len(r.free); n > 0 {
		i, r.free = r.free[n-1], r.free[:n-1]
	} else {
		i = int32(len(r.requests)) //nolint:gosec // bounded by memory long before
		r.requests = append(r.requests, request{})
	}
	seed := r.seeds.Uint64()
	r.requests[i] = request{
		seed: seed, arrived: r.now, next: none, server: none, measured: r.begin >= r.warmup,
		write: r.model.Work.Writes > 0 && drawKind.uniform(seed) < r.model.Work.Writes,
	}
	r.begin++
	r.inSystem++
	r.send(i)
}

// send brings a request to the front door, for the first time or again.
func (r *run) send(i int32) {
	q := &r.requests[i]
	q.sent = r.now
	edge := int64(0)
	if e := &r.model.Door.Edge; e.Hits > 0 && !q.write && shared(q.seed, e.own) {
		if drawEdge.uniform(q.seed) < e.Hits {
			q.reached, q.began = r.now, r.now
			r.agenda.plan(r.now+e.Time.sample(drawOverhead.uniform(q.seed)), answerAtEdge, i, none)
			return
		}
		edge = e.Overhead.sample(drawEdge.uniform(mix(q.seed)))
	}
	if !r.door.Take(r.now) {
		r.refuse(i, throttled)
		return
	}
	q.overhead = edge
	if d := &r.model.Door.Overhead; !d.IsZero() {
		q.overhead += d.sample(drawOverhead.uniform(q.seed + uint64(q.attempt)))
	}
	reach := r.now + q.overhead/2
	if a := &r.model.Door.Authorizer; a.asked(q) {
		reach += a.Time.sample(drawAsked.uniform(q.seed + uint64(q.attempt)))
	}
	if reach > r.now || q.overhead > 0 {
		r.agenda.plan(reach, reachCompute, i, none)
		return
	}
	q.reached = r.now
	r.station.offer(i)
}

// start begins a request's service, which takes that many nanoseconds.
func (r *run) start(i int32, lasts int64) {
	r.requests[i].began = r.now
	r.agenda.plan(r.now+lasts, depart, i, none)
}

func (r *run) depart(i int32) {
	lost := r.station.finish(i)
	q := &r.requests[i]
	done := r.now + q.overhead - q.overhead/2
	if limit := r.model.Door.Timeout; limit > 0 && done-q.sent > nanoseconds(limit) {
		r.leave(i, timedOut, q.sent-q.arrived+nanoseconds(limit))
		return
	}
	if lost {
		r.leave(i, failed, done-q.arrived)
		return
	}
	if q.write {
		r.events.publish(q.seed, done)
	}
	r.leave(i, answered, done-q.arrived)
}

// refuse turns a request away; its client may repeat it.
func (r *run) refuse(i int32, why outcome) {
	q := &r.requests[i]
	if q.measured {
		r.tally.refusals[why]++
	}
	retry := r.model.Retry
	if int(q.attempt)+1 >= retry.Attempts {
		r.leave(i, why, r.now-q.arrived)
		return
	}
	q.attempt++
	most := math.Min(retry.Cap, float64(retry.Base*float64(uint64(1)<<min(q.attempt-1, 40))))
	pause := nanoseconds(most * drawBackoff.uniform(q.seed+uint64(q.attempt)))
	r.agenda.plan(r.now+pause, tryAgain, i, none)
}

// leave ends a request. The response is what its client waited.
func (r *run) leave(i int32, how outcome, response int64) {
	q := &r.requests[i]
	r.tally.stay += float64(r.now - q.arrived)
	r.inSystem--
	if q.measured {
		r.tally.outcomes[how]++
		switch how {
		case answered, timedOut:
			r.tally.response.add(response)
			wait := q.began - q.reached
			r.tally.wait.add(wait)
			if wait > 0 {
				r.tally.waited++
			}
			if q.cold {
				r.tally.cold++
			}
		}
		r.tally.overTime(q.arrived, how, response)
	}
	r.free = append(r.free, i)
}

// fault begins or ends a fault.
func (r *run) fault(e event) {
	f, begins := r.model.Faults[e.who], e.what == faultBegins
	factor := 1.0
	if begins {
		factor = f.Factor
	}
	switch f.Target {
	case "store":
		r.work.storeFactor = factor
	case "cache":
		r.work.cacheFactor = factor
	default:
		if s, ok := r.station.(interface{ fault(f Fault, begins bool) }); ok {
			s.fault(f, begins)
		}
	}
}
