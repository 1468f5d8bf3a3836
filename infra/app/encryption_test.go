package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// keyAt says where a resource of a type that keeps data names its KMS key. A path
// that ends in "[]" means each element of a list.
var keyAt = map[string][]string{
	"AWS::DynamoDB::GlobalTable":        {"Replicas", "[]", "SSESpecification", "KMSMasterKeyId"},
	"AWS::DynamoDB::Table":              {"SSESpecification", "KMSMasterKeyId"},
	"AWS::SQS::Queue":                   {"KmsMasterKeyId"},
	"AWS::SNS::Topic":                   {"KmsMasterKeyId"},
	"AWS::Events::EventBus":             {"KmsKeyIdentifier"},
	"AWS::Events::Archive":              {"KmsKeyIdentifier"},
	"AWS::Pipes::Pipe":                  {"KmsKeyIdentifier"},
	"AWS::Logs::LogGroup":               {"KmsKeyId"},
	"AWS::Lambda::Function":             {"KmsKeyArn"},
	"AWS::Cognito::UserPool":            {"KeyConfiguration", "KmsKeyArn"},
	"AWS::Kinesis::Stream":              {"StreamEncryption", "KeyId"},
	"AWS::StepFunctions::StateMachine":  {"EncryptionConfiguration", "KmsKeyId"},
	"AWS::ElastiCache::ServerlessCache": {"KmsKeyId"},
	"AWS::ElastiCache::CacheCluster":    {"KmsKeyId"},
	"AWS::SecretsManager::Secret":       {"KmsKeyId"},
	"AWS::S3::Bucket": {
		"BucketEncryption", "ServerSideEncryptionConfiguration", "[]", "ServerSideEncryptionByDefault", "KMSMasterKeyID",
	},
}

// exceptions are the stores that AWS lets nobody put under a key of their own, by
// the start of their logical id, each with the page that says so.
var exceptions = map[string]string{
	// Memcached writes nothing to disk; what it holds the client has encrypted.
	"Cache":            "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/encryption.html",
	"FrontDoorLogs":    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html",
	"LinkBalancerLogs": "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html",
}

// TestEveryStoreHasAKey reads off every template that data rests under a
// customer-managed key. The option aws-owned is there to do without: the test
// after this one says what it must do instead.
func TestEveryStoreHasAKey(t *testing.T) {
	used := map[string]bool{}
	for _, stack := range planned {
		if stack.Blueprint["encryption"] == awsOwned {
			continue
		}
		seen := 0
		for id, resource := range resources(templates[stack.Name]) {
			kind, _ := resource["Type"].(string)
			path, keeps := keyAt[kind]
			if !keeps {
				continue
			}
			seen++
			properties, _ := resource["Properties"].(map[string]any)
			if err := referred(properties, path); err != nil {
				if page, ok := exception(id); ok {
					used[page] = true
					continue
				}
				t.Errorf("%s: %s %s: %v", stack.Name, kind, id, err)
			}
		}
		if seen < 10 && isSystem(stack) {
			t.Errorf("%s: only %d stores seen; the test no longer reads the template", stack.Name, seen)
		}
	}
	for id, page := range exceptions {
		if !used[page] {
			t.Errorf("the exception %s applies to nothing any more", id)
		}
	}
}

// awsOwned is the option of encryption under which no store has a customer-managed
// key.
const awsOwned = "aws-owned"

// TestAWSOwnedKeys wants every store under its service's own key, each queue and
// bucket told to encrypt, and a key of the account's own for nothing but topics,
// since SNS has none.
func TestAWSOwnedKeys(t *testing.T) {
	for _, stack := range planned {
		if stack.Blueprint["encryption"] != awsOwned {
			continue
		}
		seen := map[string]int{}
		for id, resource := range resources(templates[stack.Name]) {
			kind, _ := resource["Type"].(string)
			seen[kind]++
			path, keeps := keyAt[kind]
			if !keeps {
				continue
			}
			properties, _ := resource["Properties"].(map[string]any)
			if own := referred(properties, path) == nil; own != (kind == "AWS::SNS::Topic") {
				t.Errorf("%s: %s %s under a customer-managed key: %v", stack.Name, kind, id, own)
			}
			if kind == "AWS::SQS::Queue" && properties["SqsManagedSseEnabled"] != true {
				t.Errorf("%s: %s does not ask for SQS's own key", stack.Name, id)
			}
			if kind == "AWS::S3::Bucket" && !strings.Contains(text(t, properties["BucketEncryption"]), `"SSEAlgorithm":"AES256"`) {
				t.Errorf("%s: %s does not ask for S3's own key", stack.Name, id)
			}
		}
		if seen["AWS::KMS::Key"] != 1 || seen["AWS::SNS::Topic"] != 1 {
			t.Errorf("%s: %d keys for %d topics, want 1 each", stack.Name, seen["AWS::KMS::Key"], seen["AWS::SNS::Topic"])
		}
	}
}

// TestOneKey wants one key, for every store that has one in Baseline.
func TestOneKey(t *testing.T) {
	keys := func(name string) (defined int) {
		for _, r := range resources(templates[name]) {
			if r["Type"] == "AWS::KMS::Key" {
				defined++
			}
		}
		return defined
	}
	if one, each := keys("Encryption-OneKey"), keys(baseline); one != 1 || each < 6 {
		t.Errorf("one-key defines %d keys, key-per-class %d", one, each)
	}
}

// unconditional are the statements of key policies that name a service without a
// condition, each on the page that gives it so.
var unconditional = map[string]string{
	`"kms:DescribeKey" events.amazonaws.com`:                             "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html",
	`["kms:Decrypt","kms:GenerateDataKey*"] delivery.logs.amazonaws.com`: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html#AccessLogsKMSPermissions",
}

// TestKeyPolicies wants every key of every stack to leave kms:* to the account
// alone, and to let services in on conditions only.
func TestKeyPolicies(t *testing.T) {
	for _, stack := range planned {
		for id, resource := range resources(templates[stack.Name]) {
			if resource["Type"] != "AWS::KMS::Key" && resource["Type"] != "AWS::KMS::ReplicaKey" {
				continue
			}
			properties, _ := resource["Properties"].(map[string]any)
			policy, _ := properties["KeyPolicy"].(map[string]any)
			statements, _ := policy["Statement"].([]any)
			for _, s := range statements {
				statement, _ := s.(map[string]any)
				principal, _ := statement["Principal"].(map[string]any)
				action := text(t, statement["Action"])
				if strings.Contains(action, `"kms:*"`) && !strings.Contains(text(t, principal["AWS"]), ":root") {
					t.Errorf("%s: %s gives kms:* to %v", stack.Name, id, principal)
				}
				service, named := principal["Service"].(string)
				if _, known := unconditional[action+" "+service]; named && statement["Condition"] == nil && !known {
					t.Errorf("%s: %s lets %s %s without a condition", stack.Name, id, service, action)
				}
			}
			if len(statements) == 0 {
				t.Errorf("%s: %s has no policy", stack.Name, id)
			}
		}
	}
}

// text returns a value as compact JSON.
func text(t *testing.T, value any) string {
	t.Helper()
	content, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func exception(id string) (page string, ok bool) {
	for prefix, page := range exceptions {
		if len(id) >= len(prefix) && id[:len(prefix)] == prefix {
			return page, true
		}
	}
	return "", false
}

// referred reports unless value has, at path, a reference to another resource: a
// literal would be the alias of a key that AWS owns.
func referred(value any, path []string) error {
	if len(path) == 0 {
		if _, ok := value.(map[string]any); !ok {
			return fmt.Errorf("its key is %v, not a key of this stack", value)
		}
		return nil
	}
	if path[0] == "[]" {
		list, _ := value.([]any)
		if len(list) == 0 {
			return fmt.Errorf("no %v", path[1])
		}
		for _, element := range list {
			if err := referred(element, path[1:]); err != nil {
				return err
			}
		}
		return nil
	}
	m, _ := value.(map[string]any)
	next, ok := m[path[0]]
	if !ok {
		return fmt.Errorf("no %s", path[0])
	}
	return referred(next, path[1:])
}

// TestEveryPublicHopHasATLSFloor reads off every template that nothing public
// speaks less than TLS 1.2, and 1.3 where the service can be told so.
func TestEveryPublicHopHasATLSFloor(t *testing.T) {
	for _, stack := range planned {
		for id, resource := range resources(templates[stack.Name]) {
			properties, _ := resource["Properties"].(map[string]any)
			check := func(ok bool, what string, got any) {
				if !ok {
					t.Errorf("%s: %s: %s, got %v", stack.Name, id, what, got)
				}
			}
			switch resource["Type"] {
			case "AWS::ElasticLoadBalancingV2::Listener":
				if properties["Protocol"] == "HTTP" && internal(templates[stack.Name], properties) {
					continue // where an API's link to the VPC ends; nobody else may connect
				}
				if properties["Protocol"] == "HTTP" {
					actions, _ := properties["DefaultActions"].([]any)
					check(len(actions) == 1 && actions[0].(map[string]any)["Type"] == "redirect", "plain HTTP must only redirect", actions)
					continue
				}
				policy, _ := properties["SslPolicy"].(string)
				check(slices.Contains([]string{"ELBSecurityPolicy-TLS13-1-3-2021-06", "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09"}, policy) ||
					len(policy) > 24 && policy[:24] == "ELBSecurityPolicy-TLS13-", "the listener's policy must have TLS 1.3", policy)
			case "AWS::ApiGateway::RestApi":
				policy, _ := properties["SecurityPolicy"].(string)
				check(len(policy) > 23 && policy[:23] == "SecurityPolicy_TLS13_1_", "the API's policy must be TLS 1.3", policy)
			case "AWS::ApiGatewayV2::DomainName":
				check(false, "custom domains must set TLS_1_2", properties)
			case "AWS::CloudFront::Distribution":
				config, _ := properties["DistributionConfig"].(map[string]any)
				behavior, _ := config["DefaultCacheBehavior"].(map[string]any)
				check(behavior["ViewerProtocolPolicy"] == "redirect-to-https", "plain HTTP must only redirect", behavior["ViewerProtocolPolicy"])
			case "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy", "AWS::S3::BucketPolicy":
				check(refusesPlainHTTP(properties["PolicyDocument"]), "the policy must refuse requests without TLS", id)
			}
		}
	}
}

// internal reports whether a listener is of a load balancer that has no public
// address.
func internal(template, listener map[string]any) bool {
	balancer, _ := listener["LoadBalancerArn"].(map[string]any)
	id, _ := balancer["Ref"].(string)
	properties, _ := resources(template)[id]["Properties"].(map[string]any)
	return properties["Scheme"] == "internal"
}

// refusesPlainHTTP reports whether a policy denies everything that does not come
// over TLS.
func refusesPlainHTTP(document any) bool {
	d, _ := document.(map[string]any)
	statements, _ := d["Statement"].([]any)
	for _, s := range statements {
		statement, _ := s.(map[string]any)
		condition, _ := statement["Condition"].(map[string]any)
		equals, _ := condition["Bool"].(map[string]any)
		if statement["Effect"] == "Deny" && equals["aws:SecureTransport"] == "false" {
			return true
		}
	}
	return false
}

func resources(template map[string]any) map[string]map[string]any {
	all := map[string]map[string]any{}
	section, _ := template["Resources"].(map[string]any)
	for id, value := range section {
		all[id], _ = value.(map[string]any)
	}
	return all
}
