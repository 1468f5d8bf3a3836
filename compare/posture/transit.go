package posture

import (
	"fmt"
	"slices"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/compare/cost"
	"fulcrum/compare/evidence"
	"fulcrum/compare/facts"
	"fulcrum/design/role"
)

// Hop is one leg of data over a network.
type Hop struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Floor is the lowest TLS version the hop accepts: "TLS 1.3"; "none" for plain
	// text; "unknown" where neither template nor facts say.
	Floor string `json:"floor"`
	// Public hops leave AWS's network.
	Public bool `json:"public"`
	// Remark qualifies the floor.
	Remark   string          `json:"remark,omitempty"`
	Evidence []evidence.Item `json:"evidence,omitempty"`
}

// OK reports whether the hop accepts nothing below TLS 1.2, or refuses to serve
// what arrives below it.
func (h Hop) OK() bool {
	return h.Floor == tls12 || h.Floor == tls13 || strings.HasPrefix(h.Remark, refused)
}

const (
	tls10, tls11, tls12, tls13 = "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"
	unknownFloor               = "unknown"
	refused                    = "content refused below TLS 1.2"
)

// Sources of TLS floors that no setting of a template says.
var (
	awsEndpoints = evidence.Item{
		Claim:  "AWS API endpoints take TLS 1.2 or newer",
		Source: "TLS 1.2 to become the minimum TLS protocol level for all AWS API endpoints, AWS Security Blog",
		AsOf:   "2022-07-20", Confidence: facts.SourcedAWS,
	}
	cloudFrontDefault = evidence.Item{
		Claim:  "CloudFront's own certificate fixes the security policy at TLSv1",
		Source: "use-secure-tls-policy, tfsec 1.20.1: with the default certificate the API takes only TLSv1",
		AsOf:   "2022-04-01", Confidence: facts.SourcedSecondary,
	}
)

func inTransit(s *assembly.Stack, book *facts.Book) []Hop {
	var out []Hop
	for _, r := range s.OfRole(role.FrontDoor, role.Realtime) {
		if r.Type == "AWS::Lambda::Function" {
			continue // behind the API, which clients speak to
		}
		out = append(out, doorHops(s, r, book)...)
	}
	for _, r := range s.OfType("AWS::CloudFront::Distribution") {
		out = append(out, distributionHop(s, r))
	}
	for _, r := range cost.Presigned(s) {
		out = append(out, bucketHop(s, r))
	}
	for _, r := range s.OfType("AWS::Cognito::UserPool") {
		out = append(out, Hop{From: "client", To: r.ID, Floor: tls12, Public: true, Evidence: []evidence.Item{awsEndpoints}})
	}
	out = append(out, serverHops(s)...)
	seen := map[[2]string]bool{}
	for _, h := range out {
		seen[[2]string{h.From, h.To}] = true
	}
	for _, h := range s.Hops() {
		if h.From.Role == "" || h.To.Role == "" || seen[[2]string{h.From.ID, h.To.ID}] || !calls(h) {
			continue
		}
		seen[[2]string{h.From.ID, h.To.ID}] = true
		out = append(out, Hop{From: h.From.ID, To: h.To.ID, Floor: tls12, Remark: "inside AWS", Evidence: []evidence.Item{awsEndpoints, evidence.Template(h.Via.Path(), "wires the two")}})
	}
	return out
}

// bucketHop is the hop from clients to a bucket: what its policy refuses below.
func bucketHop(s *assembly.Stack, r *assembly.Resource) Hop {
	hop := Hop{From: "client", To: r.ID, Floor: "none", Public: true}
	for _, p := range s.OfType("AWS::S3::BucketPolicy") {
		if !slices.Contains(s.Mentions(p, "Bucket"), r) {
			continue
		}
		for _, statement := range p.List("PolicyDocument", "Statement") {
			if assembly.Text(assembly.Dig(statement, "Effect")) != "Deny" {
				continue
			}
			if assembly.Text(assembly.Dig(statement, "Condition", "Bool", "aws:SecureTransport")) == "false" && hop.Floor == "none" {
				hop.Floor = tls12
				hop.Evidence = []evidence.Item{awsEndpoints, evidence.Template(p.Path("PolicyDocument"), "aws:SecureTransport false is refused")}
			}
			if least := assembly.Text(assembly.Dig(statement, "Condition", "NumericLessThan", "s3:TlsVersion")); least == "1.2" || least == "1.3" {
				hop.Floor = "TLS " + least
				hop.Evidence = []evidence.Item{evidence.Template(p.Path("PolicyDocument"), "s3:TlsVersion below "+least+" is refused")}
			}
		}
	}
	return hop
}

// calls leaves out what connects without sending data over TLS of its own.
func calls(h assembly.Hop) bool {
	return h.To.Role != role.Perimeter && h.To.Role != role.Logs
}

// Door returns the public hop from clients to a front door, the weakest if it has
// several. r may be nil, for a stack without one.
func Door(s *assembly.Stack, r *assembly.Resource, book *facts.Book) Hop {
	if r == nil {
		return Hop{Floor: unknownFloor}
	}
	hops := doorHops(s, r, book)
	return slices.MinFunc(hops, func(a, b Hop) int { return strings.Compare(rank(a), rank(b)) })
}

func rank(h Hop) string {
	if h.Floor == "none" {
		return ""
	}
	return h.Floor
}

func doorHops(s *assembly.Stack, r *assembly.Resource, book *facts.Book) []Hop {
	hop := Hop{From: "client", To: r.ID, Floor: unknownFloor, Public: true}
	switch r.Type {
	case "AWS::ApiGatewayV2::Api":
		service := "http-api"
		if r.Text("ProtocolType") == "WEBSOCKET" {
			service = "websocket-api"
		}
		if f, err := book.Feature(service, "security-policies"); err == nil {
			hop.Floor = tls12
			hop.Evidence = []evidence.Item{evidence.Fact(f.Name+": "+f.Detail, f.Origin)}
		}
	case "AWS::ApiGateway::RestApi":
		policy := r.Text("SecurityPolicy")
		hop.Floor = version(policy)
		hop.Evidence = []evidence.Item{evidence.Template(r.Path("SecurityPolicy"), "SecurityPolicy "+policy)}
		if policy == "" {
			hop.Floor = tls10
			if f, err := book.Feature("rest-api", "security-policies"); err == nil {
				hop.Evidence = []evidence.Item{evidence.Fact(f.Name, f.Origin)}
			}
		}
	case "AWS::ElasticLoadBalancingV2::LoadBalancer":
		return listenerHops(s, r)
	case "AWS::Lambda::Url":
		hop.Floor, hop.Evidence = tls12, []evidence.Item{awsEndpoints}
	}
	return []Hop{hop}
}

func listenerHops(s *assembly.Stack, lb *assembly.Resource) []Hop {
	var out []Hop
	for _, l := range s.OfType("AWS::ElasticLoadBalancingV2::Listener") {
		if !slices.Contains(l.Refers, lb.ID) {
			continue
		}
		hop := Hop{From: "client", To: lb.ID, Public: lb.Text("Scheme") != "internal"}
		switch l.Text("Protocol") {
		case "HTTPS", "TLS":
			policy := l.Text("SslPolicy")
			hop.Floor = version(policy)
			hop.Evidence = []evidence.Item{evidence.Template(l.Path("SslPolicy"), "SslPolicy "+policy)}
			if policy == "" { // the default policy, ELBSecurityPolicy-2016-08, takes TLS 1.0
				hop.Floor = tls10
			}
		default:
			if assembly.Text(assembly.Dig(l.Get("DefaultActions"), "Type")) == "redirect" {
				continue // nothing but a redirect to HTTPS is served
			}
			hop.Floor = "none"
			hop.Evidence = []evidence.Item{evidence.Template(l.Path("Protocol"), "Protocol "+l.Text("Protocol"))}
		}
		out = append(out, hop)
	}
	if len(out) == 0 {
		out = []Hop{{From: "client", To: lb.ID, Floor: unknownFloor, Public: true}}
	}
	return out
}

func distributionHop(s *assembly.Stack, r *assembly.Resource) Hop {
	hop := Hop{From: "client", To: r.ID, Public: true}
	certificate := []string{"DistributionConfig", "ViewerCertificate", "MinimumProtocolVersion"}
	if policy := r.Text(certificate...); policy != "" && !r.Flag("DistributionConfig", "ViewerCertificate", "CloudFrontDefaultCertificate") {
		hop.Floor = version(policy)
		hop.Evidence = []evidence.Item{evidence.Template(r.Path(certificate...), "MinimumProtocolVersion "+policy)}
		return hop
	}
	hop.Floor, hop.Evidence = tls10, []evidence.Item{cloudFrontDefault}
	for _, f := range s.Mentions(r, "DistributionConfig", "DefaultCacheBehavior", "FunctionAssociations") {
		if strings.Contains(f.Text("FunctionCode"), "cloudfront-viewer-tls") {
			hop.Remark = refused + " by a function at the edge"
			hop.Evidence = append(hop.Evidence, evidence.Template(f.Path("FunctionCode"), "reads cloudfront-viewer-tls"))
		}
	}
	return hop
}

// policies are the parts of security policies' names that say their floor. Load
// balancers, API Gateway and CloudFront all name policies so.
var policies = []struct{ part, floor string }{
	{"TLS13-1-3", tls13}, {"TLS13_1_3", tls13}, {"TLSv1.3", tls13},
	{"TLS13-1-2", tls12}, {"TLS13_1_2", tls12}, {"TLSv1.2", tls12}, {"TLS_1_2", tls12}, {"TLS-1-2", tls12},
	{"TLS13-1-1", tls11}, {"TLSv1.1", tls11}, {"TLS-1-1", tls11},
	{"TLS13-1-0", tls10}, {"TLSv1", tls10}, {"TLS_1_0", tls10}, {"2016-08", tls10}, {"2015-05", tls10},
}

// version returns the lowest TLS version that a security policy accepts.
func version(policy string) string {
	for _, p := range policies {
		if strings.Contains(policy, p.part) {
			return p.floor
		}
	}
	return unknownFloor
}

// String returns the hop on one line.
func (h Hop) String() string { return fmt.Sprintf("%s → %s: %s", h.From, h.To, h.Floor) }
