package workload

import (
	"time"

	elbv2 "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"

	"fulcrum/constructs/loadbalancer"
	"fulcrum/constructs/slo"
	"fulcrum/design"
)

// loadBalancer defines the option alb.
func (w *workload) loadBalancer(b backend) door {
	routes := w.routes()
	if w.grpc() {
		routes = w.procedures()
	}
	lb := loadbalancer.New(w.stack, "FrontDoor", loadbalancer.Props{
		VPC:          w.network().VPC,
		Certificate:  w.certificate().ACM,
		Domain:       w.Settings.Domain,
		HostedZoneID: w.Settings.HostedZone,
		Handler:      b.function,
		Servers:      b.servers,
		Routes:       routes,
		Issuer:       w.users.Issuer(),
		JWKS:         w.users.JWKS(),
		Clients:      w.users.ClientIDs(),
		Split:        w.split(),
		Authority:    w.clients(),
		CORS:         len(w.origins()) > 0 && !w.grpc(),
		WebACL:       w.webACL(),
		AllowCIDRs:   w.letsIn("security-group", w.Design.Perimeter.IPv4()),
		IdleTimeout:  w.idleTimeout(),
		LogDays:      w.class(design.Telemetry).RetentionDays,
		Sandbox:      w.Settings.Sandbox,
	})
	if b.servers != nil {
		b.behind(lb.Targets)
	}
	m := lb.ALB.Metrics()
	failures := metrics(m.HttpCodeElb(elbv2.HttpCodeElb_ELB_5XX_COUNT, nil), m.HttpCodeTarget(elbv2.HttpCodeTarget_TARGET_5XX_COUNT, nil))
	if w.grpc() {
		failures = append(failures, w.faults(b.log))
	}
	return door{endpoint: lb.Endpoint(), metrics: slo.Metrics{
		Requests:    m.RequestCount(nil),
		Failures:    failures,
		Latency:     m.TargetResponseTime(nil),
		LatencyUnit: time.Second,
	}}
}
