package latency

import "fulcrum/compare/latency/exact"

// Answer is a query whose answer is alike for everybody, so that whoever asks may get
// what another was given.
type Answer struct {
	// Share is that of the requests that ask it.
	Share float64
	// Kinds is how many different answers it has, asked for with Zipf popularity of
	// exponent Skew; Bytes is the size of one.
	Kinds       int
	Skew, Bytes float64
}

// Edge answers reads in places near the clients, before the front door.
type Edge struct {
	// Hits is the share of the reads that are alike for everybody which it answers. It
	// follows from the model's Answers if Seconds is above 0.
	Hits float64
	// Time is that of an answer, Overhead what a read adds that it passes on.
	Time, Overhead Dist
	// Seconds is how long it keeps an answer, Places in how many places each for itself.
	Seconds, Places float64

	own float64
}

// Cache answers reads in front of the store.
type Cache struct {
	// Hits is the share of the reads that are alike for everybody which it answers, see
	// [HitRatio]. It follows from the model's Answers if Seconds or Room is above 0.
	Hits float64
	// Time is the time of one call, spent by misses as well.
	Time Dist
	// Seconds is how long it keeps an answer. Default: until there is no room.
	Seconds float64
	// Room is the bytes there are for answers, each of which takes Entry more than its
	// own. Default: enough.
	Room, Entry float64

	own float64 // the share of the reads whose answers are the caller's own
}

// prepared returns the model with all that follows from its rate of requests: what
// caches answer and which keys of persons are at hand.
func (m Model) prepared() Model {
	rate := m.Arrivals.Rate()
	if w := &m.Work; len(w.Answers) > 0 {
		asked, atEdge, atCache := 0.0, 0.0, 0.0
		kept := 0.0 // bytes of all answers
		for _, a := range w.Answers {
			kept += exact.Times(float64(a.Kinds), a.Bytes+w.Cache.Entry)
		}
		edge, cache := &m.Door.Edge, &w.Cache
		for _, a := range w.Answers {
			behind := a.Share
			if edge.Seconds > 0 {
				hits := a.answered(exact.Times(rate, a.Share)/max(1, edge.Places), edge.Seconds, 0)
				atEdge += exact.Times(a.Share, hits)
				behind -= exact.Times(a.Share, hits)
			}
			if cache.Seconds > 0 || cache.Room > 0 {
				room := 0.0
				if cache.Room > 0 && cache.Room < kept {
					room = exact.Times(float64(a.Kinds), cache.Room/kept)
				}
				atCache += exact.Times(behind, a.answered(exact.Times(rate, behind), cache.Seconds, room))
			}
			asked += a.Share
		}
		reads := 1 - w.Writes
		own := max(0, 1-asked/reads)
		if edge.Seconds > 0 {
			edge.Hits = atEdge / asked
		}
		if cache.Seconds > 0 || cache.Room > 0 {
			cache.Hits = atCache / max(asked-atEdge, 1e-12)
		}
		edge.own, cache.own = own, own
	}
	// An environment serves a request at a time: by Little's law as many are at work as
	// come while one is served.
	processes := exact.Times(rate, m.Work.Service.Mean()+m.Work.Read.Mean())
	if m.Pool != nil {
		processes = float64(m.Pool.Servers)
	}
	m.Work.Persons.prepare(rate, max(1, processes))
	return m
}

// offered is the rate of requests that come to the front door of a prepared model, a
// second.
func (m *Model) offered() float64 {
	e := m.Door.Edge
	return exact.Times(m.Arrivals.Rate(), 1-exact.Times(exact.Times(1-m.Work.Writes, 1-e.own), e.Hits))
}

// answered returns the share of rate requests a second that find an answer which is
// kept for seconds, 0 for always, where there is room for so many of them, 0 for all.
// Where both bind, the tighter one is taken for both.
func (a Answer) answered(rate, seconds, room float64) float64 {
	share := 1.0
	if seconds > 0 && rate > 0 {
		share = 1 - TTLMisses(rate, a.Kinds, a.Skew, seconds)/rate
	}
	if room > 0 {
		share = min(share, HitRatio(a.Kinds, a.Skew, room))
	}
	return share
}

// shared reports whether a read's answer is alike for everybody, for a share own of
// reads whose answer is not.
func shared(seed uint64, own float64) bool { return own == 0 || drawShared.uniform(seed) >= own }
