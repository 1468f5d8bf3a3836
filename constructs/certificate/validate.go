package certificate

import (
	"regexp"
	"strings"

	"fulcrum/constructs/internal/props"
)

var (
	arn        = regexp.MustCompile(`^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$`)
	domainName = regexp.MustCompile(`^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`)
	zoneID     = regexp.MustCompile(`^Z[A-Z0-9]{1,31}$`)
)

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	ways := 0
	for _, given := range []string{p.ARN, p.Domain, p.Directory} {
		if given != "" {
			ways++
		}
	}
	found.Check(ways == 1, "ARN", "give one of ARN, Domain and Directory, not %d of them", ways)
	found.Check(p.ARN == "" || arn.MatchString(p.ARN) || strings.Contains(p.ARN, "${Token["), "ARN", "%q is not the ARN of an ACM certificate", p.ARN)
	if p.Domain != "" {
		found.Check(domainName.MatchString(p.Domain) && len(p.Domain) <= 64, "Domain", "%q is not a domain name of up to 64 characters such as api.example.org", p.Domain)
		found.Check(zoneID.MatchString(p.HostedZoneID), "HostedZoneID", "%q is not the id of a hosted zone, which begins with Z; %s is proven in it", p.HostedZoneID, p.Domain)
	} else {
		found.Check(p.HostedZoneID == "", "HostedZoneID", "%q is of no use without a Domain", p.HostedZoneID)
	}
	if p.Directory != "" {
		found.Required(p.Key != nil, "Key")
	}
	return found.Err()
}
