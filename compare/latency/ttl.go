package latency

import "fulcrum/compare/latency/exact"

// TTLMisses returns how many of rate reads a second a cache does not answer that
// keeps each of n items for a time to live in seconds after it was fetched. The
// items are read with Zipf popularity of exponent s, by a Poisson process each: an
// item read λ times a second is fetched λ/(1+λT) times (Jung, Berger and
// Balakrishnan, "Modeling TTL-based Internet Caches", INFOCOM 2003).
func TTLMisses(rate float64, n int, s, ttl float64) float64 {
	if n < 1 || rate <= 0 {
		return 0
	}
	ranks, total := groups(n), 0.0
	for i, g := range ranks {
		ranks[i].rank = exact.Pow(g.rank, -s) // its share from here on
		total += exact.Times(g.width, ranks[i].rank)
	}
	misses := 0.0
	for _, g := range ranks {
		each := exact.Times(rate, g.rank/total)
		misses += exact.Times(g.width, each/(1+exact.Times(each, ttl)))
	}
	return misses
}
