package latency

import (
	"math"
	"math/rand/v2"
)

// scaler is a [Scaling] at work: target tracking as Application Auto Scaling
// describes it. It compares the share of busy slots over each period with the
// target, and after enough of them asks for the number of servers that would have
// met it. Removing begins below nine tenths of the target.
type scaler struct {
	Scaling
	servers     *servers
	above       int
	below       int
	lastOut     int64
	lastIn      int64
	periodArea  float64
	periodSlots float64
	starting    int
	random      *rand.PCG
}

func (c *scaler) begin() {
	c.lastOut, c.lastIn = math.MinInt64/2, math.MinInt64/2
	c.servers.run.agenda.plan(nanoseconds(c.Period)/sampling, measure, none, 0)
}

// sampling is how many looks at the busy slots make one measurement.
const sampling = 60

// measure looks at the busy slots, and at the end of a period decides.
func (c *scaler) measure() {
	s := c.servers
	busy := 0
	for _, a := range s.active {
		busy += min(s.all[a].outstanding(), s.Slots)
	}
	c.periodArea += float64(busy)
	c.periodSlots += float64(len(s.active) * s.Slots)
	looks := s.run.now / (nanoseconds(c.Period) / sampling)
	if looks%sampling == 0 {
		c.decide(c.periodArea / math.Max(1, c.periodSlots))
		c.periodArea, c.periodSlots = 0, 0
	}
	s.run.agenda.plan(s.run.now+nanoseconds(c.Period)/sampling, measure, none, 0)
}

func (c *scaler) decide(share float64) {
	switch {
	case share > c.Target:
		c.above, c.below = c.above+1, 0
	case share < c.Target*0.9:
		c.above, c.below = 0, c.below+1
	default:
		c.above, c.below = 0, 0
	}
	s := c.servers
	now, have := s.run.now, len(s.active)+c.starting
	want := min(max(int(math.Ceil(float64(float64(len(s.active))*share)/c.Target)), c.Min), c.Max)
	switch {
	case c.above >= c.OutAfter && want > have && now-c.lastOut >= nanoseconds(c.OutCooldown):
		c.lastOut = now
		for range want - have {
			c.starting++
			delay := c.Start.sample(unit(c.random.Uint64()))
			s.run.agenda.plan(now+delay, taskReady, none, none)
		}
	case c.below >= c.InAfter && want < have && c.starting == 0 && now-c.lastIn >= nanoseconds(c.InCooldown):
		c.lastIn = now
		c.remove(have - want)
	}
}

// remove takes the youngest servers away. They finish what they have, at most for
// the deregistration delay; what is left then fails.
func (c *scaler) remove(n int) {
	s := c.servers
	for ; n > 0 && len(s.active) > c.Min; n-- {
		at := s.active[len(s.active)-1]
		v := &s.all[at]
		v.gone = true
		s.refresh()
		if v.outstanding() == 0 {
			s.running--
			v.cut = true
			continue
		}
		s.run.agenda.plan(s.run.now+nanoseconds(c.Deregistration), taskStops, none, at)
	}
}

// stops ends a draining server that has not finished in time. Requests in its queue
// fail at once, those at work when they would have been done.
func (c *scaler) stops(at int32) {
	s := c.servers
	v := &s.all[at]
	if v.cut {
		return
	}
	v.cut = true
	s.running--
	for i := v.head; i != none; {
		next := s.run.requests[i].next
		v.queued--
		s.run.waiting--
		s.run.refuse(i, failed)
		i = next
	}
	v.head, v.tail = none, none
}

// ready adds a server that has started.
func (c *scaler) ready() {
	c.starting--
	c.servers.add()
	c.servers.refresh()
}
