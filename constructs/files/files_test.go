package files_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/files"
	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
)

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Files", func(stack awscdk.Stack) {
		f := files.New(stack, "Files", files.Props{
			Key: keys.New(stack, "Content", keys.Props{DataClass: "content"}), Days: 365, LogDays: 30,
			Origins: []string{"https://dinner.example.org"},
		})
		f.GrantSign(awsiam.NewRole(stack, jsii.String("Signer"), &awsiam.RoleProps{AssumedBy: awsiam.NewAccountRootPrincipal()}), "menus/")
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Delivery-PresignedS3"), nil)
	files.New(stack, "Files", files.Props{
		Key:     keys.New(stack, "Content", keys.Props{DataClass: "content"}),
		Days:    365,
		LogDays: 30,
		Origins: []string{"https://dinner.example.org"},
	})
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		t.Error(problem)
	}
}

func TestPolicy(t *testing.T) {
	found := map[string]bool{}
	for _, s := range template.One("AWS::S3::BucketPolicy").Properties.At("PolicyDocument", "Statement").List() {
		if s.At("Effect").Value != "Deny" {
			t.Errorf("the bucket's policy allows %s", s)
		}
		found[s.At("Condition").String()] = true
	}
	for _, want := range []string{
		`{"Bool":{"aws:SecureTransport":"false"}}`, `{"NumericLessThan":{"s3:TlsVersion":1.2}}`, `{"NumericGreaterThan":{"s3:signatureAge":600000}}`,
	} {
		if !found[want] {
			t.Errorf("nothing is refused by %s; there are %v", want, found)
		}
	}
}

func TestPagesOfTheOriginOnly(t *testing.T) {
	got := template.One("AWS::S3::Bucket").Properties.At("CorsConfiguration", "CorsRules").String()
	if want := `[{"AllowedHeaders":["content-type"],"AllowedMethods":["GET","PUT"],"AllowedOrigins":["https://dinner.example.org"],"MaxAge":600}]`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if kind, about := template.One("AWS::S3::Bucket").Role(); kind != "site" || about["presigned"] != true || about["data-class"] != "content" {
		t.Errorf("role %s, %v", kind, about)
	}
}

// TestSignerCanOnlySign wants the two actions under the prefix, by a signature in a
// URL, and the key through S3 alone.
func TestSignerCanOnlySign(t *testing.T) {
	statements := template.One("AWS::IAM::Policy").Properties.At("PolicyDocument", "Statement").List()
	if len(statements) != 2 {
		t.Fatalf("%d statements", len(statements))
	}
	sign, key := statements[0], statements[1]
	if sign.At("Action").String() != `["s3:GetObject","s3:PutObject"]` || sign.At("Condition").String() != `{"StringEquals":{"s3:authType":"REST-QUERY-STRING"}}` ||
		!strings.HasSuffix(sign.At("Resource").String(), `"/menus/*"]]}`) {
		t.Errorf("it may %s", sign)
	}
	if key.At("Action").String() != `["kms:Decrypt","kms:GenerateDataKey"]` || key.At("Condition").String() != `{"StringEquals":{"kms:ViaService":"s3.eu-west-1.amazonaws.com"}}` {
		t.Errorf("it may %s", key)
	}
}

func TestValidate(t *testing.T) {
	err := files.Props{MaxAge: 2 * time.Hour, Origins: []string{"http://x", "*"}}.Validate()
	for _, want := range []string{"MaxAge: 2h0m0s", `Origins: "http://x"`, `Origins: "*"`, "Key: missing", "Days: 0", "LogDays: 0"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
}
