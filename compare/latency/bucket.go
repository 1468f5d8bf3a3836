package latency

import (
	"math"

	"fulcrum/compare/latency/exact"
)

// TokenBucket admits a rate of requests and bursts above it: a request takes a
// token; tokens return at the rate up to the burst. AWS describes its API
// throttling in these terms ("Throttle requests to your REST APIs", Amazon API
// Gateway developer guide). The zero value admits everything.
type TokenBucket struct {
	// Rate is in tokens per second, Burst in tokens.
	Rate, Burst float64

	tokens float64
	last   int64
	begun  bool
}

// Take takes a token at a time in nanoseconds and reports whether there was one.
// Times must not decrease. A bucket begins full.
func (b *TokenBucket) Take(now int64) bool {
	if b.Rate == 0 {
		return true
	}
	if !b.begun {
		b.begun, b.tokens, b.last = true, b.Burst, now
	}
	b.tokens = math.Min(b.Burst, b.tokens+exact.Times(b.Rate, seconds(now-b.last)))
	b.last = now
	// One millionth is forgiven, so that rounding does not refuse a request that
	// comes exactly when its token does.
	if b.tokens < 1-1e-6 {
		return false
	}
	b.tokens--
	return true
}

// take is Take from a bucket of as many tokens as return in a second, which is made
// when the first is taken.
func (b *TokenBucket) take(rate float64, now int64) bool {
	if !b.begun {
		b.Rate, b.Burst = rate, rate
	}
	return b.Take(now)
}

// under returns the bucket as a load of a rate per second leaves it that has lasted:
// empty if the load is above the bucket's own rate, else full.
func (b TokenBucket) under(rate float64) TokenBucket {
	if rate > b.Rate {
		b.begun = true
	}
	return b
}
