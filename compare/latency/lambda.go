package latency

import "fulcrum/compare/latency/exact"

// environments is a [Lambda] at work. An idle environment is taken last in, first
// out, so that those that are not needed fall idle and are reclaimed.
type environments struct {
	Lambda
	run   *run
	scale TokenBucket
	rate  TokenBucket
	// idleSince[bottom:] holds when each idle environment fell idle, in order.
	idleSince []int64
	bottom    int
	fixed     int // provisioned environments that are idle
	busy      int
	slow      float64
	down      bool
}

func newEnvironments(r *run, l *Lambda) *environments {
	e := &environments{Lambda: *l, run: r, slow: 1, fixed: l.Provisioned}
	if l.ScaleUnits > 0 {
		e.scale = TokenBucket{Rate: l.ScaleUnits / l.ScalePeriod, Burst: l.ScaleUnits}
	}
	if l.RatePerEnvironment > 0 && l.Concurrency > 0 {
		most := exact.Times(l.RatePerEnvironment, float64(l.Concurrency))
		if e.rate = (TokenBucket{Rate: most, Burst: most}); r.model.Lasting {
			e.rate = e.rate.under(r.model.offered())
		}
	}
	return e
}

func (e *environments) usage() (busy, provisioned int) {
	return e.busy, e.busy + len(e.idleSince) - e.bottom + e.fixed
}

func (e *environments) offer(i int32) {
	e.expire()
	q := &e.run.requests[i]
	switch {
	case e.down:
		e.run.refuse(i, failed)
		return
	case e.Concurrency > 0 && e.busy >= e.Concurrency, !e.rate.Take(e.run.now):
		e.run.refuse(i, throttled)
		return
	}
	lasts := int64(0)
	q.cold, q.late, q.server = false, false, none
	switch n := len(e.idleSince); {
	case e.fixed > 0:
		e.fixed--
		q.server = 0 // marks a provisioned environment
	case n > e.bottom:
		e.idleSince = e.idleSince[:n-1]
	case e.scale.Take(e.run.now):
		q.cold = true
		lasts = e.Init.sample(drawCold.uniform(q.seed))
		e.run.tally.started++
	default:
		e.run.refuse(i, throttled)
		return
	}
	e.busy++
	lasts += e.run.work.lasts(e.run, i, e.slow)
	if limit := nanoseconds(e.Timeout); limit > 0 && lasts > limit {
		lasts, q.late = limit, true
	}
	e.run.start(i, lasts)
	e.run.tally.mostBusy = max(e.run.tally.mostBusy, e.busy)
}

func (e *environments) finish(i int32) (lost bool) {
	e.busy--
	q := &e.run.requests[i]
	if q.server == 0 {
		e.fixed++
		return q.late
	}
	if e.bottom > 1024 && e.bottom > len(e.idleSince)/2 {
		e.idleSince = e.idleSince[:copy(e.idleSince, e.idleSince[e.bottom:])]
		e.bottom = 0
	}
	e.idleSince = append(e.idleSince, e.run.now)
	return q.late
}

// expire reclaims environments that were idle too long, the oldest first.
func (e *environments) expire() {
	if e.Idle == 0 {
		return
	}
	oldest := e.run.now - nanoseconds(e.Idle)
	for e.bottom < len(e.idleSince) && e.idleSince[e.bottom] < oldest {
		e.bottom++
	}
}

func (e *environments) handle(event) {}

func (e *environments) fault(f Fault, begins bool) {
	if f.Target != "compute" {
		return
	}
	switch {
	case f.Kind == "down":
		e.down = begins
	case begins:
		e.slow = f.Factor
	default:
		e.slow = 1
	}
}
