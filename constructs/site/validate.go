package site

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"fulcrum/constructs/internal/props"
)

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.Key != nil, "Key")
	if p.ReplacedDays == 0 {
		found.Required(false, "ReplacedDays")
	} else {
		found.Check(p.ReplacedDays > 0, "ReplacedDays", "%d is negative; give the days of the data class", p.ReplacedDays)
	}
	found.Check(p.LogDays >= 0, "LogDays", "%d is negative; leave it out for %d", p.LogDays, defaultLogDays)
	found.Check(p.Certificate == nil || len(p.DomainNames) > 0, "DomainNames",
		"missing; a certificate serves the names given here")
	found.Check(p.Certificate != nil || len(p.DomainNames) == 0, "Certificate",
		"missing; %s needs one", strings.Join(p.DomainNames, ", "))
	if p.Certificate != nil {
		arn := p.Certificate.CertificateArn()
		found.Check(*awscdk.Token_IsUnresolved(arn) || strings.Contains(*arn, ":us-east-1:"), "Certificate",
			"%s is in another Region; CloudFront takes certificates from us-east-1", *arn)
	}
	for i, origin := range p.APIOrigins {
		field := fmt.Sprintf("APIOrigins[%d]", i)
		if *awscdk.Token_IsUnresolved(origin) {
			continue
		}
		found.Check(strings.HasPrefix(origin, "https://") || strings.HasPrefix(origin, "wss://"), field,
			"%q is not https:// or wss://", origin)
		found.Check(!strings.ContainsAny(origin, " ;,'\""), field,
			"%q has a character that means something in a content security policy; give scheme and host", origin)
	}
	if p.Reads != nil {
		found.Required(p.Reads.Origin != "", "Reads.Origin")
		found.Required(len(p.Reads.Paths) > 0, "Reads.Paths")
		found.Check(p.Reads.Age >= time.Second && p.Reads.Age <= 24*time.Hour && p.Reads.Age%time.Second == 0, "Reads.Age",
			"%v is not whole seconds from 1s to 24h", p.Reads.Age)
	}
	return found.Err()
}
