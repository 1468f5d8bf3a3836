// Package loadbalancer defines an internet-facing Application Load Balancer that
// terminates TLS 1.3, verifies tokens and forwards known routes to one function
// or to a group of servers.
//
// Choose it over packages httpapi and restapi for traffic that is high and
// steady: it has an hourly price and next to none per request. It also speaks
// HTTP/2, WebSocket and gRPC to servers. It has no throttle of its own, so give
// it a web ACL with a rate limit; that sees the first 8 KB of a body.
//
// # Tokens
//
// The load balancer verifies signature, issuer, expiry, client and scope of the
// token on each route that is not public, and answers 401 otherwise. It passes no
// claims on, so the handler reads the token again. It fetches the issuer's keys
// over the internet, and refuses every token if there are more than 10 of them.
//
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-verify-jwt.html
//
// # Logs
//
// Access and connection logs go to a bucket, which may be under S3's own key
// only. Their newer delivery, to CloudWatch Logs, would allow a customer-managed
// key at many times the price. The bucket outlives its stack in every stage,
// since CloudFormation deletes empty buckets only, and empties itself as its
// objects expire.
//
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-logs.html
package loadbalancer

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	elbv2 "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"

	"fulcrum/constructs/clientca"
	"fulcrum/constructs/route"
	"fulcrum/constructs/webacl"
)

// Props configures a LoadBalancer. The zero value of an optional field means its
// default.
type Props struct {
	// VPC has public subnets in two or more Availability Zones. Required.
	VPC awsec2.IVpc
	// Certificate is for the name that clients call. Required.
	Certificate awscertificatemanager.ICertificate
	// Domain is that name. Default: the load balancer's own, for which no public
	// authority gives out certificates.
	Domain string
	// HostedZoneID is the Route 53 zone in which Domain becomes an alias of the
	// load balancer, "Z…". Default: none, Domain is pointed here by other means.
	HostedZoneID string
	// Handler receives every request, with multi-value headers. Required, unless
	// there are Servers.
	Handler awslambda.IFunction
	// Servers receive every request. Required, unless there is a Handler.
	Servers *Servers
	// Split gives some of the requests to another function than Handler.
	// Default: Handler receives all.
	Split *Split
	// Routes are the operations offered; everything else is answered with status
	// 404. Required. The load balancer neither throttles nor validates, so Rate,
	// Burst, APIKey and Body of a route are not used.
	Routes []route.Route
	// Issuer is the "iss" of tokens. Required, unless every route is public.
	Issuer string
	// JWKS is the URL of the public keys that tokens are verified with, https and
	// publicly reachable. Required, unless every route is public.
	JWKS string
	// Clients are the "client_id" of tokens that are taken, at most 10.
	// Default: any client of the issuer.
	Clients []string
	// Authority issued the certificates that clients must show.
	// Default: clients need none.
	Authority *clientca.Authority
	// CORS forwards preflight requests, which carry no token, for the handler or
	// the servers to answer. A browser cannot read the load balancer's own 401 of
	// another origin; it sees that the call failed.
	CORS bool
	// IdleTimeout is how long a connection may be silent, whole seconds up to 4,000.
	// Default: Elastic Load Balancing's, 60 seconds.
	IdleTimeout time.Duration
	// AllowCIDRs are the addresses that may connect. Default: any.
	AllowCIDRs []string
	// WebACL guards the load balancer. Default: none.
	WebACL *webacl.WebACL
	// LogDays is how long access and connection logs are kept. Default: 30 days.
	LogDays int
	// Sandbox lets the load balancer be deleted with its stack.
	// Default: it is protected from deletion.
	Sandbox bool
}

// TargetType says how servers are addressed.
type TargetType string

// Target types: containers and other addresses, or EC2 instances.
const (
	IP       TargetType = "ip"
	Instance TargetType = "instance"
)

// Algorithm says how a load balancer chooses the server of a request.
//
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#modify-routing-algorithm
type Algorithm string

// Algorithms: in turn, by requests that wait for an answer, or at random.
const (
	RoundRobin       Algorithm = "round_robin"
	LeastOutstanding Algorithm = "least_outstanding_requests"
	WeightedRandom   Algorithm = "weighted_random"
)

// Servers are what a load balancer forwards to if not a function.
type Servers struct {
	// Type says how they are addressed. Required.
	Type TargetType
	// Port is where they listen. Required.
	Port int
	// TLS says that they speak TLS; the load balancer takes any certificate of
	// theirs. Default: plain HTTP within the VPC.
	TLS bool
	// HealthPath answers a GET with status 200 when a server is well, for example
	// "/health"; with GRPC it is the method that answers with status OK, for example
	// "/grpc.health.v1.Health/Check". Required.
	HealthPath string
	// Algorithm chooses the server of a request. Default: RoundRobin.
	Algorithm Algorithm
	// SlowStart is how long a new server is sent fewer requests than the others, more
	// and more: whole seconds from 30 seconds to 15 minutes, with RoundRobin only.
	// Default: it gets its full share at once.
	SlowStart time.Duration
	// Mitigation sends fewer requests to a server that answers with more errors than
	// the others, with WeightedRandom only. Default: all get as many.
	Mitigation bool
	// Stickiness is how long a client's requests go to the server that answered its
	// last one, by a cookie of the load balancer: whole seconds up to 7 days, not with
	// WeightedRandom. Default: Algorithm chooses for each request.
	Stickiness time.Duration
	// GRPC says that they speak gRPC and nothing else. A load balancer then takes
	// HTTP/2 only and can do nothing with a request but forward it, so that the
	// servers must verify tokens; every route is a method, "POST /package.Service/Name",
	// and Public. Default: HTTP/1.1.
	GRPC bool
	// Targets are services or groups that register their servers themselves.
	// Default: none, add them to LoadBalancer.Targets.
	Targets []elbv2.IApplicationLoadBalancerTarget
}

// LoadBalancer is a load balancer and the resources defined with it.
type LoadBalancer struct {
	ALB           elbv2.ApplicationLoadBalancer
	SecurityGroup awsec2.SecurityGroup
	HTTPS         elbv2.ApplicationListener
	Targets       elbv2.ApplicationTargetGroup
	// Next is the group of the split's handler; nil without one.
	Next elbv2.ApplicationTargetGroup
	// Logs holds access and connection logs.
	Logs awss3.Bucket

	domain string
}

// New defines a load balancer called id within scope. It panics if props are
// invalid.
func New(scope constructs.Construct, id string, p Props) *LoadBalancer { return build(scope, id, p) }

// Endpoint returns the load balancer's URL, without a slash at its end.
func (l *LoadBalancer) Endpoint() string { return "https://" + l.domain }
