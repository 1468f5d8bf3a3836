package faults

// busPipe is a pipe with the bus that it publishes on.
type busPipe struct {
	Pipe
	bus string
}

// forward is a rule that sends events on from one bus to another, with its dead
// letters.
type forward struct {
	from, to    string
	pattern     *pattern
	undelivered []undelivered
}

// openBuses opens the buses of a run, with the pipes to them and the rules between
// them: one bus, or one for each subdomain.
func (w *world) openBuses(c Config) error {
	pipes := []BusPipe{{Filter: c.Transport.Pipe.Filter}}
	if c.subdomains {
		pipes = c.Transport.Subdomains.Pipes
		for _, s := range c.Transport.Subdomains.Forwards {
			p, err := newPattern(s.Pattern)
			if err != nil {
				return err
			}
			w.forwards = append(w.forwards, &forward{from: s.From, to: s.To, pattern: p})
		}
	}
	for i, s := range pipes {
		settings := c.Transport.Pipe
		settings.Filter = s.Filter
		p, err := NewPipe(settings)
		if err != nil {
			return err
		}
		w.pipes = append(w.pipes, busPipe{p, s.Bus})
		for range shards {
			w.shards = append(w.shards, shard{pipe: i})
		}
	}
	return nil
}

// listening is the bus that consumers listen on.
func (w *world) listening(c Config) string {
	if c.subdomains {
		return c.Transport.Subdomains.Consumers
	}
	return ""
}

// sendOn puts an entry of one bus onto another.
func (w *world) sendOn(f *forward, e entry) {
	w.trace("sent on to "+f.to, e.event)
	e.bus = f.to
	w.put(e)
}

// redriveForwards puts the dead letters of the rules between buses where they should
// have come, and returns how many there were.
func (w *world) redriveForwards() int {
	n := 0
	for _, f := range w.forwards {
		dead := f.undelivered
		f.undelivered = nil
		for _, u := range dead {
			w.sendOn(f, u.entry)
		}
		n += len(dead)
	}
	return n
}
