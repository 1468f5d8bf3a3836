package cost

import (
	"math"
	"slices"

	"fulcrum/design"
)

// CommandsPerSecond is how many commands of one aggregate are applied in a second at the
// most. Those that come in one batch take the service time of one: they are read and
// written with three calls of the store, where one alone takes five (lambdas/dynamo,
// mergedWrites). Where each is written alone, each takes it.
func (q Commands) CommandsPerSecond(serviceMs float64) float64 {
	if q.Together {
		return 1000 * q.PerBatch / (HandedOutMs + serviceMs)
	}
	return 1000 * q.PerBatch / (HandedOutMs + q.PerBatch*serviceMs)
}

// PerWrite is how many commands one write is of, on average, if so many come in a second:
// those of one aggregate that came while the batch before was written.
func (q Commands) PerWrite(d Demand, rate float64) float64 {
	seconds := (HandedOutMs + d.Design.Capacity.ServiceMs) / 1000
	if !q.Together || rate*seconds < seldom { // even if all were for one
		return 1
	}
	writes := 0.0
	left := 1.0
	for _, share := range q.popularity(d, most) {
		if rate*share*seconds < seldom {
			break
		}
		writes += share / meanBatch(rate*share*seconds, int(q.PerBatch))
		left -= share
	}
	return 1 / (writes + max(0, left))
}

// perWrite is PerWrite over a month.
func (q Commands) perWrite(d Demand) float64 { return q.PerWrite(d, q.Count/(Hours*3600)) }

// saved is how many items a command reads and writes less because others are written
// with it: the aggregate's own, unless it is created.
func (q Commands) saved(d Demand, o design.OperationLoad) float64 {
	if q.Queue == nil || o.ItemsRead == 0 || !slices.Contains(q.names, o.Name) {
		return 0
	}
	return 1 - 1/q.perWrite(d)
}

const (
	// most bounds for how many aggregates batches are worked out.
	most = 1000
	// seldom is how many come during a batch below which each is taken as written alone:
	// two come together then for one batch in 800 at the most.
	seldom = 0.05
)

// meanBatch is the mean size of batches of at most k that are taken from a queue as soon
// as the one before is done, when so many arrive, at random, in that time: the stationary
// state of the chain of how many wait when one is done, and one for who finds nobody
// waiting. With k or more it is k.
func meanBatch(arrivals float64, k int) float64 {
	switch {
	case arrivals < seldom:
		return 1
	case arrivals >= 0.99*float64(k):
		return float64(k)
	}
	room := 30 * k
	come := make([]float64, room+1) // how likely so many come in one batch's time
	come[0] = math.Exp(-arrivals)
	for n := 1; n <= room; n++ {
		come[n] = come[n-1] * arrivals / float64(n)
	}
	waiting := make([]float64, room+1)
	waiting[0] = 1
	for changed := 1.0; changed > 1e-9; {
		next := make([]float64, room+1)
		for w, likely := range waiting {
			left := max(0, w-k)
			for n := 0; left+n <= room; n++ {
				next[left+n] += likely * come[n]
			}
		}
		changed = 0
		for w := range next {
			changed += math.Abs(next[w] - waiting[w])
		}
		waiting = next
	}
	mean := 0.0
	for w, likely := range waiting {
		mean += likely * float64(min(max(w, 1), k))
	}
	return mean
}
