package edge_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/edge"
	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
)

const (
	acl  = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b"
	cert = "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
)

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Edges", func(stack awscdk.Stack) {
		telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
		secret := edge.NewSecret(stack, "Secret", telemetry, false)
		secret.GrantRead(awsiam.NewRole(stack, jsii.String("Reader"), &awsiam.RoleProps{
			AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		}))
		edge.New(stack, "Plain", secret, edge.Props{
			Origin: "abc.execute-api.eu-west-1.amazonaws.com", OriginPath: "/live", Countries: []string{"IE"}, LogKey: telemetry,
		})
		edge.New(stack, "Named", secret, edge.Props{
			Origin: "abc.execute-api.eu-west-1.amazonaws.com", WebACL: acl, LogKey: telemetry, DomainName: "api.example.org", HostedZoneID: "Z0123456789",
			Certificate: awscertificatemanager.Certificate_FromCertificateArn(stack, jsii.String("Certificate"), jsii.String(cert)),
		})
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Perimeter-Waf"), nil)
	telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
	edge.New(stack, "Edge", edge.NewSecret(stack, "Secret", telemetry, true), edge.Props{
		Origin: "abc.execute-api.eu-west-1.amazonaws.com", Countries: []string{"IE"}, LogKey: telemetry,
	})
}

func config(t *testing.T, id string) synth.Node {
	t.Helper()
	for _, r := range template.OfType("AWS::CloudFront::Distribution") {
		if strings.HasPrefix(r.ID, id) {
			return r.Properties.At("DistributionConfig")
		}
	}
	t.Fatalf("no distribution %s", id)
	return synth.Node{}
}

// TestTheNameLeadsHere wants the name of the distribution that has one, and of no other,
// to be an alias of it in its zone.
func TestTheNameLeadsHere(t *testing.T) {
	kinds := map[string]bool{}
	for _, r := range template.OfType("AWS::Route53::RecordSet") {
		p := r.Properties
		kinds[p.At("Type").String()] = true
		if p.At("Name").Value != "api.example.org" || p.At("HostedZoneId").Value != "Z0123456789" || p.At("AliasTarget", "HostedZoneId").Value != "Z2FDTNDATAQYW2" ||
			!strings.HasPrefix(p.At("AliasTarget", "DNSName", "Fn::GetAtt", 0).String(), "Named") {
			t.Errorf("%s: %s", r.ID, p)
		}
	}
	if len(kinds) != 2 || !kinds["A"] || !kinds["AAAA"] {
		t.Errorf("records of %v", kinds)
	}
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		t.Error(problem)
	}
}

// TestSecret wants it made by AWS, kept under our key, and handed to the
// distribution by reference alone.
func TestSecret(t *testing.T) {
	secret := template.One("AWS::SecretsManager::Secret")
	if got := secret.Properties.At("GenerateSecretString").String(); got != `{"ExcludePunctuation":true,"PasswordLength":48}` {
		t.Errorf("made as %s", got)
	}
	if !strings.Contains(secret.Properties.At("KmsKeyId").String(), "Telemetry") || secret.DeletionPolicy != "Retain" {
		t.Errorf("under %s, %s", secret.Properties.At("KmsKeyId"), secret.DeletionPolicy)
	}
	headers := config(t, "Plain").At("Origins", 0, "OriginCustomHeaders", 0)
	if headers.At("HeaderName").Value != edge.SecretHeader || !strings.Contains(headers.At("HeaderValue").String(), "{{resolve:secretsmanager:") {
		t.Errorf("sends %s", headers)
	}
}

func TestWhoIsLetIn(t *testing.T) {
	if got := config(t, "Plain").At("Restrictions", "GeoRestriction").String(); got != `{"Locations":["IE"],"RestrictionType":"whitelist"}` {
		t.Errorf("lets in %s", got)
	}
	if got := config(t, "Named").At("WebACLId").Value; got != acl {
		t.Errorf("under %v", got)
	}
}

// TestEveryRequestIsHandedOn wants methods, tokens and queries to reach the API over
// TLS, and no answer to be given to another's token.
func TestEveryRequestIsHandedOn(t *testing.T) {
	behavior := config(t, "Plain").At("DefaultCacheBehavior")
	if got := behavior.At("AllowedMethods").String(); !strings.Contains(got, "DELETE") || !strings.Contains(got, "POST") {
		t.Errorf("allows %s", got)
	}
	// The managed policy AllViewerExceptHostHeader.
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
	if got := behavior.At("OriginRequestPolicyId").Value; got != "b689b0a8-53d0-40ab-baf2-68738e2966ac" {
		t.Errorf("hands on as %v says", got)
	}
	origin := config(t, "Plain").At("Origins", 0)
	if origin.At("CustomOriginConfig", "OriginProtocolPolicy").Value != "https-only" || origin.At("OriginPath").Value != "/live" {
		t.Errorf("asks the origin by %s", origin)
	}
	for _, policy := range template.OfType("AWS::CloudFront::CachePolicy") {
		c := policy.Properties.At("CachePolicyConfig")
		if c.At("MaxTTL").Value != 1.0 || c.At("DefaultTTL").Value != 0.0 || !strings.Contains(c.At("ParametersInCacheKeyAndForwardedToOrigin", "HeadersConfig").String(), "Authorization") {
			t.Errorf("%s keeps %s", policy.ID, c)
		}
	}
}

func TestTLS(t *testing.T) {
	if got := config(t, "Named").At("ViewerCertificate").String(); !strings.Contains(got, `"MinimumProtocolVersion":"TLSv1.3_2025"`) {
		t.Errorf("with a certificate: %s", got)
	}
	if got := config(t, "Plain").At("DefaultCacheBehavior", "FunctionAssociations").String(); !strings.Contains(got, "PlainRefuseOldTLS") {
		t.Errorf("without a certificate nothing refuses old TLS: %s", got)
	}
}

func TestValidate(t *testing.T) {
	err := edge.Props{Origin: "https://x/", OriginPath: "live/", WebACL: "arn:aws:wafv2:eu-west-1:1:x", Countries: []string{"ie"}, DomainName: "x", LogDays: -1}.Validate()
	for _, want := range []string{
		`Origin: "https://x/"`, `OriginPath: "live/"`, "WebACL: arn:aws:wafv2:eu-west-1", `Countries[0]: "ie"`, "Certificate: a domain name", "LogKey: missing", "LogDays: -1",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
}
