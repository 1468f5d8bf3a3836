// Package edge defines a CloudFront distribution in front of an API, as a perimeter:
// with a web ACL, or for listed countries only, where the API itself has neither.
//
// Choose a REST API's or a load balancer's own web ACL where no edge is wanted: it
// costs nothing for each request but its own.
//
// # Nobody passes by it
//
// An HTTP API's own endpoint stays on the internet: it can only be switched off in
// favour of a custom domain, which is on the internet just the same. So the
// distribution sends a secret along that clients cannot know, and the code behind
// the API refuses requests without it (package web). Secrets Manager makes the
// secret, the distribution gets it at deployment by a dynamic reference, and the
// code reads it by the ARN in its environment. Whoever may read the distribution's
// configuration can read it, and then pass by the perimeter, not by the tokens. To
// replace it, change the secret's value, deploy the distribution, and start the code
// anew.
//
// # TLS and caching
//
// With a certificate viewers speak TLS 1.3 only. Without one a function at the edge
// refuses what came over less than TLS 1.2, as in package site. It has to see the
// version, which goes by the cache policy; that asks for a TTL, so answers that
// allow it are kept for one second, for the same token only. The API's own answers
// do not allow it.
package edge

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/constructs-go/constructs/v10"

	"fulcrum/constructs/keys"
)

// SecretHeader is the request header that the distribution sends the secret in.
const SecretHeader = "X-Origin-Secret"

// Props configures an Edge. The zero value of an optional field means its default.
type Props struct {
	// Origin is the host name of the API, OriginPath what its paths begin with, for
	// example "/live". Origin is required.
	Origin, OriginPath string
	// WebACL is the ARN of a web ACL for distributions, from us-east-1.
	// Default: none.
	WebACL string
	// Countries are the only ones let in, as ISO 3166 codes of two letters. Who
	// cannot be placed is let in. Default: every country.
	Countries []string
	// DomainName is the name the distribution answers to, and Certificate one for it
	// from us-east-1. Default: the name CloudFront makes up.
	DomainName  string
	Certificate awscertificatemanager.ICertificate
	// HostedZoneID is the public Route 53 zone in which DomainName becomes an alias of
	// the distribution. Default: DomainName is pointed there by other means.
	HostedZoneID string
	// LogKey encrypts the access log. Required.
	LogKey *keys.Key
	// LogDays is how long the access log is kept. Default: 90 days.
	LogDays int
	// PriceClass chooses the edge locations.
	// Default: those in North America and Europe, the cheapest.
	PriceClass awscloudfront.PriceClass
}

// Edge is a distribution in front of an API and the resources defined with it.
type Edge struct {
	Distribution awscloudfront.Distribution
	Logs         awss3.Bucket

	domain string
}

// Secret is what a distribution proves itself with to the code behind the API. It
// is defined before both.
type Secret struct{ value awssecretsmanager.Secret }

// NewSecret defines a secret called id within scope, under a key. A sandbox deletes
// it with its stack; otherwise it stays.
func NewSecret(scope constructs.Construct, id string, key *keys.Key, sandbox bool) Secret {
	return newSecret(scope, id, key, sandbox)
}

// New defines a distribution called id within scope, which sends the secret along.
// It panics if props are invalid.
func New(scope constructs.Construct, id string, secret Secret, p Props) *Edge {
	return build(scope, id, secret, p)
}

// Endpoint returns the distribution's URL, without a slash at its end.
func (e *Edge) Endpoint() string { return "https://" + e.domain }

// ARN returns the ARN of the secret.
func (s Secret) ARN() string { return *s.value.SecretArn() }

// GrantRead lets grantee read the secret.
func (s Secret) GrantRead(grantee awsiam.IGrantable) { s.value.GrantRead(grantee, nil) }
