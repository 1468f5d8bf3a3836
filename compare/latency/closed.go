package latency

import (
	"math"

	"fulcrum/compare/latency/exact"
)

// Queue is the steady state of a queue by a closed form.
type Queue struct {
	// Utilization is the offered load over the servers.
	Utilization float64
	// WaitProbability is the share of requests that find all servers busy.
	WaitProbability float64
	// MeanWait and MeanResponse are in seconds.
	MeanWait, MeanResponse float64
}

// MMC returns the steady state of Poisson arrivals with a rate per second,
// exponential service of a mean in seconds, c servers and one queue: Erlang's
// delay formula (Gross, Shortle, Thompson and Harris, "Fundamentals of Queueing
// Theory", section 3.3). Load must be below 1.
func MMC(rate, service float64, c int) Queue {
	a := exact.Times(rate, service)
	// Erlang's loss formula by its recursion, then delay from loss.
	b := 1.0
	for k := 1; k <= c; k++ {
		b = a * b / (float64(k) + exact.Times(a, b))
	}
	rho := a / float64(c)
	wait := b / (1 - exact.Times(rho, 1-b))
	mean := wait * service / (float64(c) - a)
	return Queue{Utilization: rho, WaitProbability: wait, MeanWait: mean, MeanResponse: mean + service}
}

// MG1 returns the steady state of Poisson arrivals with a rate per second and one
// server with general service times of a mean in seconds and a squared
// coefficient of variation, first come, first served: the Pollaczek-Khinchine
// formula (Gross et al., section 5.1). A variation of 0 is M/D/1, of 1 M/M/1.
// Load must be below 1.
func MG1(rate, service, variation float64) Queue {
	rho := exact.Times(rate, service)
	wait := rho * service * (1 + variation) / (2 * (1 - rho))
	return Queue{Utilization: rho, WaitProbability: rho, MeanWait: wait, MeanResponse: wait + service}
}

// MM1Quantile returns the p-quantile of the response time of M/M/1, which is
// exponential of mean service/(1-load) (Gross et al., section 3.2).
func MM1Quantile(rate, service, p float64) float64 {
	return -exact.Log(1-p) * service / (1 - exact.Times(rate, service))
}

// Choices returns the mean time in the system, in mean service times, of the
// supermarket model with d choices at a load, as the number of servers grows
// without bound: Σ load^((dⁱ-d)/(d-1)) over i ≥ 1 (Mitzenmacher, "The Power of Two
// Choices in Randomized Load Balancing", IEEE TPDS 12(10), 2001, corollary 3).
func Choices(load float64, d int) float64 {
	if d == 1 {
		return 1 / (1 - load)
	}
	sum := 0.0
	for i := 1; ; i++ {
		term := math.Pow(load, (math.Pow(float64(d), float64(i))-float64(d))/float64(d-1))
		if sum += term; term < 1e-15 {
			return sum
		}
	}
}
