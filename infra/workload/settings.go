package workload

import (
	"errors"
	"fmt"
	"regexp"
)

// Settings are what a deployment decides, apart from the design.
type Settings struct {
	// Sandbox makes everything removable by `cdk destroy`. Otherwise stores are
	// protected and kept.
	Sandbox bool
	// Domain and HostedZone (its id, "Z…") give the load balancer a name and an
	// ACM certificate; CertificateARN gives it one that exists.
	// Default: a self-signed certificate, which only a sandbox should use.
	Domain, HostedZone, CertificateARN string
	// Functions is the directory that holds NAME/bootstrap of each function.
	Functions string
}

var (
	domainName     = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`)
	zoneID         = regexp.MustCompile(`^Z[A-Z0-9]{1,31}$`)
	certificateARN = regexp.MustCompile(`^arn:aws:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$`)
)

// Validate reports every setting that cannot be used.
func (s Settings) Validate() error {
	var problems []error
	matches := func(name, value string, pattern *regexp.Regexp, example string) {
		if value != "" && !pattern.MatchString(value) {
			problems = append(problems, fmt.Errorf("-c %s=%s: not understood; give it like %s", name, value, example))
		}
	}
	matches("domain", s.Domain, domainName, "api.example.com")
	matches("hostedZone", s.HostedZone, zoneID, "Z0123456789ABCDEFGHIJ, the id that `aws route53 list-hosted-zones` prints")
	matches("certificateArn", s.CertificateARN, certificateARN, "arn:aws:acm:eu-west-1:123456789012:certificate/…")
	if s.CertificateARN == "" && (s.Domain == "") != (s.HostedZone == "") {
		problems = append(problems, errors.New("-c domain and -c hostedZone: only one of them is given; give both, or -c certificateArn, or neither for a sandbox certificate"))
	}
	return errors.Join(problems...)
}
