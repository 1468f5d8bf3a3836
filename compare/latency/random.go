package latency

import "math/rand/v2"

// draw is the purpose of a random number. A request carries one seed and takes
// each of its numbers from the seed and the purpose, so that the n-th request of
// a run needs the same service time, misses the same cache line and picks the
// same client in every model, whatever happens to it there: differences between
// models are then differences of the models, not noise.
type draw uint64

const (
	drawService draw = iota + 1
	drawStore
	drawCache
	drawCold
	drawOverhead
	drawChoice
	drawOther
	drawClient
	drawItem
	drawKind
	drawBackoff
	drawError
	drawEvent
	drawLag
	drawWorkflow
	drawSteps
	drawShared
	drawEdge
	drawAuthorizer
	drawAsked
	drawStrong
	drawFar
	drawSession
	drawCaller
	drawToken
	drawAlias
	drawKey
	drawKeys
	drawOpening
)

// uniform returns the request's number for a purpose, in (0,1).
func (d draw) uniform(seed uint64) float64 { return unit(d.bits(seed)) }

// bits returns the request's 64 random bits for a purpose.
func (d draw) bits(seed uint64) uint64 { return mix(seed + uint64(d)*0x9e3779b97f4a7c15) }

// below returns the request's number for a purpose, in [0,n).
func (d draw) below(seed uint64, n int) int {
	return int(d.bits(seed) >> 33 * uint64(n) >> 31) //nolint:gosec // n is a positive count below 2³¹
}

// mix spreads the bits of x: the finalizer of SplitMix64 (Steele, Lea and Flood,
// OOPSLA 2014).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// unit maps 64 bits to a number in (0,1), never to an end.
func unit(bits uint64) float64 { return (float64(bits>>12) + 0.5) * (1.0 / (1 << 52)) }

// stream returns the n-th independent stream of a seed.
func stream(seed uint64, n int) *rand.PCG {
	return rand.NewPCG(mix(seed+0x9e3779b97f4a7c15), mix(uint64(n)+0xd1b54a32d192ed03)) //nolint:gosec // n counts from 0
}
