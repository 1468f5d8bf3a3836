// Package certificate defines the TLS certificate of a load balancer: one that
// exists, one that ACM issues for a domain, or, for want of a domain, a
// self-signed one for a sandbox.
//
// # The self-signed one
//
// A function makes it at deployment and imports it into ACM; it goes with its
// stack. It is for every load balancer's name in the Region, because the name of
// this one is not known in time, so a client that is told to trust it needs no
// exception for the name. It lasts 398 days and nobody renews it. The function is
// lambdas/cmd/certificate.
package certificate

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/function"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/design/role"
)

// Props configures a Certificate: an ARN, or a Domain with its HostedZoneID, or a
// Directory.
type Props struct {
	// ARN is of a certificate in the stack's own Region.
	ARN string
	// Domain is the name the certificate is for.
	Domain string
	// HostedZoneID is the public Route 53 zone of Domain, "Z…", in which ACM finds
	// its proof and renews it for as long as the record stays.
	HostedZoneID string
	// Directory holds the program that makes a self-signed certificate, an
	// executable file called "bootstrap".
	Directory string
	// Key encrypts that program's environment and log. Required with Directory.
	Key *keys.Key
	// LogDays is how long that program's log is kept. Default: 30 days.
	LogDays int
	// Sandbox deletes that log with its stack. Default: it stays.
	Sandbox bool
}

// Certificate is a certificate and the resources defined with it.
type Certificate struct {
	ACM awscertificatemanager.ICertificate
	// SelfSigned says that no client trusts the certificate unless told to. Then
	// PEM is its text.
	SelfSigned bool
	PEM        string
}

const (
	// TagKey is the tag of a self-signed certificate. Its value is the name of the
	// stack that the certificate belongs to.
	TagKey = "fulcrum:sandbox"

	timeout = 5 * time.Minute // ACM takes its time to see that a listener is gone
)

// New defines a certificate called id within scope. It panics if props are
// invalid.
func New(scope constructs.Construct, id string, p Props) *Certificate {
	props.Must("certificate", id, p.Validate())
	scope = constructs.NewConstruct(scope, jsii.String(id))
	switch {
	case p.ARN != "":
		return &Certificate{ACM: awscertificatemanager.Certificate_FromCertificateArn(scope, jsii.String("Resource"), jsii.String(p.ARN))}
	case p.Domain != "":
		return &Certificate{ACM: newIssued(scope, p)}
	default:
		return newSelfSigned(scope, p)
	}
}

func newIssued(scope constructs.Construct, p Props) awscertificatemanager.Certificate {
	zone := awsroute53.PublicHostedZone_FromPublicHostedZoneId(scope, jsii.String("Zone"), jsii.String(p.HostedZoneID))
	issued := awscertificatemanager.NewCertificate(scope, jsii.String("Resource"), &awscertificatemanager.CertificateProps{
		DomainName:   jsii.String(p.Domain),
		Validation:   awscertificatemanager.CertificateValidation_FromDns(zone),
		KeyAlgorithm: awscertificatemanager.KeyAlgorithm_EC_PRIME256V1(),
	})
	annotate.Role(issued, role.FrontDoor)
	return issued
}

func newSelfSigned(scope constructs.Construct, p Props) *Certificate {
	stack := awscdk.Stack_Of(scope)
	f := function.New(scope, "Function", function.Props{
		Directory:   p.Directory,
		Service:     "certificate",
		Description: "Makes the self-signed certificate of a sandbox",
		Timeout:     timeout,
		Key:         p.Key,
		LogDays:     p.LogDays,
		Role:        role.Sandbox,
		Sandbox:     p.Sandbox,
	})
	allow(f.Role, stack)
	made := awscdk.NewCustomResource(scope, jsii.String("Resource"), &awscdk.CustomResourceProps{
		ServiceToken:         f.Lambda.FunctionArn(),
		ServiceTimeout:       awscdk.Duration_Seconds(jsii.Number((timeout + time.Minute).Seconds())),
		ResourceType:         jsii.String("Custom::SandboxCertificate"),
		PascalCaseProperties: jsii.Bool(false),
		RemovalPolicy:        awscdk.RemovalPolicy_DESTROY,
		Properties: &map[string]any{
			"CommonName": "*." + *stack.Region() + ".elb.amazonaws.com",
			"Tags":       map[string]any{TagKey: awscdk.Aws_STACK_NAME()},
		},
	})
	// Its rights go last when the stack is deleted, after the certificate.
	made.Node().AddDependency(f.Role)
	annotate.Role(made, role.Sandbox)
	return &Certificate{
		ACM:        awscertificatemanager.Certificate_FromCertificateArn(scope, jsii.String("Imported"), made.Ref()),
		SelfSigned: true,
		PEM:        *made.GetAttString(jsii.String("Certificate")),
	}
}

// allow lets the function import certificates with the stack's tag, and see and
// delete those that have it. The ids of certificates are ACM's to choose, so the
// resource is a wildcard and the tag narrows it.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscertificatemanager.html
func allow(r awsiam.Role, stack awscdk.Stack) {
	certificates := stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("acm"), Resource: jsii.String("certificate"), ResourceName: jsii.String("*"),
	})
	add := func(sid, conditionKey string, actions ...string) {
		r.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid:        jsii.String(sid),
			Actions:    jsii.Strings(actions...),
			Resources:  &[]*string{certificates},
			Conditions: &map[string]any{"StringEquals": map[string]any{conditionKey + "/" + TagKey: awscdk.Aws_STACK_NAME()}},
		}))
	}
	annotate.Acknowledge(r, "ACM chooses the ids of certificates; a tag with the stack's name narrows each statement to the stack's own.",
		"AwsSolutions-IAM5[Resource::…:certificate/*]")
	add("ImportWithOwnTag", "aws:RequestTag", "acm:ImportCertificate", "acm:AddTagsToCertificate")
	// Imported in place of an own one, a certificate keeps its tag and takes no other.
	add("RenewAndDeleteOwn", "aws:ResourceTag", "acm:ImportCertificate", "acm:DeleteCertificate")
}
