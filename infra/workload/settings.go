package workload

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"fulcrum/design/catalogue"
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
	// ClientCA is a file with the certificates of the authorities whose clients the
	// option identity: mtls lets in, and ClientCRL one with what they have revoked,
	// both in PEM. Default: an authority and one client made up at deployment.
	ClientCA, ClientCRL string
	// Variant is a directory as Functions, with the next version of the service for
	// the options of release that run two side by side. Only NAME = api is taken from
	// it. Default: the version in Functions, which shows that nothing but chance tells
	// two alike apart.
	Variant string
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
	for name, path := range map[string]string{"clientCa": s.ClientCA, "clientCrl": s.ClientCRL} {
		if info, err := os.Stat(path); path != "" && (err != nil || info.IsDir()) {
			problems = append(problems, fmt.Errorf("-c %s=%s: there is no such file; give one in PEM", name, path))
		}
	}
	if s.Variant != "" {
		program := filepath.Join(s.Variant, functionAPI, "bootstrap")
		if _, err := os.Stat(program); err != nil {
			problems = append(problems, fmt.Errorf("-c variant=%s: there is no program %s; build the next version there with scripts/build-functions", s.Variant, program))
		}
	}
	if s.ClientCRL != "" && s.ClientCA == "" {
		problems = append(problems, errors.New("-c clientCrl: a list of revoked certificates is of no use without its authorities; give -c clientCa too"))
	}
	return errors.Join(problems...)
}

// Serves reports what a blueprint needs of the settings and does not find there.
func (s Settings) Serves(b catalogue.Blueprint) error {
	mtls, rest := catalogue.Choice{TradeOff: "identity", Option: "mtls"}, catalogue.Choice{TradeOff: "front-door", Option: "rest-api"}
	if b.Has(mtls) && b.Has(rest) && s.Domain == "" {
		return fmt.Errorf("%s cannot work with %s\n   API Gateway asks for client certificates under a domain of the API's own only, with a certificate from ACM (Mutual TLS authentication for REST APIs, Amazon API Gateway developer guide, read 2026-04-13)\n   give -c domain and -c hostedZone, or choose front-door: alb, or identity: cognito-authorizer", mtls, rest)
	}
	return nil
}
