package latency

import (
	"math"
	"sync"

	"fulcrum/compare/latency/exact"
)

// tracked bounds the items whose partitions and last writes are kept, the most
// popular ones; the others are called too rarely to throttle.
const tracked = 1 << 12

// work samples how long requests keep compute busy.
type work struct {
	Work
	popularity               popularity
	partitions               *partitions
	storeFactor, cacheFactor float64
}

// partitions are the most popular items of a store: what is left of the throughput of
// each one's partition, and when it was last written, a nanosecond late so that 0 is
// never. They are the largest part of a run's memory, so runs use them again.
type partitions struct {
	reads, writes [tracked]TokenBucket
	written       [tracked]int64
}

var spare = sync.Pool{New: func() any { return new(partitions) }}

func newWork(m *Model) *work {
	w := &work{Work: m.Work, storeFactor: 1, cacheFactor: 1, popularity: newPopularity(m.Work.Items, m.Work.Skew)}
	w.partitions = spare.Get().(*partitions)
	*w.partitions = partitions{}
	return w
}

// done gives back what the next run can use.
func (w *work) done() {
	spare.Put(w.partitions)
	w.partitions = nil
}

// lasts returns the service time of a request in nanoseconds, on a server that is
// slow by a factor.
func (w *work) lasts(r *run, i int32, slow float64) int64 {
	q := &r.requests[i]
	t := stretch(w.Service.sample(drawService.uniform(q.seed)), slow)
	if w.Read.IsZero() && w.Write.IsZero() {
		return t
	}
	item := 0
	if w.Items > 1 {
		item = w.popularity.item(drawItem.uniform(q.seed))
	}
	if q.write {
		return t + w.Persons.lasts(q) + w.Session.sample(drawSession.uniform(q.seed)) + w.write(r, q, item)
	}
	if w.Cache.Hits > 0 && shared(q.seed, w.Cache.own) {
		t += stretch(w.Cache.Time.sample(drawCache.uniform(q.seed)), w.cacheFactor)
		if drawOther.uniform(q.seed) < w.Cache.Hits {
			return t
		}
	}
	return t + w.Persons.lasts(q) + w.read(r, q, item)
}

func (w *work) write(r *run, q *request, item int) int64 {
	if item < tracked {
		w.partitions.written[item] = r.now + 1
	}
	d := &w.Write
	if w.Workflows > 0 && drawWorkflow.uniform(q.seed) < w.Workflows {
		d = &w.Workflow
	}
	t := w.call(r, q, d, &w.partitions.writes, w.PartitionWrites, item)
	if far(q, w.FarWrites) {
		t += int64(exact.Times(max(1, w.Crossings), float64(w.Distance.sample(drawFar.uniform(mix(q.seed))))))
	}
	return t
}

// far reports whether a request goes to another Region, as a share of them does.
func far(q *request, share float64) bool { return share > 0 && drawFar.uniform(q.seed) < share }

func (w *work) read(r *run, q *request, item int) int64 {
	if q.measured {
		r.tally.storeReads++
	}
	t := int64(0)
	if far(q, w.FarReads) {
		t = w.Distance.sample(drawFar.uniform(mix(q.seed)))
	}
	if w.Strong > 0 && drawStrong.uniform(q.seed) < w.Strong {
		return t + w.call(r, q, &w.ReadStrong, &w.partitions.reads, w.PartitionReads, item)
	}
	if item < tracked && w.partitions.written[item] > 0 && !w.Lag.IsZero() {
		age := r.now - (w.partitions.written[item] - 1)
		if age < w.Lag.sample(drawLag.uniform(q.seed)) && q.measured {
			r.tally.staleReads++
			r.tally.stale.add(age)
		}
	}
	return t + w.call(r, q, &w.Read, &w.partitions.reads, w.PartitionReads, item)
}

// call returns the time of one call of the store, whose partitions take so many calls a
// second. A throttled call is repeated once, after the client library's pause.
func (w *work) call(r *run, q *request, d *Dist, buckets *[tracked]TokenBucket, rate float64, item int) int64 {
	u := drawStore.uniform(q.seed)
	t := stretch(d.sample(u), w.storeFactor)
	if item < tracked && !buckets[item].take(rate, r.now) {
		if q.measured {
			r.tally.storeThrottled++
		}
		t += w.Backoff.sample(drawBackoff.uniform(q.seed))
	}
	return t
}

func stretch(t int64, factor float64) int64 {
	if factor == 1 {
		return t
	}
	return int64(exact.Times(float64(t), factor))
}

// popularity is how requests spread over items from 0 to n-1, the popularity of item
// k falling as (k+1)^-s. What a draw needs of n and s is worked out once.
type popularity struct {
	n int
	// spread is (n+1)^(1-s)-1 and inverse 1/(1-s), or ln(n+1) and 0 where s is 1.
	spread, inverse float64
}

func newPopularity(n int, s float64) popularity {
	top := float64(n) + 1
	if math.Abs(s-1) < 1e-6 {
		return popularity{n: n, spread: exact.Log(top)}
	}
	return popularity{n: n, spread: exact.Pow(top, 1-s) - 1, inverse: 1 / (1 - s)}
}

// item returns the item at a uniform number: the inverse of the continuous
// distribution, which differs from the discrete one by less than the popularity of an
// item.
func (p *popularity) item(u float64) int { return min(max(int(p.quantile(u)), 0), p.n-1) }

// quantile returns the u-quantile of the continuous distribution of density (x+1)^-s
// from 0 to n.
func (p *popularity) quantile(u float64) float64 {
	x := exact.Times(u, p.spread)
	if p.inverse == 0 {
		return exact.Exp(x) - 1
	}
	return exact.Pow(1+x, p.inverse) - 1
}

// ZipfExponent returns the exponent with which the share hot of n items gets the
// share of the requests: 0.2 and 0.8 for four fifths of the requests to one fifth
// of the items. It is 0, evenly spread, where no exponent does.
func ZipfExponent(n int, hot, requests float64) float64 {
	if hot <= 0 || requests <= hot || requests >= 1 || float64(n)*hot < 1 {
		return 0
	}
	low, high := 0.0, 5.0
	for range 60 {
		s := (low + high) / 2
		if p := newPopularity(n, s); exact.Times(float64(n), hot) > p.quantile(requests) {
			high = s
		} else {
			low = s
		}
	}
	return low
}

// HitRatio returns the share of reads that a cache of size items answers when n
// items are read with Zipf popularity of exponent s and the least recently used is
// evicted: Che's approximation (Che, Tung and Wang, "Hierarchical Web Caching
// Systems", 2002), Σ pₖ(1-exp(-pₖT)) with T from Σ(1-exp(-pₖT)) = size.
func HitRatio(n int, s, size float64) float64 {
	switch {
	case size <= 0 || n < 1:
		return 0
	case size >= float64(n):
		return 1
	}
	ranks := groups(n)
	total := 0.0
	for _, g := range ranks {
		total += exact.Times(g.width, exact.Pow(g.rank, -s))
	}
	// at returns the items held and the share of reads answered for a time T.
	at := func(time float64) (held, hits float64) {
		for _, g := range ranks {
			p := exact.Pow(g.rank, -s) / total
			in := 1 - exact.Exp(exact.Times(-p, time))
			held += exact.Times(g.width, in)
			hits += exact.Times(g.width, exact.Times(p, in))
		}
		return held, hits
	}
	low, high := 0.0, 1.0
	for held, _ := at(high); held < size; held, _ = at(high) {
		high *= 4
	}
	for range 60 {
		middle := (low + high) / 2
		if held, _ := at(middle); held < size {
			low = middle
		} else {
			high = middle
		}
	}
	_, hits := at(high)
	return hits
}

// group is a range of ranks that is treated as width times its middle.
type group struct{ rank, width float64 }

// groups divides the ranks 1 to n into groups that grow by 2 %.
func groups(n int) []group {
	out := make([]group, 0, 50+int(50*math.Log(float64(n)))) // 2 % of growth is ln 1.02
	for from := 1; from <= n; {
		to := min(n, max(from, int(float64(from)*1.02)))
		out = append(out, group{rank: float64(from+to) / 2, width: float64(to - from + 1)})
		from = to + 1
	}
	return out
}
