package clientca_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	elbv2 "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/clientca"
	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
)

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Clients", func(stack awscdk.Stack) {
		vpc := awsec2.NewVpc(stack, jsii.String("VPC"), &awsec2.VpcProps{NatGateways: jsii.Number(0)})
		alb := elbv2.NewApplicationLoadBalancer(stack, jsii.String("ALB"), &elbv2.ApplicationLoadBalancerProps{Vpc: vpc})
		listener := func(port float64) elbv2.ApplicationListener {
			return alb.AddListener(jsii.Sprintf("Listener%v", port), &elbv2.BaseApplicationListenerProps{
				Port: jsii.Number(port), Protocol: elbv2.ApplicationProtocol_HTTPS, Open: jsii.Bool(false), SslPolicy: elbv2.SslPolicy_TLS13_13,
				Certificates:  &[]elbv2.IListenerCertificate{elbv2.ListenerCertificate_FromArn(jsii.String("arn:aws:acm:eu-west-1:123456789012:certificate/1"))},
				DefaultAction: elbv2.ListenerAction_FixedResponse(jsii.Number(404), nil),
			})
		}
		key := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
		clientca.New(stack, "Made", clientca.Props{Directory: "../function/testdata/program", Key: key, LogDays: 30}).Guard(listener(443))
		clientca.New(stack, "Own", clientca.Props{File: "clientca.go", Revoked: "clientca_test.go"}).Guard(listener(8443))
	})
}

// TestTrust wants each listener to ask for certificates: of the made-up authority by
// the version that was made, of one's own by its content, less the revoked.
func TestTrust(t *testing.T) {
	for _, l := range template.OfType("AWS::ElasticLoadBalancingV2::Listener") {
		m := l.Properties.At("MutualAuthentication")
		if m.At("Mode").String() != "verify" || m.At("TrustStoreArn").Value == nil {
			t.Errorf("%s asks for %s", l.ID, m)
		}
	}
	stores := template.OfType("AWS::ElasticLoadBalancingV2::TrustStore")
	if len(stores) != 2 {
		t.Fatalf("%d trust stores", len(stores))
	}
	if version := stores[0].Properties.At("CaCertificatesBundleS3ObjectVersion", "Fn::GetAtt", 1).String(); version != "Version" {
		t.Errorf("the made-up authority is trusted in version %s", version)
	}
	revoked := template.One("AWS::ElasticLoadBalancingV2::TrustStoreRevocation").Properties
	if !strings.HasPrefix(revoked.At("TrustStoreArn", "Fn::GetAtt", 0).String(), "Own") || revoked.At("RevocationContents", 0, "RevocationType").String() != "CRL" {
		t.Errorf("revoked %s", revoked)
	}
}

// TestTheMakerReadsNothing wants the function to write the two objects and delete
// them, and to read neither.
func TestTheMakerReadsNothing(t *testing.T) {
	for _, p := range template.OfType("AWS::IAM::Policy") {
		if strings.Contains(p.Properties.String(), "s3:GetObject") {
			t.Errorf("%s reads what it made", p.ID)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, x := range []struct {
		p    clientca.Props
		want string
	}{
		{clientca.Props{}, "give a File or a Directory"},
		{clientca.Props{File: "nowhere.pem"}, "there is no file nowhere.pem"},
		{clientca.Props{Directory: "x", Revoked: "clientca.go"}, "that no File names"},
		{clientca.Props{Directory: "x"}, "Key: missing"},
	} {
		if err := x.p.Validate(); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%v, want %s", err, x.want)
		}
	}
}
