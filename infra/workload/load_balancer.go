package workload

import (
	"path/filepath"
	"time"

	elbv2 "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/certificate"
	"fulcrum/constructs/loadbalancer"
	"fulcrum/constructs/network"
	"fulcrum/constructs/slo"
)

// loadBalancer defines the option alb.
func (w *workload) loadBalancer(handler awslambda.IFunction) door {
	lb := loadbalancer.New(w.stack, "FrontDoor", loadbalancer.Props{
		VPC:         w.defineNetwork().VPC,
		Certificate: w.defineCertificate().ACM,
		Domain:      w.Settings.Domain,
		Handler:     handler,
		Routes:      w.routes(),
		Issuer:      w.users.Issuer(),
		JWKS:        w.users.JWKS(),
		Clients:     w.users.ClientIDs(),
		CORS:        len(w.origins()) > 0,
		WebACL:      w.webACL(),
		LogDays:     w.class(classTelemetry).RetentionDays,
		Sandbox:     w.Settings.Sandbox,
	})
	w.defineName(lb)
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
		LogKey:  w.key(classTelemetry),
		LogDays: w.class(classTelemetry).RetentionDays,
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
		LogDays:      w.class(classTelemetry).RetentionDays,
		Sandbox:      w.Settings.Sandbox,
	}
	switch {
	case p.ARN != "":
		p.Domain, p.HostedZoneID = "", ""
	case p.Domain == "":
		p.Directory = filepath.Join(w.Settings.Functions, functionCertificate)
		p.Key = w.key(classTelemetry)
	}
	c := certificate.New(w.stack, "Certificate", p)
	if c.SelfSigned {
		w.output("CertificateText", "Certificate that clients of this sandbox must be told to trust", c.PEM)
	}
	return c
}

// defineName points the domain at the load balancer, where its zone is known.
func (w *workload) defineName(lb *loadbalancer.LoadBalancer) {
	if w.Settings.Domain == "" || w.Settings.HostedZone == "" {
		return
	}
	awsroute53.NewCfnRecordSet(w.stack, jsii.String("Name"), &awsroute53.CfnRecordSetProps{
		Name:         jsii.String(w.Settings.Domain),
		Type:         jsii.String("A"),
		HostedZoneId: jsii.String(w.Settings.HostedZone),
		AliasTarget: &awsroute53.CfnRecordSet_AliasTargetProperty{
			DnsName:      lb.ALB.LoadBalancerDnsName(),
			HostedZoneId: lb.ALB.LoadBalancerCanonicalHostedZoneId(),
		},
	})
}
