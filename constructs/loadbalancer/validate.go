package loadbalancer

import (
	"cmp"
	"fmt"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/route"
)

const defaultLogDays = 30

var (
	domainName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`)
	zoneID     = regexp.MustCompile(`^Z[A-Z0-9]{1,31}$`)
)

func (p Props) withDefaults() Props {
	if p.LogDays == 0 {
		p.LogDays = defaultLogDays
	}
	return p
}

// protects says whether any route needs a token.
func (p Props) protects() bool { return len(route.Scopes(p.Routes)) > 0 }

// peers returns who may connect.
func (p Props) peers() []awsec2.IPeer {
	if len(p.AllowCIDRs) == 0 {
		return []awsec2.IPeer{awsec2.Peer_AnyIpv4()}
	}
	peers := make([]awsec2.IPeer, 0, len(p.AllowCIDRs))
	for _, cidr := range p.AllowCIDRs {
		peers = append(peers, awsec2.Peer_Ipv4(jsii.String(cidr)))
	}
	return peers
}

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.VPC != nil, "VPC")
	if p.VPC != nil {
		n := len(*p.VPC.PublicSubnets())
		found.Check(n >= 2, "VPC", "has %d public subnets; a load balancer needs two, in different Availability Zones", n)
	}
	found.Required(p.Certificate != nil, "Certificate")
	found.Check(p.Domain == "" || domainName.MatchString(p.Domain), "Domain", "%q is not a domain name such as api.example.org", p.Domain)
	found.Check(p.HostedZoneID == "" || zoneID.MatchString(p.HostedZoneID), "HostedZoneID", "%q is not the id of a hosted zone, which begins with Z", p.HostedZoneID)
	found.Check(p.HostedZoneID == "" || p.Domain != "", "Domain", "missing; it is what zone %s would point here", p.HostedZoneID)
	found.Check((p.Handler == nil) != (p.Servers == nil), "Handler", "give a Handler or Servers, and not both")
	if p.Servers != nil {
		p.Servers.check(&found)
	}
	if p.Split != nil {
		p.Split.check(&found)
		found.Check(p.Handler != nil, "Split", "shares the requests of a Handler, and there is none")
	}
	route.Check(&found, "Routes", p.Routes)
	p.checkRules(&found)
	p.checkGRPC(&found)
	if p.protects() {
		checkURL(&found, "Issuer", p.Issuer)
		checkURL(&found, "JWKS", p.JWKS)
	}
	found.Check(len(p.Clients) <= maxClaims, "Clients", "%d are more than the %d that a token can be compared with", len(p.Clients), maxClaims)
	for i, cidr := range p.AllowCIDRs {
		prefix, err := netip.ParsePrefix(cidr)
		found.Check(err == nil && prefix.Addr().Is4(), fmt.Sprintf("AllowCIDRs[%d]", i), "%q is not a range of IPv4 addresses such as 192.0.2.0/24", cidr)
	}
	found.Check(p.IdleTimeout == 0 || p.IdleTimeout >= time.Second && p.IdleTimeout <= 4000*time.Second && p.IdleTimeout%time.Second == 0, "IdleTimeout",
		"%v is not whole seconds up to 4,000; leave it out for a minute", p.IdleTimeout)
	found.Check(p.LogDays >= 0, "LogDays", "%d is negative; leave it out for %d", p.LogDays, defaultLogDays)
	return found.Err()
}

func (s Servers) check(found *props.Problems) {
	found.Check(s.Type == IP || s.Type == Instance, "Servers.Type", "%q is neither %s nor %s", s.Type, IP, Instance)
	found.Check(s.Port > 0 && s.Port < 1<<16, "Servers.Port", "%d is not from 1 to 65535", s.Port)
	found.Check(strings.HasPrefix(s.HealthPath, "/"), "Servers.HealthPath", "%q does not begin with a slash", s.HealthPath)
	s.checkBalance(found)
}

// checkBalance adds what the target group would refuse, at deployment.
//
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
func (s Servers) checkBalance(found *props.Problems) {
	known := []Algorithm{"", RoundRobin, LeastOutstanding, WeightedRandom}
	found.Check(slices.Contains(known, s.Algorithm), "Servers.Algorithm", "%q is none of %v; leave it out for %s", s.Algorithm, known[1:], RoundRobin)
	if s.SlowStart != 0 {
		found.Check(s.SlowStart >= 30*time.Second && s.SlowStart <= 15*time.Minute && s.SlowStart%time.Second == 0, "Servers.SlowStart",
			"%v is not whole seconds from 30s to 15m; leave it out for none", s.SlowStart)
		found.Check(cmp.Or(s.Algorithm, RoundRobin) == RoundRobin, "Servers.SlowStart", "does not go with %s; it is for %s only", s.Algorithm, RoundRobin)
	}
	found.Check(!s.Mitigation || s.Algorithm == WeightedRandom, "Servers.Mitigation", "does not go with %s; it is for %s only", cmp.Or(s.Algorithm, RoundRobin), WeightedRandom)
	if s.Stickiness != 0 {
		found.Check(s.Stickiness >= time.Second && s.Stickiness <= 7*24*time.Hour && s.Stickiness%time.Second == 0, "Servers.Stickiness",
			"%v is not whole seconds up to 7 days; leave it out for none", s.Stickiness)
		found.Check(s.Algorithm != WeightedRandom, "Servers.Stickiness", "does not go with %s; choose %s or %s", s.Algorithm, RoundRobin, LeastOutstanding)
	}
}

// checkGRPC adds the routes that a load balancer cannot serve in front of servers
// that speak gRPC: what is no call of a method, and what it would have to verify.
//
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#target-group-protocol-version
func (p Props) checkGRPC(found *props.Problems) {
	if p.Servers == nil || !p.Servers.GRPC {
		return
	}
	for i, r := range p.Routes {
		field := fmt.Sprintf("Routes[%d]", i)
		found.Check(r.Method == http.MethodPost, field, "%s is no method of gRPC, which are all called by POST", r.Key())
		found.Check(r.Public, field, "%s asks for a token, which a load balancer does not verify of gRPC; make it Public and let the servers verify", r.Key())
	}
	found.Check(!p.CORS, "CORS", "preflight requests are no gRPC; leave it out")
}

func (p Props) checkRules(found *props.Problems) {
	list := rules(p.Routes)
	n := len(list)
	if p.CORS {
		n++
	}
	n *= len(p.ways())
	found.Check(n <= maxRules, "Routes", "need %d listener rules, more than the %d a load balancer may have", n, maxRules)
	for _, r := range list {
		found.Check(len(r.scope) <= maxClaimLen, "Routes", "scope %q is longer than %d characters", r.scope, maxClaimLen)
		for _, path := range r.paths {
			found.Check(len(path) <= maxPattern, "Routes", "%s %s is longer than the %d characters a condition may have", r.method, path, maxPattern)
		}
	}
}

func checkURL(found *props.Problems, field, url string) {
	if url == "" {
		found.Check(false, field, "missing; it is required by the routes that are not public")
		return
	}
	if strings.Contains(url, "${Token[") {
		return // known at deployment only
	}
	found.Check(strings.HasPrefix(url, "https://") && len(url) <= maxClaimLen, field, "%q is not an https URL of up to %d characters", url, maxClaimLen)
}
