package cache

import (
	"regexp"

	"fulcrum/constructs/internal/props"
)

var keyPrefix = regexp.MustCompile(`^[a-z0-9-]{1,32}:$`)

// Bounds of a cache, from the service.
//
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Scaling.html
const (
	maxGB   = 5000
	minECPU = 1000
	maxECPU = 15_000_000
)

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.Network != nil, "Network")
	if p.Network != nil {
		n := len(*p.Network.VPC.IsolatedSubnets())
		found.Check(n == 2 || n == 3, "Network", "has %d private subnets, not two or three; set Private", n)
	}
	found.Required(p.Key != nil, "Key")
	if p.Keys == "" {
		found.Required(false, "Keys")
	} else {
		found.Check(keyPrefix.MatchString(p.Keys), "Keys", "%q is not up to 32 lower-case letters, digits and dashes, and a colon, such as dinner:", p.Keys)
	}
	found.Check(p.MaxGB >= 1 && p.MaxGB <= maxGB, "MaxGB", "%d is not from 1 to %d", p.MaxGB, maxGB)
	found.Check(p.MaxECPU >= minECPU && p.MaxECPU <= maxECPU, "MaxECPU", "%d is not from %d to %d", p.MaxECPU, minECPU, maxECPU)
	return found.Err()
}
