package synth

import (
	"fmt"
	"sort"
	"strings"
)

// keyProperties says under which property a type names its customer-managed key.
var keyProperties = map[string][]any{
	"AWS::DynamoDB::GlobalTable":        {"Replicas", 0, "SSESpecification", "KMSMasterKeyId"},
	"AWS::SQS::Queue":                   {"KmsMasterKeyId"},
	"AWS::SNS::Topic":                   {"KmsMasterKeyId"},
	"AWS::Logs::LogGroup":               {"KmsKeyId"},
	"AWS::ElastiCache::ServerlessCache": {"KmsKeyId"},
	"AWS::Events::EventBus":             {"KmsKeyIdentifier"},
	"AWS::Events::Archive":              {"KmsKeyIdentifier"},
	"AWS::Pipes::Pipe":                  {"KmsKeyIdentifier"},
	"AWS::Cognito::UserPool":            {"KeyConfiguration", "KmsKeyArn"},
	"AWS::S3::Bucket":                   {"BucketEncryption", "ServerSideEncryptionConfiguration", 0, "ServerSideEncryptionByDefault", "KMSMasterKeyID"},
}

// policyTypes says under which property a type that has one must refuse what
// does not come over TLS, and which resources it speaks for.
var policyTypes = map[string]struct{ of, names string }{
	"AWS::SQS::QueuePolicy": {"AWS::SQS::Queue", "Queues"},
	"AWS::SNS::TopicPolicy": {"AWS::SNS::Topic", "Topics"},
	"AWS::S3::BucketPolicy": {"AWS::S3::Bucket", "Bucket"},
}

// Posture returns what is wrong with the template's protection: data at rest
// without a customer-managed key; a queue, topic or bucket that answers without
// TLS; a key that does not rotate; permissions for all actions, or on all
// resources; references that go round in a circle.
func (t *Template) Posture() []string {
	var found []string
	secured := map[string]bool{}
	for _, r := range t.Resources {
		if at, ok := keyProperties[r.Type]; ok && r.Properties.At(at...).Value == nil {
			found = append(found, r.ID+" has no customer-managed key")
		}
		if kind, ok := policyTypes[r.Type]; ok && refusesPlaintext(r) {
			for _, name := range r.Properties.At(kind.names).List() {
				secured[name.At("Ref").String()] = true
			}
		}
		switch r.Type {
		case "AWS::KMS::Key":
			if r.Properties.At("EnableKeyRotation").Value != true {
				found = append(found, r.ID+" does not rotate")
			}
			found = append(found, keyPolicy(r)...)
		case "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy":
			found = append(found, wildcards(r)...)
		}
	}
	for _, kind := range policyTypes {
		for _, r := range t.OfType(kind.of) {
			if !secured[r.ID] {
				found = append(found, r.ID+" answers without TLS")
			}
		}
	}
	if circle := t.Circle(); circle != nil {
		found = append(found, "circle of references: "+strings.Join(circle, " -> "))
	}
	sort.Strings(found)
	return found
}

func refusesPlaintext(policy Resource) bool {
	for _, s := range policy.Properties.At("PolicyDocument", "Statement").List() {
		if s.At("Effect").Value == "Deny" && s.At("Condition", "Bool", "aws:SecureTransport").Value == "false" {
			return true
		}
	}
	return false
}

// keyPolicy wants every action for the account's own administrators only, and a
// condition wherever a service may use the key.
func keyPolicy(key Resource) []string {
	var found []string
	for _, s := range key.Properties.At("KeyPolicy", "Statement").List() {
		for _, action := range s.At("Action").List() {
			if action.Value == "kms:*" && !strings.Contains(s.At("Principal", "AWS").String(), ":root") {
				found = append(found, key.ID+" gives kms:* to "+s.At("Principal").String())
			}
		}
	}
	return found
}

func wildcards(policy Resource) []string {
	var found []string
	for _, s := range policy.Properties.At("PolicyDocument", "Statement").List() {
		for _, action := range s.At("Action").List() {
			if text := action.String(); text == "*" || strings.HasSuffix(text, ":*") {
				found = append(found, fmt.Sprintf("%s allows %s", policy.ID, text))
			}
		}
		for _, resource := range s.At("Resource").List() {
			if resource.Value == "*" {
				found = append(found, fmt.Sprintf("%s allows %s on every resource", policy.ID, s.At("Action")))
			}
		}
	}
	return found
}
