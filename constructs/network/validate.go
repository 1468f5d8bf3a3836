package network

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"

	"fulcrum/constructs/internal/props"
)

var serviceName = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	if p.CIDR != "" {
		prefix, err := netip.ParsePrefix(p.CIDR)
		ok := err == nil && prefix.Addr().Is4() && prefix == prefix.Masked() && prefix.Addr().IsPrivate()
		found.Check(ok && prefix.Bits() >= 16 && prefix.Bits() <= 20, "CIDR",
			"%q is not a private range from /16 to /20 such as %s", p.CIDR, defaultCIDR)
	}
	found.Check(p.Zones == 0 || p.Zones >= 2 && p.Zones <= 3, "Zones", "%d is not 2 or 3; leave it out for %d", p.Zones, defaultZones)
	zones := p.withDefaults().Zones
	found.Check(p.ServerZones >= 0 && p.ServerZones <= zones, "ServerZones", "%d is not from 1 to %d, the Zones; leave it out for all of them", p.ServerZones, zones)
	found.Check(p.Private || len(p.Interfaces) == 0, "Interfaces", "%d given, but there are no private subnets for them; set Private", len(p.Interfaces))
	for i, name := range p.Interfaces {
		field := fmt.Sprintf("Interfaces[%d]", i)
		found.Check(serviceName.MatchString(name), field, "%q is not the last part of an endpoint's name, such as logs or ecr.api", name)
		found.Check(!slices.Contains(p.Interfaces[:i], name), field, "%q is there twice", name)
	}
	found.Required(p.LogKey != nil, "LogKey")
	found.Check(p.LogDays >= 0, "LogDays", "%d is negative; leave it out for %d", p.LogDays, defaultLogDays)
	return found.Err()
}
