package vault_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/vault"
)

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Vault", func(stack awscdk.Stack) {
		v := vault.New(stack, "Photos", vault.Props{Key: keys.New(stack, "People", keys.Props{DataClass: "people"}), Days: 730, LogDays: 30})
		vault.GrantErase(v.Bucket, awsiam.NewRole(stack, jsii.String("Eraser"), &awsiam.RoleProps{
			AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		}))
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Photos"), nil)
	vault.New(stack, "Photos", vault.Props{
		Key:     keys.New(stack, "People", keys.Props{DataClass: "people"}),
		Days:    730,
		LogDays: 30,
	})
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		t.Error(problem)
	}
}

func TestBucket(t *testing.T) {
	bucket := template.One("AWS::S3::Bucket")
	p := bucket.Properties
	rule := p.At("LifecycleConfiguration", "Rules", 0)
	for what, x := range map[string][2]string{
		"expiry":    {rule.At("ExpirationInDays").String(), "730"},
		"replaced":  {rule.At("NoncurrentVersionExpiration", "NoncurrentDays").String(), "30"},
		"public":    {p.At("PublicAccessBlockConfiguration", "RestrictPublicBuckets").String(), "true"},
		"algorithm": {p.At("BucketEncryption", "ServerSideEncryptionConfiguration", 0, "ServerSideEncryptionByDefault", "SSEAlgorithm").String(), "aws:kms"},
		"versions":  {p.At("VersioningConfiguration", "Status").String(), "Enabled"},
		"deletion":  {bucket.DeletionPolicy, "Retain"},
	} {
		if x[0] != x[1] {
			t.Errorf("%s is %s, want %s", what, x[0], x[1])
		}
	}
}

// TestEraserReadsNothing wants who deletes objects to see no content of them.
func TestEraserReadsNothing(t *testing.T) {
	for _, p := range template.OfType("AWS::IAM::Policy") {
		if text := p.Properties.String(); strings.Contains(text, "s3:GetObject") || !strings.Contains(text, "s3:DeleteObjectVersion") {
			t.Errorf("the eraser may %s", text)
		}
	}
}

func TestValidate(t *testing.T) {
	err := vault.Props{}.Validate()
	for _, want := range []string{"Key: missing", "Days: 0", "LogDays: 0"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %s", err, want)
		}
	}
}
