package program

import (
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/network"
)

// CheckNetwork adds to found what keeps servers out of n: that it is missing, has
// too few private subnets, or lacks an interface endpoint, which pkg.Interfaces names.
func CheckNetwork(found *props.Problems, n *network.Network, interfaces []string, pkg string) {
	found.Required(n != nil, "Network")
	if n == nil {
		return
	}
	subnets := len(*n.VPC.IsolatedSubnets())
	found.Check(subnets >= 2, "Network", "has %d private subnets, not two or more; set Private", subnets)
	for _, name := range interfaces {
		_, there := n.Endpoints[name]
		found.Check(there, "Network", "lacks the interface endpoint %s; give it the Interfaces that %s.Interfaces returns", name, pkg)
	}
}
