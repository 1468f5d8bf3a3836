package latency

// event is something that happens at a time. Events of one time happen in the
// order in which they were planned, so that a run has one outcome.
type event struct {
	at    int64 // nanoseconds
	order uint64
	what  what
	who   int32 // request, server or consumer, by what
	where int32
}

type what uint8

const (
	reachCompute what = iota // a request has passed the front door
	depart                   // a server or an environment finishes a request
	tryAgain                 // a client repeats a request
	answerAtEdge             // a cache near the client answers
	faultBegins
	faultEnds
	measure    // the scaler looks at the load
	taskReady  // a new task takes requests
	taskStops  // a draining task's time is over
	observe    // the balancer judges its servers
	deliver    // an event reaches a consumer's queue
	windowOver // a batch is not waited for any longer
	batchDone  // a consumer finishes a batch
)

func (e *event) before(o *event) bool { return e.at < o.at || e.at == o.at && e.order < o.order }

// agenda is a heap of events, four children to a node: shallower than a binary
// heap and kinder to the cache.
type agenda struct {
	events []event
	order  uint64
}

func (a *agenda) plan(at int64, w what, who, where int32) {
	a.order++
	e := event{at: at, order: a.order, what: w, who: who, where: where}
	a.events = append(a.events, e)
	i := len(a.events) - 1
	for i > 0 {
		parent := (i - 1) / 4
		if !e.before(&a.events[parent]) {
			break
		}
		a.events[i] = a.events[parent]
		i = parent
	}
	a.events[i] = e
}

func (a *agenda) pop() event {
	top := a.events[0]
	n := len(a.events) - 1
	e := a.events[n]
	a.events = a.events[:n]
	i := 0
	for {
		first := 4*i + 1
		if first >= n {
			break
		}
		least := first
		for c := first + 1; c < min(first+4, n); c++ {
			if a.events[c].before(&a.events[least]) {
				least = c
			}
		}
		if !a.events[least].before(&e) {
			break
		}
		a.events[i] = a.events[least]
		i = least
	}
	if n > 0 {
		a.events[i] = e
	}
	return top
}
