package site_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/site"
)

const certificate = "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-0000-0000-000000000000"

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Sites", func(stack awscdk.Stack) {
		content := keys.New(stack, "Content", keys.Props{DataClass: "content"})
		telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
		site.New(stack, "Sandbox", site.Props{
			Key:          content,
			LogKey:       telemetry,
			ReplacedDays: 30,
			LogDays:      100,
			APIOrigins:   []string{"https://api.example.org"},
			SinglePage:   true,
			Sandbox:      true,
		})
		site.New(stack, "Reading", site.Props{
			Key: content, LogKey: telemetry, ReplacedDays: 30, SinglePage: true,
			Reads: &site.Reads{Origin: "api.example.org", OriginPath: "/live", Paths: []string{"/dinners", "/dinners/*"}, Age: 10 * time.Second},
		})
		site.New(stack, "Named", site.Props{
			Key:          content,
			LogKey:       telemetry,
			ReplacedDays: 30,
			DomainNames:  []string{"dinner.example.org"},
			Certificate:  awscertificatemanager.Certificate_FromCertificateArn(stack, jsii.String("Certificate"), jsii.String(certificate)),
		})
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Baseline"), nil)
	site.New(stack, "Site", site.Props{
		Key:          keys.New(stack, "Content", keys.Props{DataClass: "content"}),
		APIOrigins:   []string{"https://api.example.org"},
		ReplacedDays: 30,
		SinglePage:   true,
	})
}

// one returns the resource of a type that belongs to the site called id.
func one(t *testing.T, id, kind string) synth.Resource {
	t.Helper()
	for _, r := range template.OfType(kind) {
		if strings.HasPrefix(r.ID, id) {
			return r
		}
	}
	t.Fatalf("%s has no %s", id, kind)
	return synth.Resource{}
}

// content returns the content bucket of the site called id.
func content(t *testing.T, id string) synth.Resource {
	t.Helper()
	for _, r := range template.WithRole("site") {
		if strings.HasPrefix(r.ID, id) {
			return r
		}
	}
	t.Fatalf("%s has no content", id)
	return synth.Resource{}
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		t.Error(problem)
	}
}

func TestContentIsPrivate(t *testing.T) {
	bucket := content(t, "Named")
	for _, x := range []struct {
		what string
		got  synth.Node
		want string
	}{
		{"public access", bucket.Properties.At("PublicAccessBlockConfiguration"), `{"BlockPublicAcls":true,"BlockPublicPolicy":true,"IgnorePublicAcls":true,"RestrictPublicBuckets":true}`},
		{"bucket key", bucket.Properties.At("BucketEncryption", "ServerSideEncryptionConfiguration", 0, "BucketKeyEnabled"), "true"},
		{"versions", bucket.Properties.At("VersioningConfiguration", "Status"), "Enabled"},
		{"access control lists", bucket.Properties.At("OwnershipControls", "Rules", 0, "ObjectOwnership"), "BucketOwnerEnforced"},
		{"replaced content", bucket.Properties.At("LifecycleConfiguration", "Rules", 0, "NoncurrentVersionExpiration", "NoncurrentDays"), "30"},
		{"broken uploads", bucket.Properties.At("LifecycleConfiguration", "Rules", 0, "AbortIncompleteMultipartUpload", "DaysAfterInitiation"), "1"},
	} {
		if x.got.String() != x.want {
			t.Errorf("%s: %s, want %s", x.what, x.got, x.want)
		}
	}
}

// policy returns the statements of a bucket's policy.
func policy(t *testing.T, bucket synth.Resource) []synth.Node {
	t.Helper()
	for _, r := range template.OfType("AWS::S3::BucketPolicy") {
		if r.Properties.At("Bucket", "Ref").Value == bucket.ID {
			return r.Properties.At("PolicyDocument", "Statement").List()
		}
	}
	t.Fatalf("%s has no policy", bucket.ID)
	return nil
}

func TestBucketsThatStayKeepTheirPolicy(t *testing.T) {
	for _, r := range template.OfType("AWS::S3::BucketPolicy") {
		bucket := template.Resources[r.Properties.At("Bucket", "Ref").String()]
		if r.DeletionPolicy != bucket.DeletionPolicy {
			t.Errorf("%s: %s, but its policy %s", bucket.ID, bucket.DeletionPolicy, r.DeletionPolicy)
		}
	}
	if got := content(t, "Sandbox").DeletionPolicy; got != "Delete" {
		t.Errorf("a sandbox's content: %s", got)
	}
}

func TestOnlyTheDistributionReads(t *testing.T) {
	for _, id := range []string{"Named", "Sandbox"} {
		distribution := one(t, id, "AWS::CloudFront::Distribution").ID
		reads, floors := 0, 0
		for _, s := range policy(t, content(t, id)) {
			if s.At("Effect").Value == "Allow" {
				reads++
				if s.At("Action").Value != "s3:GetObject" || !strings.Contains(s.At("Condition").String(), `"Ref":"`+distribution+`"`) {
					t.Errorf("%s may be used by %s", id, s)
				}
			}
			if s.At("Effect").Value == "Deny" && s.At("Condition", "NumericLessThan", "s3:TlsVersion").Value == 1.2 {
				floors++
			}
		}
		if reads != 1 || floors != 1 {
			t.Errorf("%s: %d statements let in and %d ask for TLS 1.2, want one of each", id, reads, floors)
		}
	}
	origin := one(t, "Named", "AWS::CloudFront::OriginAccessControl").Properties.At("OriginAccessControlConfig")
	if origin.At("SigningBehavior").Value != "always" || origin.At("SigningProtocol").Value != "sigv4" {
		t.Errorf("reads are not signed: %s", origin)
	}
}

func TestTLS(t *testing.T) {
	named := one(t, "Named", "AWS::CloudFront::Distribution").Properties.At("DistributionConfig")
	if got := named.At("ViewerCertificate").String(); got != `{"AcmCertificateArn":"`+certificate+`","MinimumProtocolVersion":"TLSv1.3_2025","SslSupportMethod":"sni-only"}` {
		t.Errorf("with a certificate: %s", got)
	}
	if named.At("DefaultCacheBehavior", "FunctionAssociations").Value != nil {
		t.Error("with a certificate there is nothing for a function to refuse")
	}
	unnamed := one(t, "Sandbox", "AWS::CloudFront::Distribution").Properties.At("DistributionConfig")
	association := unnamed.At("DefaultCacheBehavior", "FunctionAssociations", 0)
	floor := one(t, "Sandbox", "AWS::CloudFront::Function")
	if association.At("EventType").Value != "viewer-request" || association.At("FunctionARN", "Fn::GetAtt", 0).Value != floor.ID {
		t.Errorf("without a certificate nothing refuses old TLS: %s", association)
	}
	asks := one(t, "Sandbox", "AWS::CloudFront::OriginRequestPolicy")
	if unnamed.At("DefaultCacheBehavior", "OriginRequestPolicyId", "Ref").Value != asks.ID ||
		asks.Properties.At("OriginRequestPolicyConfig", "HeadersConfig", "Headers", 0).Value != "CloudFront-Viewer-TLS" {
		t.Error("the function is not told the version")
	}
	for _, config := range []synth.Node{named, unnamed} {
		if config.At("DefaultCacheBehavior", "ViewerProtocolPolicy").Value != "redirect-to-https" || config.At("HttpVersion").Value != "http2and3" {
			t.Errorf("viewer protocol %s, HTTP %s", config.At("DefaultCacheBehavior", "ViewerProtocolPolicy"), config.At("HttpVersion"))
		}
	}
}

// TestRefusedVersions runs the function's own expression over the values that
// the header is documented to have.
func TestRefusedVersions(t *testing.T) {
	code := one(t, "Sandbox", "AWS::CloudFront::Function").Properties.At("FunctionCode").String()
	found := regexp.MustCompile(`/(\^.*):/\.test`).FindStringSubmatch(code)
	if found == nil {
		t.Fatalf("no expression in\n%s", code)
	}
	refused := regexp.MustCompile(found[1] + ":")
	for value, want := range map[string]bool{
		"TLSv1.3:TLS_AES_128_GCM_SHA256:sessionResumed":          false,
		"TLSv1.2:ECDHE-ECDSA-AES128-GCM-SHA256:connectionReused": false,
		"TLSv1.1:ECDHE-RSA-AES128-SHA256:fullHandshake":          true,
		"TLSv1:ECDHE-RSA-AES256-SHA:fullHandshake":               true,
		"SSLv3:ECDHE-RSA-AES256-SHA:fullHandshake":               true,
	} {
		if refused.MatchString(value) != want {
			t.Errorf("%s refused: %v, want %v", value, !want, want)
		}
	}
}

func TestHeaders(t *testing.T) {
	headers := one(t, "Sandbox", "AWS::CloudFront::ResponseHeadersPolicy").Properties.At("ResponseHeadersPolicyConfig", "SecurityHeadersConfig")
	const want = `{"ContentSecurityPolicy":{"ContentSecurityPolicy":"default-src 'self'; connect-src 'self' https://api.example.org; ` +
		`object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'","Override":true},"ContentTypeOptions":{"Override":true},` +
		`"FrameOptions":{"FrameOption":"DENY","Override":true},"ReferrerPolicy":{"Override":true,"ReferrerPolicy":"strict-origin-when-cross-origin"},` +
		`"StrictTransportSecurity":{"AccessControlMaxAgeSec":31536000,"IncludeSubdomains":true,"Override":true}}`
	if headers.String() != want {
		t.Errorf("got  %s\nwant %s", headers, want)
	}
}

func TestErrorPages(t *testing.T) {
	for id, want := range map[string]string{"Sandbox": "403 200 /index.html, 404 200 /index.html", "Named": "403 404 /404.html, 404 404 /404.html"} {
		config := one(t, id, "AWS::CloudFront::Distribution").Properties.At("DistributionConfig")
		var got []string
		for _, e := range config.At("CustomErrorResponses").List() {
			got = append(got, e.At("ErrorCode").String()+" "+e.At("ResponseCode").String()+" "+e.At("ResponsePagePath").String())
		}
		if strings.Join(got, ", ") != want || config.At("DefaultRootObject").Value != "index.html" {
			t.Errorf("%s: %v, want %s", id, got, want)
		}
	}
}

func TestLogs(t *testing.T) {
	config := one(t, "Sandbox", "AWS::CloudFront::Distribution").Properties.At("DistributionConfig", "Logging", "Bucket", "Fn::GetAtt", 0).String()
	edge, ok := template.Resources[config]
	if kind, about := edge.Role(); !ok || kind != "logs" || about["data-class"] != "telemetry" {
		t.Fatalf("the distribution logs to %q", config)
	}
	if edge.Properties.At("LifecycleConfiguration", "Rules", 0, "ExpirationInDays").Value != 100.0 || edge.DeletionPolicy != "Retain" {
		t.Error("the log bucket is never empty when its stack goes; it must stay and empty itself")
	}
	source := one(t, "Sandbox", "AWS::Logs::DeliverySource").Properties
	if source.At("LogType").Value != "S3_SERVER_ACCESS_LOGS" || source.At("ResourceArn", "Fn::GetAtt", 0).Value != content(t, "Sandbox").ID {
		t.Errorf("access to the bucket is not logged: %s", source)
	}
	if got := one(t, "Sandbox", "AWS::Logs::LogGroup").Properties.At("RetentionInDays").Value; got != 90.0 {
		t.Errorf("the bucket's log is kept %v days, want the 90 that are nearest under 100", got)
	}
}

// TestNamesAreTheAccounts keeps two stacks of one account apart, whatever their names
// and Regions: CloudFront's names are unique in all Regions together.
func TestNamesAreTheAccounts(t *testing.T) {
	for kind, at := range map[string][]any{
		"AWS::CloudFront::OriginAccessControl":   {"OriginAccessControlConfig", "Name"},
		"AWS::CloudFront::OriginRequestPolicy":   {"OriginRequestPolicyConfig", "Name"},
		"AWS::CloudFront::ResponseHeadersPolicy": {"ResponseHeadersPolicyConfig", "Name"},
		"AWS::CloudFront::Function":              {"Name"},
	} {
		for _, r := range template.OfType(kind) {
			name := r.Properties.At(at...).String()
			if !strings.Contains(name, `{"Ref":"AWS::StackId"}`) || strings.Contains(name, "AWS::StackName") {
				t.Errorf("%s is called %s; want a part of the stack's id, and not its name, which may be long", kind, name)
			}
		}
	}
}

func TestValidate(t *testing.T) {
	err := site.Props{
		LogDays:     -1,
		DomainNames: []string{"dinner.example.org"},
		APIOrigins:  []string{"http://api.example.org", "https://a.example.org; script-src *"},
	}.Validate()
	for _, want := range []string{
		"Key: missing", "ReplacedDays: missing", "LogDays: -1", "Certificate: missing; dinner.example.org needs one",
		`APIOrigins[0]: "http://api.example.org"`, `APIOrigins[1]: "https://a.example.org; script-src *"`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Elsewhere"), nil)
	err = site.Props{Certificate: awscertificatemanager.Certificate_FromCertificateArn(stack, jsii.String("Certificate"),
		jsii.String("arn:aws:acm:eu-west-1:111122223333:certificate/1"))}.Validate()
	for _, want := range []string{"DomainNames: missing", "is in another Region"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
}

// TestReads wants public paths served from the API for as long as it says and no
// longer than Age, without tokens, and the application's own paths still led to it.
func TestReads(t *testing.T) {
	var d synth.Resource
	for _, r := range template.OfType("AWS::CloudFront::Distribution") {
		if strings.HasPrefix(r.ID, "Reading") {
			d = r
		}
	}
	config := d.Properties.At("DistributionConfig")
	if config.At("CustomErrorResponses").Value != nil {
		t.Error("error pages would answer for the API")
	}
	behaviors := config.At("CacheBehaviors").List()
	if len(behaviors) != 2 {
		t.Fatalf("%d behaviors", len(behaviors))
	}
	for _, b := range behaviors {
		if methods := b.At("AllowedMethods").String(); methods != `["GET","HEAD"]` || b.At("ViewerProtocolPolicy").String() != "redirect-to-https" || len(b.At("FunctionAssociations").List()) != 1 {
			t.Errorf("%s: %s", b.At("PathPattern"), b)
		}
	}
	for _, o := range config.At("Origins").List() {
		if o.At("Id").String() == "API" && (o.At("CustomOriginConfig", "OriginProtocolPolicy").String() != "https-only" ||
			o.At("CustomOriginConfig", "OriginSSLProtocols").String() != `["TLSv1.2"]` || o.At("OriginPath").String() != "/live") {
			t.Errorf("the API is fetched by %s", o)
		}
	}
	policy := template.One("AWS::CloudFront::CachePolicy").Properties.At("CachePolicyConfig")
	if policy.At("MinTTL").Value != 0.0 || policy.At("MaxTTL").Value != 10.0 || strings.Contains(policy.String(), "Authorization") {
		t.Errorf("kept by %s", policy)
	}
	found := false
	for _, f := range template.OfType("AWS::CloudFront::Function") {
		if strings.HasPrefix(f.ID, "ReadingRouting") {
			code := f.Properties.At("FunctionCode").String()
			found = strings.Contains(code, "/index.html") && strings.Contains(code, "cloudfront-viewer-tls")
		}
	}
	if !found {
		t.Error("nothing leads paths to the application, or old TLS gets through")
	}
	err := site.Props{Reads: &site.Reads{}}.Validate()
	for _, want := range []string{"Reads.Origin: missing", "Reads.Paths: missing", "Reads.Age: 0s"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
}
