package latency

// outcome is how a request ended.
type outcome uint8

const (
	answered  outcome = iota
	timedOut          // the front door answered for compute
	throttled         // refused by a rate or concurrency limit
	dropped           // refused by a full queue
	failed            // answered with an error
	outcomes
)

// tally is what one run has seen. Requests of the warm-up count for stay and
// systemArea only.
type tally struct {
	outcomes, refusals              [outcomes]uint64
	response, wait, stale, delivery histogram
	waited, cold, started           uint64
	mostBusy                        int
	storeReads, storeThrottled      uint64
	staleReads                      uint64
	events                          uint64
	end, span                       int64
	// Areas are integrals over time of a number, in nanoseconds.
	systemArea, waitingArea, busyArea, provisionedArea float64
	// stay is the sum of all requests' times in the system, in nanoseconds. By
	// Little's law it equals systemArea.
	stay float64
	line timeline
	// byServer counts the measured requests that each server of a pool began.
	byServer []uint64
}

func (t *tally) overTime(arrived int64, how outcome, response int64) {
	t.line.add(arrived, how, response)
}

// begun counts a request that a server begins.
func (t *tally) begun(server int32) {
	for int(server) >= len(t.byServer) {
		t.byServer = append(t.byServer, 0)
	}
	t.byServer[server]++
}

// timelineBins bounds the memory of a timeline.
const timelineBins = 256

// timeline counts outcomes by time of arrival, in bins whose width doubles when a
// run outgrows them.
type timeline struct {
	width int64
	bins  [timelineBins]bin
}

type bin struct {
	requests, refused, timedOut uint64
	responses, slowest          int64
}

func (l *timeline) add(at int64, how outcome, response int64) {
	if l.width == 0 {
		l.width = 1e9
	}
	for at/l.width >= timelineBins {
		for i := range timelineBins / 2 {
			l.bins[i] = l.bins[2*i].with(l.bins[2*i+1])
		}
		clear(l.bins[timelineBins/2:])
		l.width *= 2
	}
	b := bin{requests: 1}
	switch how {
	case answered, timedOut:
		b.responses, b.slowest = response, response
		if how == timedOut {
			b.timedOut = 1
		}
	default:
		b.refused = 1
	}
	l.bins[at/l.width] = l.bins[at/l.width].with(b)
}

func (b bin) with(o bin) bin {
	return bin{
		requests: b.requests + o.requests, refused: b.refused + o.refused, timedOut: b.timedOut + o.timedOut,
		responses: b.responses + o.responses, slowest: max(b.slowest, o.slowest),
	}
}

// series returns the timeline for a chart, without empty bins at its end.
func (l *timeline) series() []Moment {
	end := 0
	for i, b := range l.bins {
		if b.requests > 0 {
			end = i + 1
		}
	}
	out := make([]Moment, end)
	for i := range out {
		b := l.bins[i]
		m := Moment{From: seconds(int64(i) * l.width), Requests: b.requests, Refused: b.refused, TimedOut: b.timedOut, Max: seconds(b.slowest)}
		if n := b.requests - b.refused; n > 0 {
			m.Mean = seconds(b.responses) / float64(n)
		}
		out[i] = m
	}
	return out
}
