// Package clientca defines whose client certificates a front door takes: an
// authority's certificate in a bucket, and what a load balancer trusts it with.
//
// The authority is the owner's own, from a file. For want of one, a function makes
// an authority at deployment and one certificate for a client, and forgets the
// authority's key: nobody can issue another, and the client's is there to try the
// door with. The function is lambdas/cmd/clientca.
//
// A door only looks at certificates that authorities have not revoked if it is
// told: give a load balancer a list in Revoked. API Gateway knows no such lists; to
// shut out a client there, replace its authority in the file, which makes a new
// version of the bucket's object, or let the token end.
//
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mutual-tls.html
package clientca

import (
	"os"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	elbv2 "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/function"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/vault"
	"fulcrum/design/role"
)

// Props configures an Authority: a File, or a Directory.
type Props struct {
	// File has the certificates of the authorities, in PEM.
	File string
	// Revoked is a file with a list of certificates that the authorities have
	// revoked, in PEM (RFC 5280). It needs a File. Default: none are.
	Revoked string
	// Directory holds the program that makes an authority, an executable file
	// called "bootstrap".
	Directory string
	// Key encrypts the made-up client's private key. Required with Directory.
	Key *keys.Key
	// LogDays is how long that program's log is kept. Required with Directory.
	LogDays int
	// Sandbox deletes the log and the bucket with their stack. Default: they stay.
	Sandbox bool
}

// Authority is whose certificates are taken.
type Authority struct {
	// Version is the version of the object in the bucket; nil if its key changes with
	// its content.
	Version *string
	// Client is where the certificate and the private key of the made-up client are,
	// an s3:// address; empty with a File.
	Client string

	scope       constructs.Construct
	bucket, key *string
	revoked     awss3assets.Asset
	made        awscdk.CustomResource
}

const (
	bundle  = "authorities.pem"
	client  = "client.pem"
	timeout = time.Minute
)

// New defines an authority called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Authority {
	props.Must("clientca", id, p.Validate())
	scope = constructs.NewConstruct(scope, jsii.String(id))
	if p.File == "" {
		return newMade(scope, p)
	}
	file := awss3assets.NewAsset(scope, jsii.String("File"), &awss3assets.AssetProps{Path: jsii.String(p.File)})
	a := &Authority{scope: scope, bucket: file.S3BucketName(), key: file.S3ObjectKey()}
	if p.Revoked != "" {
		a.revoked = awss3assets.NewAsset(scope, jsii.String("Revoked"), &awss3assets.AssetProps{Path: jsii.String(p.Revoked)})
	}
	return a
}

// newMade defines the authority that a function makes up.
func newMade(scope constructs.Construct, p Props) *Authority {
	store := vault.New(scope, "Store", vault.Props{Key: p.Key, Days: lifetimeDays, LogDays: p.LogDays, Sandbox: p.Sandbox})
	annotate.Role(store.Bucket, role.Sandbox)
	f := function.New(scope, "Function", function.Props{
		Directory: p.Directory, Service: "clientca", Description: "Makes a client and the authority that issues its certificate",
		Timeout: timeout, Key: p.Key, LogDays: p.LogDays, Role: role.Sandbox, Sandbox: p.Sandbox,
	})
	f.Role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("KeepCertificates"), Actions: jsii.Strings("s3:PutObject"),
		Resources: &[]*string{store.Bucket.ArnForObjects(jsii.String(bundle)), store.Bucket.ArnForObjects(jsii.String(client))},
	}))
	vault.GrantErase(store.Bucket, f.Role)
	annotate.Acknowledge(f.Role, "It removes what it has put there, in every version, when the stack is deleted.", "AwsSolutions-IAM5[Resource::…Arn>/*]")
	p.Key.Grant(f.Role, "kms:GenerateDataKey")
	made := awscdk.NewCustomResource(scope, jsii.String("Resource"), &awscdk.CustomResourceProps{
		ServiceToken:         f.Lambda.FunctionArn(),
		ServiceTimeout:       awscdk.Duration_Seconds(jsii.Number((2 * timeout).Seconds())),
		ResourceType:         jsii.String("Custom::ClientAuthority"),
		PascalCaseProperties: jsii.Bool(false),
		RemovalPolicy:        awscdk.RemovalPolicy_DESTROY,
		Properties:           &map[string]any{"Bucket": store.Bucket.BucketName(), "CommonName": "client-of-" + *awscdk.Aws_STACK_NAME()},
	})
	made.Node().AddDependency(f.Role, store.Bucket.Policy())
	annotate.Role(made, role.Sandbox)
	return &Authority{
		Version: made.GetAttString(jsii.String("Version")), Client: "s3://" + *store.Bucket.BucketName() + "/" + client,
		scope: scope, bucket: store.Bucket.BucketName(), key: jsii.String(bundle), made: made,
	}
}

// lifetimeDays is how long the made-up certificates last and are kept.
const lifetimeDays = 398

// URI returns where the authorities' certificates are, an s3:// address.
func (a *Authority) URI() string { return "s3://" + *a.bucket + "/" + *a.key }

// Before lets a resource that reads the certificates wait for them.
func (a *Authority) Before(resource awscdk.CfnResource) {
	if a.made != nil {
		resource.Node().AddDependency(a.made)
	}
}

// Guard makes a listener ask each client for a certificate of the authority that is
// valid today and not revoked, and name the authorities it takes.
func (a *Authority) Guard(listener elbv2.ApplicationListener) {
	trust := elbv2.NewCfnTrustStore(a.scope, jsii.String("Trust"), &elbv2.CfnTrustStoreProps{
		CaCertificatesBundleS3Bucket:        a.bucket,
		CaCertificatesBundleS3Key:           a.key,
		CaCertificatesBundleS3ObjectVersion: a.Version,
	})
	annotate.Role(trust, role.Identity)
	a.Before(trust)
	if a.revoked != nil {
		elbv2.NewCfnTrustStoreRevocation(a.scope, jsii.String("Revocation"), &elbv2.CfnTrustStoreRevocationProps{
			TrustStoreArn: trust.AttrTrustStoreArn(),
			RevocationContents: []any{&elbv2.CfnTrustStoreRevocation_RevocationContentProperty{
				RevocationType: jsii.String("CRL"), S3Bucket: a.revoked.S3BucketName(), S3Key: a.revoked.S3ObjectKey(),
			}},
		})
	}
	listener.Node().DefaultChild().(elbv2.CfnListener).SetMutualAuthentication(&elbv2.CfnListener_MutualAuthenticationProperty{
		Mode:                          jsii.String("verify"),
		TrustStoreArn:                 trust.AttrTrustStoreArn(),
		IgnoreClientCertificateExpiry: jsii.Bool(false),
		AdvertiseTrustStoreCaNames:    jsii.String("on"),
	})
}

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Check((p.File == "") != (p.Directory == ""), "File", "give a File or a Directory, and not both")
	for field, path := range map[string]string{"File": p.File, "Revoked": p.Revoked} {
		if path != "" {
			info, err := os.Stat(path)
			found.Check(err == nil && !info.IsDir(), field, "there is no file %s", path)
		}
	}
	found.Check(p.Revoked == "" || p.File != "", "Revoked", "%s is a list of authorities that no File names", p.Revoked)
	if p.Directory != "" {
		found.Required(p.Key != nil, "Key")
		found.Check(p.LogDays > 0, "LogDays", "%d is not positive", p.LogDays)
	}
	return found.Err()
}
