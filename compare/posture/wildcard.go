package posture

import (
	"slices"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
)

// Wildcard is a statement that allows every action of a service, or actions on
// every resource.
type Wildcard struct {
	ID      string   `json:"id"`
	Actions []string `json:"actions"`
	// Imposed is true where AWS lets the actions name no resource.
	Imposed  bool            `json:"imposed"`
	Evidence []evidence.Item `json:"evidence"`
}

// unscoped are actions for which AWS knows no resource, from the service
// authorization reference.
// https://docs.aws.amazon.com/service-authorization/latest/reference/
var unscoped = []string{
	"acm:ImportCertificate", "acm:ListCertificates", "acm:RequestCertificate",
	"cloudwatch:PutMetricData", "dynamodb:ListStreams",
	"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces",
	"ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
	"ecr:GetAuthorizationToken", "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies",
	"logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
	"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
	"xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
}

// Statement is one statement of an identity policy.
type Statement struct {
	Resource *assembly.Resource
	Path     []string
	Body     any
}

// Statements returns the statements of all identity policies of a stack.
func Statements(s *assembly.Stack) []Statement {
	var out []Statement
	add := func(r *assembly.Resource, document any, path ...string) {
		for _, st := range list(assembly.Dig(document, "Statement")) {
			out = append(out, Statement{r, append(path, "Statement"), st})
		}
	}
	for _, r := range s.OfType("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy") {
		add(r, r.Get("PolicyDocument"), "PolicyDocument")
	}
	for _, r := range s.OfType("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group") {
		for _, p := range r.List("Policies") {
			add(r, assembly.Dig(p, "PolicyDocument"), "Policies", "PolicyDocument")
		}
	}
	return out
}

func wildcards(s *assembly.Stack) []Wildcard {
	var out []Wildcard
	for _, st := range Statements(s) {
		if assembly.Text(assembly.Dig(st.Body, "Effect")) != "Allow" {
			continue
		}
		actions := words(assembly.Dig(st.Body, "Action"))
		everything := slices.Contains(words(assembly.Dig(st.Body, "Resource")), "*")
		wide := slices.ContainsFunc(actions, func(a string) bool { return a == "*" || strings.HasSuffix(a, ":*") })
		if !everything && !wide {
			continue
		}
		out = append(out, Wildcard{
			ID: st.Resource.ID, Actions: actions,
			Imposed:  !wide && !slices.ContainsFunc(actions, func(a string) bool { return !slices.Contains(unscoped, a) }),
			Evidence: []evidence.Item{evidence.Template(st.Resource.Path(st.Path...), strings.Join(actions, ", ")+" on *")},
		})
	}
	return out
}

func list(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	if v == nil {
		return nil
	}
	return []any{v}
}

func words(v any) []string {
	var out []string
	for _, x := range list(v) {
		if s, ok := x.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
