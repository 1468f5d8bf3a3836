package latency

// server is one server or container task.
type server struct {
	busy, queued  int
	head, tail    int32 // its queue
	slow          float64
	down, out     bool // answers with errors; the balancer knows
	gone          bool // draining, or stopped
	cut           bool // stopped
	since         int64
	weight, trust float64
	credit        float64
	served        float64
	failed        float64
}

func (v *server) outstanding() int { return v.busy + v.queued }
func (v *server) eligible() bool   { return !v.out && !v.gone }

// judgeEvery is the time between two looks of anomaly mitigation, in nanoseconds.
const judgeEvery = int64(10e9)

// servers is a [Pool] at work.
type servers struct {
	Pool
	run       *run
	all       []server
	active    []int32
	idle      []int32 // a server for each free slot, with one shared queue
	head      int32   // the shared queue
	tail      int32
	turn      int
	busy      int
	running   int           // servers that are paid for
	sessions  map[int]int32 // the server of each client that has come
	slowStart int64
	scaler    *scaler
}

func newServers(r *run, p *Pool) *servers {
	s := &servers{Pool: *p, run: r, head: none, tail: none}
	s.Slots = max(1, s.Slots)
	if s.HealthCheck == 0 {
		s.HealthCheck = 30
	}
	for i := range s.Servers {
		v := s.add()
		if i < len(p.Weights) {
			v.weight = p.Weights[i]
		}
		for range s.Slots {
			s.idle = append(s.idle, int32(s.Servers-1-i)) //nolint:gosec // bounded by Validate
		}
	}
	s.refresh()
	if s.Policy == Sticky {
		s.sessions = map[int]int32{}
	}
	if s.Mitigation {
		r.agenda.plan(judgeEvery, observe, none, none)
	}
	if p.Scaling != nil {
		s.scaler = &scaler{Scaling: *p.Scaling, servers: s, random: r.others}
		s.slowStart = nanoseconds(p.Scaling.SlowStart)
		s.scaler.begin()
	}
	return s
}

func (s *servers) add() *server {
	s.all = append(s.all, server{head: none, tail: none, slow: 1, weight: 1, trust: 1, since: s.run.now})
	s.running++
	return &s.all[len(s.all)-1]
}

// refresh lists the servers that the balancer sends to.
func (s *servers) refresh() {
	s.active = s.active[:0]
	for i := range s.all {
		if s.all[i].eligible() {
			s.active = append(s.active, int32(i)) //nolint:gosec // bounded by Validate
		}
	}
}

func (s *servers) usage() (busy, provisioned int) { return s.busy, s.running * s.Slots }

func (s *servers) offer(i int32) {
	if s.Policy == Shared {
		s.offerShared(i)
		return
	}
	at := s.choose(i)
	if at == none {
		s.run.refuse(i, failed)
		return
	}
	v := &s.all[at]
	v.served++
	if v.down {
		v.failed++
		s.run.refuse(i, failed)
		return
	}
	switch {
	case v.busy < s.Slots:
		s.start(i, at)
	case s.Queue == 0 || v.queued < s.Queue:
		s.run.waiting++
		v.queued++
		s.run.requests[i].next = none
		if v.tail == none {
			v.head = i
		} else {
			s.run.requests[v.tail].next = i
		}
		v.tail = i
	default:
		s.run.refuse(i, dropped)
	}
}

func (s *servers) offerShared(i int32) {
	if n := len(s.idle); n > 0 {
		at := s.idle[n-1]
		s.idle = s.idle[:n-1]
		s.start(i, at)
		return
	}
	if s.Queue != 0 && s.run.waiting >= max(0, s.Queue) {
		s.run.refuse(i, dropped)
		return
	}
	s.run.waiting++
	s.run.requests[i].next = none
	if s.tail == none {
		s.head = i
	} else {
		s.run.requests[s.tail].next = i
	}
	s.tail = i
}

func (s *servers) start(i, at int32) {
	v := &s.all[at]
	v.busy++
	s.busy++
	q := &s.run.requests[i]
	q.server = at
	if q.measured {
		s.run.tally.begun(at)
	}
	s.run.start(i, s.run.work.lasts(s.run, i, v.slow))
}

func (s *servers) finish(i int32) (lost bool) {
	at := s.run.requests[i].server
	v := &s.all[at]
	v.busy--
	s.busy--
	if v.cut {
		return true
	}
	if s.Policy == Shared {
		if s.head == none {
			s.idle = append(s.idle, at)
			return false
		}
		next := s.head
		if s.head = s.run.requests[next].next; s.head == none {
			s.tail = none
		}
		s.run.waiting--
		s.start(next, at)
		return false
	}
	if v.head != none {
		next := v.head
		if v.head = s.run.requests[next].next; v.head == none {
			v.tail = none
		}
		v.queued--
		s.run.waiting--
		s.start(next, at)
		return false
	}
	if v.gone && v.busy == 0 {
		v.cut = true
		s.running--
	}
	return false
}

func (s *servers) handle(e event) {
	switch e.what {
	case observe:
		if e.where != none {
			v := &s.all[e.where]
			v.out = v.down
			s.refresh()
			return
		}
		s.judge()
		s.run.agenda.plan(s.run.now+judgeEvery, observe, none, none)
	case measure:
		s.scaler.measure()
	case taskReady:
		s.scaler.ready()
	case taskStops:
		s.scaler.stops(e.where)
	}
}

// fault begins or ends a fault of one server or of all. The balancer learns of a
// failure, and of its end, by its health checks.
func (s *servers) fault(f Fault, begins bool) {
	for i := range s.all {
		if f.Target == "server" && f.Server != i+1 {
			continue
		}
		v := &s.all[i]
		if f.Kind == "down" {
			v.down = begins
			s.run.agenda.plan(s.run.now+nanoseconds(s.HealthCheck), observe, none, int32(i)) //nolint:gosec // bounded by Validate
			continue
		}
		v.slow = 1
		if begins {
			v.slow = f.Factor
		}
	}
}
