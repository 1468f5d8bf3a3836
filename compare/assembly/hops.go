package assembly

import (
	"slices"

	"fulcrum/design/role"
)

// Hop is one call or transfer between two resources, found in the template.
type Hop struct {
	From, To *Resource
	// Via is the resource that wires the two, for example a listener or an
	// integration; it may be From itself.
	Via *Resource
	// Async hops do not keep a client waiting.
	Async bool
	// Beside hops serve routes of their own, which no operation of the design
	// passes: a door that hands a request to a service by itself.
	Beside bool
}

// wiring says which types connect others: From names the property that holds the
// caller, empty for the resource itself; To the property that holds the callee,
// empty for the resource itself.
type wiring struct {
	kind     string
	from, to []string
	async    bool
}

// wirings is the list of what connects resources in a template.
var wirings = []wiring{
	{kind: "AWS::ApiGatewayV2::Integration", from: []string{"ApiId"}, to: []string{"IntegrationUri"}},
	{kind: "AWS::ApiGatewayV2::Authorizer", from: []string{"ApiId"}, to: []string{"AuthorizerUri"}},
	{kind: "AWS::ApiGateway::Method", from: []string{"RestApiId"}, to: []string{"Integration", "Uri"}},
	{kind: "AWS::ApiGateway::Method", from: []string{"RestApiId"}, to: []string{"Integration", "RequestTemplates"}},
	{kind: "AWS::ApiGateway::Stage", from: []string{"RestApiId"}, to: []string{"Variables"}},
	{kind: "AWS::ApiGateway::Stage", from: []string{"RestApiId"}, to: []string{"CanarySetting", "StageVariableOverrides"}},
	{kind: "AWS::ApiGateway::Authorizer", from: []string{"RestApiId"}, to: []string{"AuthorizerUri"}},
	{kind: "AWS::ElasticLoadBalancingV2::Listener", from: []string{"LoadBalancerArn"}, to: []string{"DefaultActions"}},
	{kind: "AWS::ElasticLoadBalancingV2::Listener", from: []string{"LoadBalancerArn"}},
	{kind: "AWS::ElasticLoadBalancingV2::Listener", to: []string{"LoadBalancerArn"}}, // where a link to the VPC ends
	{kind: "AWS::ElasticLoadBalancingV2::ListenerRule", from: []string{"ListenerArn"}, to: []string{"Actions"}},
	{kind: "AWS::ElasticLoadBalancingV2::TargetGroup", to: []string{"Targets"}},
	{kind: "AWS::ECS::Service", from: []string{"LoadBalancers"}},
	{kind: "AWS::ECS::Service", to: []string{"TaskDefinition"}},
	{kind: "AWS::ECS::TaskDefinition", to: []string{"ContainerDefinitions"}},
	{kind: "AWS::AutoScaling::AutoScalingGroup", from: []string{"TargetGroupARNs"}},
	{kind: "AWS::AutoScaling::AutoScalingGroup", to: []string{"LaunchTemplate"}},
	{kind: "AWS::EC2::LaunchTemplate", to: []string{"LaunchTemplateData", "UserData"}},
	{kind: "AWS::Lambda::Url", to: []string{"TargetFunctionArn"}},
	{kind: "AWS::Lambda::Alias", to: []string{"FunctionName"}},
	{kind: "AWS::Lambda::Version", to: []string{"FunctionName"}},
	{kind: "AWS::Lambda::Function", to: []string{"Environment"}},
	{kind: "AWS::StepFunctions::StateMachine", to: []string{"DefinitionSubstitutions"}},
	{kind: "AWS::CloudFront::Distribution", to: []string{"DistributionConfig", "Origins"}},
	{kind: "AWS::WAFv2::WebACLAssociation", from: []string{"ResourceArn"}, to: []string{"WebACLArn"}},
	{kind: "AWS::Pipes::Pipe", from: []string{"Source"}, async: true},
	{kind: "AWS::Pipes::Pipe", to: []string{"Target"}, async: true},
	{kind: "AWS::Pipes::Pipe", to: []string{"SourceParameters"}, async: true},
	{kind: "AWS::Events::Rule", from: []string{"EventBusName"}, async: true},
	{kind: "AWS::Events::Rule", to: []string{"Targets"}, async: true},
	{kind: "AWS::Events::Archive", from: []string{"SourceArn"}, async: true},
	{kind: "AWS::Lambda::EventSourceMapping", from: []string{"EventSourceArn"}, to: []string{"FunctionName"}, async: true},
	{kind: "AWS::SNS::Subscription", from: []string{"TopicArn"}, to: []string{"Endpoint"}, async: true},
	{kind: "AWS::SQS::Queue", to: []string{"RedrivePolicy"}, async: true},
}

// Hops returns every call and transfer between resources that the template shows.
// The slice is shared: it is for reading only.
func (s *Stack) Hops() []Hop {
	if s.found == nil {
		return nil
	}
	return s.found.hops()
}

func (s *Stack) findHops() []Hop {
	var hops []Hop
	for _, r := range s.Resources {
		for _, w := range wirings {
			if w.kind != r.Type {
				continue
			}
			for _, from := range s.ends(r, w.from) {
				for _, to := range s.ends(r, w.to) {
					if from != to {
						hops = append(hops, Hop{From: from, To: to, Via: r, Async: w.async || apart(to), Beside: DirectService(r) != ""})
					}
				}
			}
		}
	}
	return hops
}

// Before returns the perimeters that requests pass on their way to a front door: a
// distribution that has it as its origin, and the web ACL that the distribution is
// under, which may be another part's.
func (s *Stack) Before(door *Resource) []*Resource {
	var before []*Resource
	for _, h := range s.Hops() {
		if h.To != door || h.From.Role != role.Perimeter || slices.Contains(before, h.From) {
			continue
		}
		before = append(before, h.From)
		if h.From.Get("DistributionConfig", "WebACLId") == nil {
			continue
		}
		for _, acl := range s.OfType("AWS::WAFv2::WebACL") {
			if acl.Text("Scope") == "CLOUDFRONT" {
				before = append(before, acl)
			}
		}
	}
	return before
}

// apart reports whether what calls to does not wait for it on each request: what
// issues tokens, or has a copy of their keys, is asked once in a while, a topic or
// a bus takes notices, a dead-letter queue what is over, and who signs URLs of a
// bucket asks it nothing.
func apart(to *Resource) bool {
	signed, _ := to.About["presigned"].(bool)
	return signed || to.Role == role.DeadLetter || to.Role == role.Identity && to.Type == "AWS::DynamoDB::GlobalTable" || to.Type == "AWS::Cognito::UserPool" || to.Type == "AWS::SNS::Topic"
}

func (s *Stack) ends(r *Resource, property []string) []*Resource {
	if property == nil {
		return []*Resource{r}
	}
	return s.Mentions(r, property...)
}

// Reached returns start and every resource that its calls reach, nearest first.
// With async it follows transfers that keep no client waiting, and routes beside
// the design's, too.
func (s *Stack) Reached(start *Resource, async bool) []*Resource {
	hops := s.Hops()
	seen := []*Resource{start}
	visit := func(r *Resource) {
		if !slices.Contains(seen, r) {
			seen = append(seen, r)
		}
	}
	for i := 0; i < len(seen); i++ {
		// An API's link to a VPC names a listener, and calls its load balancer.
		if seen[i].Type == "AWS::ElasticLoadBalancingV2::Listener" {
			for _, r := range s.ends(seen[i], []string{"LoadBalancerArn"}) {
				visit(r)
			}
		}
		for _, h := range hops {
			if h.From == seen[i] && (async || !h.Async && !h.Beside) {
				visit(h.To)
			}
		}
	}
	return seen
}
