// Package webacl defines an AWS WAF web ACL: managed rules against common
// attacks, a rate limit for each address, and lists of addresses and countries.
//
// A web ACL guards REST APIs, load balancers, user pools and distributions, not
// HTTP APIs. It sees the first 8 KB of a body behind a load balancer and 16 KB
// elsewhere. One of the common rules refuses bodies over 8 KB, so that nothing
// passes unseen; an API that takes more than that sets LargeBodies. Another refuses
// requests without a User-Agent, which programs have to be told.
//
// https://docs.aws.amazon.com/waf/latest/developerguide/waf-oversize-request-components.html
package webacl

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"

	"fulcrum/constructs/keys"
)

// Scope says what a web ACL can guard.
type Scope string

// Scopes. A web ACL for distributions must be defined in us-east-1.
const (
	Regional   Scope = "REGIONAL"
	CloudFront Scope = "CLOUDFRONT"
)

// Props configures a WebACL. The zero value of an optional field means its
// default.
type Props struct {
	// Scope says what is guarded. Default: Regional.
	Scope Scope
	// RateLimit is how many requests one address may send in 5 minutes before it
	// is blocked until it slows down, from 10 to 2,000,000,000. Required.
	RateLimit int
	// AllowCIDRs are the only addresses let in, IPv4 or IPv6; beside AllowCountries
	// they are let in wherever they are. The other rules still hold for them.
	// Default: every address.
	AllowCIDRs []string
	// DenyCIDRs are addresses kept out. Default: none.
	DenyCIDRs []string
	// AllowCountries are the only countries let in, as ISO 3166 codes of two
	// letters, and the addresses of AllowCIDRs besides. Default: every country.
	AllowCountries []string
	// DenyCountries are countries kept out. Default: none.
	DenyCountries []string
	// LargeBodies lets bodies over 8 KB in, of which only the beginning is
	// inspected. Default: they are refused.
	LargeBodies bool
	// NoLog keeps no log and no samples of requests, where they may not rest: those of
	// CloudFront rest in us-east-1. What is counted stays. Default: blocked requests
	// are logged.
	NoLog bool
	// LogKey encrypts the log. Required, unless NoLog.
	LogKey *keys.Key
	// LogDays is how long the log is kept, rounded down to a period that
	// CloudWatch Logs has. Default: 30 days.
	LogDays int
	// Sandbox deletes the log with its stack. Default: it stays.
	Sandbox bool
}

// WebACL is a web ACL and the resources defined with it.
type WebACL struct {
	ACL awswafv2.CfnWebACL
	// Log is nil with Props.NoLog.
	Log awslogs.LogGroup
}

// New defines a web ACL called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *WebACL { return build(scope, id, p) }
