package latency

import (
	"math"

	"fulcrum/compare/latency/exact"
)

// tracked bounds the items whose partitions and last writes are kept, the most
// popular ones; the others are called too rarely to throttle.
const tracked = 1 << 12

// work samples how long requests keep compute busy.
type work struct {
	Work
	reads, writes            []TokenBucket
	written                  []int64
	storeFactor, cacheFactor float64
}

func newWork(m *Model) *work {
	w := &work{Work: m.Work, storeFactor: 1, cacheFactor: 1}
	n := min(max(m.Work.Items, 1), tracked)
	if m.Work.PartitionReads > 0 || m.Work.PartitionWrites > 0 {
		w.reads, w.writes = make([]TokenBucket, n), make([]TokenBucket, n)
		for i := range n {
			w.reads[i] = TokenBucket{Rate: m.Work.PartitionReads, Burst: m.Work.PartitionReads}
			w.writes[i] = TokenBucket{Rate: m.Work.PartitionWrites, Burst: m.Work.PartitionWrites}
		}
	}
	if !m.Work.Lag.IsZero() {
		w.written = make([]int64, n)
		for i := range w.written {
			w.written[i] = math.MinInt64 / 2
		}
	}
	return w
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
		item = zipf(w.Items, w.Skew, drawItem.uniform(q.seed))
	}
	if q.write {
		if w.Workflows > 0 && drawWorkflow.uniform(q.seed) < w.Workflows {
			t += w.Workflow.sample(drawSteps.uniform(q.seed))
		}
		return t + w.write(r, q, item)
	}
	if w.Cache.Hits > 0 {
		t += stretch(w.Cache.Time.sample(drawCache.uniform(q.seed)), w.cacheFactor)
		if drawOther.uniform(q.seed) < w.Cache.Hits {
			return t
		}
	}
	return t + w.read(r, q, item)
}

func (w *work) write(r *run, q *request, item int) int64 {
	if item < len(w.written) {
		w.written[item] = r.now
	}
	return w.call(r, q, &w.Write, w.writes, item)
}

func (w *work) read(r *run, q *request, item int) int64 {
	if q.measured {
		r.tally.storeReads++
	}
	if item < len(w.written) {
		age := r.now - w.written[item]
		if age < w.Lag.sample(drawLag.uniform(q.seed)) && q.measured {
			r.tally.staleReads++
			r.tally.stale.add(age)
		}
	}
	return w.call(r, q, &w.Read, w.reads, item)
}

// call returns the time of one call of the store. A throttled call is repeated
// once, after the client library's pause.
func (w *work) call(r *run, q *request, d *Dist, partitions []TokenBucket, item int) int64 {
	u := drawStore.uniform(q.seed)
	t := stretch(d.sample(u), w.storeFactor) + w.Distance.sample(u)
	if item < len(partitions) && !partitions[item].Take(r.now) {
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

// zipf returns an item from 0 to n-1, the popularity of item k falling as
// (k+1)^-s: the inverse of the continuous distribution, which differs from the
// discrete one by less than the popularity of an item.
func zipf(n int, s, u float64) int {
	return min(max(int(quantileItem(n, s, u)), 0), n-1)
}

// quantileItem returns the u-quantile of the continuous distribution of density
// (x+1)^-s from 0 to n.
func quantileItem(n int, s, u float64) float64 {
	top := float64(n) + 1
	if math.Abs(s-1) < 1e-6 {
		return exact.Exp(exact.Times(u, exact.Log(top))) - 1
	}
	return exact.Pow(1+exact.Times(u, exact.Pow(top, 1-s)-1), 1/(1-s)) - 1
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
		if exact.Times(float64(n), hot) > quantileItem(n, s, requests) {
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
	var out []group
	for from := 1; from <= n; {
		to := min(n, max(from, int(float64(from)*1.02)))
		out = append(out, group{rank: float64(from+to) / 2, width: float64(to - from + 1)})
		from = to + 1
	}
	return out
}
