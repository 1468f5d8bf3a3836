package difference

import (
	"slices"
	"strings"
)

// Group is the part of a difference that concerns one meaning.
type Group struct {
	// Meaning is one of the words of Meanings.
	Meaning string
	Difference
}

// Meanings are the groups a difference falls into, in the order of a review:
// what may do harm first.
var Meanings = []string{"security", "data", "network", "compute", "events", "operations", "outputs"}

// meanings gives each service's resources a meaning; the longest prefix counts.
// A type that is not here belongs to operations.
var meanings = []struct{ prefix, meaning string }{
	{"AWS::ApiGateway::", "network"},
	{"AWS::ApiGateway::Account", "operations"},
	{"AWS::ApiGateway::Authorizer", "security"},
	{"AWS::ApiGateway::ApiKey", "security"},
	{"AWS::ApiGateway::UsagePlan", "security"},
	{"AWS::ApiGatewayV2::", "network"},
	{"AWS::ApiGatewayV2::Authorizer", "security"},
	{"AWS::Backup::", "data"},
	{"AWS::CertificateManager::", "security"},
	{"AWS::CloudFormation::CustomResource", "operations"},
	{"AWS::CloudFront::", "network"},
	{"AWS::Cognito::", "security"},
	{"AWS::DynamoDB::", "data"},
	{"AWS::EC2::", "network"},
	{"AWS::EC2::SecurityGroup", "security"},
	{"AWS::ECS::", "compute"},
	{"AWS::ElastiCache::", "data"},
	{"AWS::ElasticLoadBalancingV2::", "network"},
	{"AWS::EventSchemas::", "events"},
	{"AWS::Events::", "events"},
	{"AWS::IAM::", "security"},
	{"AWS::KMS::", "security"},
	{"AWS::Kinesis::", "events"},
	{"AWS::Lambda::", "compute"},
	{"AWS::Lambda::Permission", "security"},
	{"AWS::Pipes::", "events"},
	{"AWS::Route53::", "network"},
	{"AWS::S3::", "data"},
	{"AWS::S3::BucketPolicy", "security"},
	{"AWS::SNS::", "events"},
	{"AWS::SQS::", "events"},
	{"AWS::SQS::QueuePolicy", "security"},
	{"AWS::SecretsManager::", "security"},
	{"AWS::StepFunctions::", "events"},
	{"AWS::WAFv2::", "security"},
	{"Custom::", "operations"},
}

// MeaningOf returns the meaning of a resource type, one of Meanings.
func MeaningOf(resourceType string) string {
	meaning, longest := "operations", 0
	for _, m := range meanings {
		if len(m.prefix) > longest && strings.HasPrefix(resourceType, m.prefix) {
			meaning, longest = m.meaning, len(m.prefix)
		}
	}
	return meaning
}

// Groups splits the difference by meaning, in the order of Meanings, leaving out
// what is empty.
func (d Difference) Groups() []Group {
	var groups []Group
	for _, m := range Meanings {
		g := Group{Meaning: m, Difference: Difference{
			Added:   slices.DeleteFunc(slices.Clone(d.Added), func(r Resource) bool { return MeaningOf(r.Type) != m }),
			Removed: slices.DeleteFunc(slices.Clone(d.Removed), func(r Resource) bool { return MeaningOf(r.Type) != m }),
			Changed: slices.DeleteFunc(slices.Clone(d.Changed), func(c Change) bool { return MeaningOf(c.Type) != m }),
		}}
		if m == "outputs" {
			g.Difference = Difference{Sections: d.Sections}
		}
		if !g.Empty() {
			groups = append(groups, g)
		}
	}
	return groups
}
