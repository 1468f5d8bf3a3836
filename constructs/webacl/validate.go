package webacl

import (
	"fmt"
	"net/netip"
	"regexp"

	"fulcrum/constructs/internal/props"
)

const (
	defaultLogDays = 30
	minRate        = 10
	maxRate        = 2_000_000_000
	maxCountries   = 50
	maxCIDRs       = 10_000
)

var country = regexp.MustCompile(`^[A-Z]{2}$`)

func (p Props) withDefaults() Props {
	if p.Scope == "" {
		p.Scope = Regional
	}
	if p.LogDays == 0 {
		p.LogDays = defaultLogDays
	}
	return p
}

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Check(p.Scope == "" || p.Scope == Regional || p.Scope == CloudFront, "Scope", "%q is neither %s nor %s", p.Scope, Regional, CloudFront)
	found.Check(p.RateLimit >= minRate && p.RateLimit <= maxRate, "RateLimit",
		"%d is not from %d to %d requests in 5 minutes", p.RateLimit, minRate, maxRate)
	checkCIDRs(&found, "AllowCIDRs", p.AllowCIDRs)
	checkCIDRs(&found, "DenyCIDRs", p.DenyCIDRs)
	checkCountries(&found, "AllowCountries", p.AllowCountries)
	checkCountries(&found, "DenyCountries", p.DenyCountries)
	found.Required(p.LogKey != nil || p.NoLog, "LogKey")
	found.Check(p.LogKey == nil || !p.NoLog, "NoLog", "there is a LogKey; leave one of them out")
	found.Check(p.LogDays >= 0, "LogDays", "%d is negative; leave it out for %d", p.LogDays, defaultLogDays)
	return found.Err()
}

func checkCIDRs(found *props.Problems, field string, cidrs []string) {
	found.Check(len(cidrs) <= maxCIDRs, field, "%d are more than the %d a set of addresses may have", len(cidrs), maxCIDRs)
	for i, cidr := range cidrs {
		prefix, err := netip.ParsePrefix(cidr)
		found.Check(err == nil, fmt.Sprintf("%s[%d]", field, i), "%q is not a range of addresses such as 192.0.2.0/24 or 2001:db8::/32", cidr)
		found.Check(err != nil || prefix.Bits() > 0, fmt.Sprintf("%s[%d]", field, i), "%q is every address, which a set cannot hold; leave out the list", cidr)
	}
}

func checkCountries(found *props.Problems, field string, codes []string) {
	found.Check(len(codes) <= maxCountries, field, "%d are more than the %d a rule may name", len(codes), maxCountries)
	for i, code := range codes {
		found.Check(country.MatchString(code), fmt.Sprintf("%s[%d]", field, i), "%q is not a country code of two capital letters", code)
	}
}
