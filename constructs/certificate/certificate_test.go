package certificate_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/certificate"
	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
)

const (
	program = "../function/testdata/program"
	arn     = "arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
)

var (
	template                  *synth.Template
	existing, issued, sandbox *certificate.Certificate
	existingARN               string
)

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Certificates", func(stack awscdk.Stack) {
		existing = certificate.New(stack, "Existing", certificate.Props{ARN: arn})
		existingARN = *existing.ACM.CertificateArn()
		issued = certificate.New(stack, "Issued", certificate.Props{Domain: "api.example.org", HostedZoneID: "Z0123456789"})
		sandbox = certificate.New(stack, "Sandbox", certificate.Props{
			Directory: program,
			Key:       keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"}),
			Sandbox:   true,
		})
		awscdk.NewCfnOutput(stack, jsii.String("ARN"), &awscdk.CfnOutputProps{Value: sandbox.ACM.CertificateArn()})
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("FrontDoor-Alb"), nil)
	c := certificate.New(stack, "Certificate", certificate.Props{Domain: "api.example.org", HostedZoneID: "Z0123456789ABCDEFGHIJ"})
	awscdk.NewCfnOutput(stack, jsii.String("Certificate"), &awscdk.CfnOutputProps{Value: c.ACM.CertificateArn()})
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		if !strings.Contains(problem, "xray:") { // the function's, which its own tests hold
			t.Error(problem)
		}
	}
}

func TestExisting(t *testing.T) {
	if existingARN != arn || existing.SelfSigned {
		t.Errorf("%s, self-signed %v", existingARN, existing.SelfSigned)
	}
}

func TestIssued(t *testing.T) {
	made := template.One("AWS::CertificateManager::Certificate").Properties
	if got := made.At("DomainValidationOptions").String(); got != `[{"DomainName":"api.example.org","HostedZoneId":"Z0123456789"}]` {
		t.Errorf("proven by %s", got)
	}
	if made.At("ValidationMethod").Value != "DNS" || issued.SelfSigned {
		t.Errorf("proven by %s, self-signed %v", made.At("ValidationMethod"), issued.SelfSigned)
	}
}

func TestSandbox(t *testing.T) {
	made := template.One("Custom::SandboxCertificate")
	for property, want := range map[string]string{
		"CommonName": "*.eu-west-1.elb.amazonaws.com", "Tags": `{"fulcrum:sandbox":{"Ref":"AWS::StackName"}}`,
	} {
		if got := made.Properties.At(property).String(); got != want {
			t.Errorf("%s is %s, want %s", property, got, want)
		}
	}
	output, _ := template.Outputs["ARN"].(map[string]any)
	if got := (synth.Node{Value: output["Value"]}).At("Ref").Value; got != made.ID {
		t.Errorf("the certificate is %v, not %s", got, made.ID)
	}
	for _, r := range []synth.Resource{made, template.One("AWS::Lambda::Function")} {
		if name, _ := r.Role(); name != "sandbox" {
			t.Errorf("%s is annotated %q", r.ID, name)
		}
	}
	if !sandbox.SelfSigned || sandbox.PEM == "" {
		t.Error("nobody is told that the certificate is self-signed")
	}
	// With its rights gone the function could not delete the certificate.
	policy := template.One("AWS::IAM::Policy")
	if on := (synth.Node{Value: made.DependsOn}).String(); !strings.Contains(on, policy.ID) {
		t.Errorf("the certificate may outlive the right to delete it: %s", on)
	}
}

// TestRights wants what the function may do to certificates to be narrowed by the
// stack's tag.
func TestRights(t *testing.T) {
	want := map[string]string{
		`["acm:AddTagsToCertificate","acm:ImportCertificate"]`: `{"StringEquals":{"aws:RequestTag/fulcrum:sandbox":{"Ref":"AWS::StackName"}}}`,
		`["acm:DeleteCertificate","acm:ImportCertificate"]`:    `{"StringEquals":{"aws:ResourceTag/fulcrum:sandbox":{"Ref":"AWS::StackName"}}}`,
	}
	for _, s := range template.One("AWS::IAM::Policy").Properties.At("PolicyDocument", "Statement").List() {
		actions := s.At("Action").String()
		if !strings.Contains(actions, "acm:") {
			continue
		}
		if got := s.At("Condition").String(); got != want[actions] {
			t.Errorf("%s on condition %s, want %s", actions, got, want[actions])
		}
		if got := s.At("Resource").String(); !strings.Contains(got, "arn:aws:acm:eu-west-1:") || !strings.Contains(got, ":certificate/*") {
			t.Errorf("%s on %s", actions, got)
		}
		delete(want, actions)
	}
	for actions := range want {
		t.Errorf("it may not %s", actions)
	}
}

func TestValidate(t *testing.T) {
	for _, x := range []struct {
		p    certificate.Props
		want []string
	}{
		{certificate.Props{}, []string{"give one of ARN, Domain and Directory, not 0"}},
		{certificate.Props{ARN: "x", Domain: "X", HostedZoneID: "y", Directory: program}, []string{
			"not 3 of them", `ARN: "x"`, `Domain: "X"`, `HostedZoneID: "y"`, "Key: missing",
		}},
		{certificate.Props{ARN: arn, HostedZoneID: "Z1"}, []string{`HostedZoneID: "Z1" is of no use`}},
	} {
		err := x.p.Validate()
		for _, want := range x.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want it to say %s", err, want)
			}
		}
	}
}
