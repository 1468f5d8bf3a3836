package latency

// consumers carry events from a write to whoever handles them, in batches.
type consumers struct {
	Events
	run        *run
	messages   []message
	free       []int32
	first      int32 // the queue, valid while queued > 0
	last       int32
	queued     int
	working    int
	travelling int
	generation int32
}

type message struct {
	published int64
	seed      uint64
	next      int32
}

// pending reports whether events are on their way.
func (c *consumers) pending() bool {
	return c != nil && (c.travelling > 0 || c.queued > 0 || c.working > 0)
}

// publish sends the event of a write at a time in nanoseconds, if it has one.
func (c *consumers) publish(seed uint64, at int64) {
	if c == nil || drawEvent.uniform(seed) >= c.PerWrite {
		return
	}
	var i int32
	if n := len(c.free); n > 0 {
		i, c.free = c.free[n-1], c.free[:n-1]
	} else {
		i = int32(len(c.messages)) //nolint:gosec // bounded by memory long before
		c.messages = append(c.messages, message{})
	}
	c.messages[i] = message{published: at, seed: mix(seed), next: none}
	c.travelling++
	c.run.agenda.plan(at+c.Delay.sample(drawEvent.uniform(mix(seed))), deliver, i, none)
}

func (c *consumers) handle(e event) {
	switch e.what {
	case deliver:
		c.travelling--
		c.messages[e.who].next = none
		if c.queued == 0 {
			c.first = e.who
			c.generation++
			if c.Window > 0 && c.Batch > 1 {
				c.run.agenda.plan(c.run.now+nanoseconds(c.Window), windowOver, none, c.generation)
			}
		} else {
			c.messages[c.last].next = e.who
		}
		c.last = e.who
		c.queued++
		if c.Window == 0 || c.queued >= c.Batch {
			c.dispatch()
		}
	case windowOver:
		if e.where == c.generation && c.queued > 0 {
			c.dispatch()
		}
	case batchDone:
		c.working--
		for i := e.who; i != none; {
			next := c.messages[i].next
			c.run.tally.delivery.add(c.run.now - c.messages[i].published)
			c.free = append(c.free, i)
			i = next
		}
		if c.queued > 0 {
			c.dispatch()
		}
	}
}

// dispatch hands a batch to a consumer, if one is free.
func (c *consumers) dispatch() {
	if c.Consumers > 0 && c.working >= c.Consumers {
		return
	}
	batch := c.first
	lasts := c.Overhead.sample(drawOverhead.uniform(c.messages[batch].seed))
	at := batch
	for n := 1; ; n++ {
		lasts += c.Service.sample(drawService.uniform(c.messages[at].seed))
		c.queued--
		if n >= max(1, c.Batch) || c.queued == 0 {
			break
		}
		at = c.messages[at].next
	}
	c.first, c.messages[at].next = c.messages[at].next, none
	c.working++
	c.run.agenda.plan(c.run.now+lasts, batchDone, batch, none)
}
