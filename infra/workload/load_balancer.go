package workload

import (
	"path/filepath"
	"time"

	elbv2 "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"fulcrum/constructs/certificate"
	"fulcrum/constructs/loadbalancer"
	"fulcrum/constructs/network"
	"fulcrum/constructs/slo"
	"fulcrum/design"
)

// loadBalancer defines the option alb.
func (w *workload) loadBalancer(handler awslambda.IFunction) door {
	lb := loadbalancer.New(w.stack, "FrontDoor", loadbalancer.Props{
		VPC:          w.defineNetwork().VPC,
		Certificate:  w.defineCertificate().ACM,
		Domain:       w.Settings.Domain,
		HostedZoneID: w.Settings.HostedZone,
		Handler:      handler,
		Routes:       w.routes(),
		Issuer:       w.users.Issuer(),
		JWKS:         w.users.JWKS(),
		Clients:      w.users.ClientIDs(),
		CORS:         len(w.origins()) > 0,
		WebACL:       w.webACL(),
		LogDays:      w.class(design.Telemetry).RetentionDays,
		Sandbox:      w.Settings.Sandbox,
	})
	m := lb.ALB.Metrics()
	return door{lb.Endpoint(), slo.Metrics{
		Requests:    m.RequestCount(nil),
		Failures:    metrics(m.HttpCodeElb(elbv2.HttpCodeElb_ELB_5XX_COUNT, nil), m.HttpCodeTarget(elbv2.HttpCodeTarget_TARGET_5XX_COUNT, nil)),
		Latency:     m.TargetResponseTime(nil),
		LatencyUnit: time.Second,
	}}
}

// defineNetwork defines the network that load balancers and servers stand in.
func (w *workload) defineNetwork() *network.Network {
	return network.New(w.stack, "Network", network.Props{
		LogKey:  w.key(design.Telemetry),
		LogDays: w.class(design.Telemetry).RetentionDays,
		Sandbox: w.Settings.Sandbox,
	})
}

// defineCertificate defines what the load balancer proves its name with: what the
// settings give or, for want of a domain, a self-signed certificate.
func (w *workload) defineCertificate() *certificate.Certificate {
	p := certificate.Props{
		ARN:          w.Settings.CertificateARN,
		Domain:       w.Settings.Domain,
		HostedZoneID: w.Settings.HostedZone,
		LogDays:      w.class(design.Telemetry).RetentionDays,
		Sandbox:      w.Settings.Sandbox,
	}
	switch {
	case p.ARN != "":
		p.Domain, p.HostedZoneID = "", ""
	case p.Domain == "":
		p.Directory = filepath.Join(w.Settings.Functions, functionCertificate)
		p.Key = w.key(design.Telemetry)
	}
	c := certificate.New(w.stack, "Certificate", p)
	if c.SelfSigned {
		w.output("CertificateText", "Certificate that clients of this sandbox must be told to trust", c.PEM)
	}
	return c
}
