package keys

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
)

// AWSOwned returns the choice of no key of the account's own for a data class:
// each service encrypts under a key that AWS owns, which costs nothing, asks for
// no key policy, and can be neither disabled, audited nor destroyed by anybody
// but AWS. It defines nothing. What becomes of each service under it:
//
//   - DynamoDB, SQS, EventBridge buses, archives and pipes, CloudWatch Logs, Step
//     Functions and Cognito have such a key and take it where none is named;
//     SQS wants to be asked for it.
//   - S3 encrypts every object under a key of its own, SSE-S3.
//   - Lambda and EBS use one that AWS manages within the account, aws/lambda and
//     aws/ebs: it is free too, and its policy is AWS's.
//   - SNS has none. Its disks are encrypted, its messages only under a key in the
//     account, and alarms may not use the one that AWS manages: a topic for alarms
//     wants a key from New.
//
// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-owned-cmk
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-sqs-sse-queue.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-data-protection.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
// https://docs.aws.amazon.com/sns/latest/dg/sns-data-encryption.html
func AWSOwned(dataClass string) *Key { return &Key{DataClass: dataClass} }

// For returns the same key for another class of data, for keys that classes share.
func (k *Key) For(dataClass string) *Key {
	return &Key{KMS: k.KMS, Alias: k.Alias, DataClass: dataClass}
}

// Own reports whether the key is the account's, and not one that AWS owns.
func (k *Key) Own() bool { return k.KMS != nil }

// ownedRules are the rules that ask for a key of the account's own, by resource type.
var ownedRules = map[string][]string{
	"AWS::Logs::LogGroup": {"CT.CLOUDWATCH.PR.3", "NIST.800.53.R5-CloudWatchLogGroupEncrypted"},
	"AWS::S3::Bucket":     {"CT.S3.PR.10", "NIST.800.53.R5-S3DefaultEncryptionKMS"},
}

// Acknowledge records on what construct defines that the design leaves its encryption
// to a key that AWS owns, if this is such a key.
func (k *Key) Acknowledge(construct constructs.IConstruct) {
	if k.Own() {
		return
	}
	kind := *construct.Node().DefaultChild().(awscdk.CfnResource).CfnResourceType()
	annotate.Acknowledge(construct, "The design takes the services' own keys: encryption is aws-owned.", ownedRules[kind]...)
}

// ARN returns the key's ARN; nil, which no property is set from, for one that AWS
// owns.
func (k *Key) ARN() *string {
	if !k.Own() {
		return nil
	}
	return k.KMS.KeyArn()
}

// Grant lets grantee take actions on the key. A key that AWS owns is used on
// nobody's behalf, so there is nothing to grant.
func (k *Key) Grant(grantee awsiam.IGrantable, actions ...string) {
	if k.Own() {
		k.KMS.Grant(grantee, *jsii.Strings(actions...)...)
	}
}

// GrantDecrypt lets grantee decrypt with the key.
func (k *Key) GrantDecrypt(grantee awsiam.IGrantable) {
	if k.Own() {
		k.KMS.GrantDecrypt(grantee)
	}
}

// GrantEncryptDecrypt lets grantee encrypt and decrypt with the key.
func (k *Key) GrantEncryptDecrypt(grantee awsiam.IGrantable) {
	if k.Own() {
		k.KMS.GrantEncryptDecrypt(grantee)
	}
}

// Queue returns how a queue under the key is encrypted.
func (k *Key) Queue() awssqs.QueueEncryption {
	if k.Own() {
		return awssqs.QueueEncryption_KMS
	}
	return awssqs.QueueEncryption_SQS_MANAGED
}

// Bucket returns how a bucket under the key is encrypted.
func (k *Key) Bucket() awss3.BucketEncryption {
	if k.Own() {
		return awss3.BucketEncryption_KMS
	}
	return awss3.BucketEncryption_S3_MANAGED
}

// Table returns how a table under the key is encrypted.
func (k *Key) Table() awsdynamodb.TableEncryptionV2 {
	if k.Own() {
		return awsdynamodb.TableEncryptionV2_CustomerManagedKey(k.KMS, nil)
	}
	return awsdynamodb.TableEncryptionV2_DynamoOwnedKey()
}
