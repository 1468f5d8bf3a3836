package edge

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"fulcrum/constructs/internal/props"
)

var country = regexp.MustCompile(`^[A-Z]{2}$`)

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.Origin != "", "Origin")
	found.Check(!strings.Contains(p.Origin, "/"), "Origin", "%q is not a host name; give it without scheme and path", p.Origin)
	found.Check(p.OriginPath == "" || strings.HasPrefix(p.OriginPath, "/") && !strings.HasSuffix(p.OriginPath, "/"), "OriginPath",
		"%q does not begin with a slash, or ends with one", p.OriginPath)
	for i, code := range p.Countries {
		found.Check(country.MatchString(code), fmt.Sprintf("Countries[%d]", i), "%q is not a country code of two capital letters", code)
	}
	found.Check((p.Certificate == nil) == (p.DomainName == ""), "Certificate", "a domain name and its certificate go together; give both or none")
	found.Check(p.HostedZoneID == "" || p.DomainName != "", "DomainName", "missing; it is what zone %s would point here", p.HostedZoneID)
	found.Check(p.WebACL == "" || *awscdk.Token_IsUnresolved(p.WebACL) || strings.Contains(p.WebACL, ":us-east-1:"), "WebACL",
		"%s is in another Region; CloudFront takes it from us-east-1", p.WebACL)
	found.Required(p.LogKey != nil, "LogKey")
	found.Check(p.LogDays >= 0, "LogDays", "%d is negative; leave it out for %d", p.LogDays, defaultLogDays)
	return found.Err()
}
