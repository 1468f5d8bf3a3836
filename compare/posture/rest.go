package posture

import (
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
	"fulcrum/design"
	"fulcrum/design/role"
)

// Store is something that keeps data, and under which key.
type Store struct {
	ID        string `json:"id"`
	Type      string `json:"type"`
	DataClass string `json:"data_class,omitempty"`
	Personal  bool   `json:"personal"`
	// Key is the key's logical id, or whose key it is.
	Key string `json:"key"`
	// CustomerManaged is true for a key that its owner can rotate and disable.
	CustomerManaged bool `json:"customer_managed"`
	// Exception says why AWS leaves no choice, with the page that says so.
	Exception string          `json:"exception,omitempty"`
	Evidence  []evidence.Item `json:"evidence,omitempty"`
}

// keyed says where a type that keeps data names its key, and whose key it is under
// without one.
type keyed struct {
	path  []string
	other string
}

var keyedTypes = map[string]keyed{
	"AWS::Cognito::UserPool":             {[]string{"KeyConfiguration", "KmsKeyArn"}, "Cognito's key"},
	"AWS::DynamoDB::GlobalTable":         {[]string{"Replicas", "SSESpecification", "KMSMasterKeyId"}, "DynamoDB's key"},
	"AWS::DynamoDB::Table":               {[]string{"SSESpecification", "KMSMasterKeyId"}, "DynamoDB's key"},
	"AWS::EFS::FileSystem":               {[]string{"KmsKeyId"}, "EFS's key"},
	"AWS::ElastiCache::CacheCluster":     {[]string{"KmsKeyId"}, "none: in memory, encrypted by the client"},
	"AWS::ElastiCache::ReplicationGroup": {[]string{"KmsKeyId"}, "ElastiCache's key"},
	"AWS::ElastiCache::ServerlessCache":  {[]string{"KmsKeyId"}, "ElastiCache's key"},
	"AWS::Events::Archive":               {[]string{"KmsKeyIdentifier"}, "EventBridge's key"},
	"AWS::Events::EventBus":              {[]string{"KmsKeyIdentifier"}, "EventBridge's key"},
	"AWS::Kinesis::Stream":               {[]string{"StreamEncryption", "KeyId"}, "none"},
	"AWS::Logs::LogGroup":                {[]string{"KmsKeyId"}, "CloudWatch's key"},
	"AWS::Pipes::Pipe":                   {[]string{"KmsKeyIdentifier"}, "EventBridge's key"},
	"AWS::RDS::DBCluster":                {[]string{"KmsKeyId"}, "none, unless StorageEncrypted"},
	"AWS::RDS::DBInstance":               {[]string{"KmsKeyId"}, "none, unless StorageEncrypted"},
	"AWS::S3::Bucket":                    {[]string{"BucketEncryption", "ServerSideEncryptionConfiguration", "ServerSideEncryptionByDefault", "KMSMasterKeyID"}, "S3's key"},
	"AWS::SNS::Topic":                    {[]string{"KmsMasterKeyId"}, "none"},
	"AWS::SQS::Queue":                    {[]string{"KmsMasterKeyId"}, "SQS's key"},
	"AWS::SecretsManager::Secret":        {[]string{"KmsKeyId"}, "Secrets Manager's key"},
	"AWS::StepFunctions::StateMachine":   {[]string{"EncryptionConfiguration", "KmsKeyId"}, "Step Functions' key"},
}

// albLogs is where AWS says that a load balancer writes to buckets under S3's key
// only; serverLogs says the same of a bucket's own access logs.
const (
	memcachedNodes = "ElastiCache encrypts at rest what it writes to disk, and Memcached writes nothing there; the client encrypts: docs.aws.amazon.com/AmazonElastiCache/latest/dg/encryption.html"
	albLogs        = "load balancer access logs are delivered to SSE-S3 buckets only: docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html"
	serverLogs     = "S3 delivers access logs to SSE-S3 buckets only: docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html"
)

func atRest(s *assembly.Stack, d design.Design) []Store {
	personal := map[string]bool{}
	for _, c := range d.DataClasses {
		personal[c.Name] = c.Personal
	}
	var out []Store
	for _, r := range s.Resources {
		k, ok := keyedTypes[r.Type]
		if !ok {
			continue
		}
		st := Store{ID: r.ID, Type: r.Type, DataClass: r.DataClass(), Personal: personal[r.DataClass()], Key: k.other}
		if value := r.Get(k.path...); value != nil {
			st.Key, st.CustomerManaged = keyOf(s, r, value)
			st.Evidence = []evidence.Item{evidence.Template(r.Path(k.path...), "key "+st.Key)}
		} else {
			st.Evidence = []evidence.Item{evidence.Template(r.Path(), "names no key")}
			st.Exception = exception(s, r)
		}
		out = append(out, st)
	}
	return out
}

func keyOf(s *assembly.Stack, r *assembly.Resource, value any) (name string, customerManaged bool) {
	for _, k := range s.Mentioned(r, value) {
		if k.Type == "AWS::KMS::Key" || k.Type == "AWS::KMS::ReplicaKey" || k.Type == "AWS::KMS::Alias" {
			return k.ID, true
		}
	}
	text := assembly.Text(value)
	return text, !strings.Contains(text, "alias/aws/")
}

// exception returns why a store without a key of its own can have none.
func exception(s *assembly.Stack, r *assembly.Resource) string {
	if r.Type == "AWS::ElastiCache::CacheCluster" && r.Text("Engine") == "memcached" {
		return memcachedNodes
	}
	if r.Type != "AWS::S3::Bucket" || r.Role != role.Logs {
		return ""
	}
	for _, by := range s.RefersTo(r.ID) {
		switch {
		case by.Type == "AWS::ElasticLoadBalancingV2::LoadBalancer":
			return albLogs
		case by.Type == "AWS::S3::Bucket" && by.Get("LoggingConfiguration") != nil:
			return serverLogs
		}
	}
	return ""
}
