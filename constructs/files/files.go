// Package files defines a private, encrypted bucket whose files clients send and
// load by presigned URLs, each for a few minutes.
//
// Choose it for files that few may see; choose package site for what browsers load
// as a page, again and again: a presigned URL names one file, cannot be linked to,
// and is cached by nobody.
package files

import (
	"regexp"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/vault"
	"fulcrum/design/role"
)

// Props configures Files. The zero value of an optional field means its default.
type Props struct {
	// Key encrypts the files. Required.
	Key *keys.Key
	// DataClass is the class of data of the files. Default: the key's.
	DataClass string
	// Days is how long a file is kept after it was written, as the data class says.
	// Required.
	Days int
	// Origins are the web pages that may send and load files, "https://example.org".
	// Default: none, no page may.
	Origins []string
	// MaxAge is how old a signature may be, in whole seconds up to an hour, whatever
	// the URL says of its expiry. Default: 10 minutes.
	MaxAge time.Duration
	// LogKey encrypts the access log. Default: Key.
	LogKey *keys.Key
	// LogDays is how long the access log is kept, rounded down to a period that
	// CloudWatch Logs has. Required.
	LogDays int
	// Sandbox deletes the bucket, if it is empty, with its stack. Default: it stays.
	Sandbox bool
}

// Files is a bucket and the resources defined with it.
type Files struct {
	*vault.Vault
	key *keys.Key
}

const defaultMaxAge = 10 * time.Minute

var origin = regexp.MustCompile(`^https://[a-z0-9.-]+(:[0-9]+)?$`)

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Check(p.MaxAge == 0 || p.MaxAge >= time.Second && p.MaxAge <= time.Hour && p.MaxAge%time.Second == 0, "MaxAge",
		"%v is not whole seconds from 1s to 1h; leave it out for %v", p.MaxAge, defaultMaxAge)
	for _, o := range p.Origins {
		found.Check(origin.MatchString(o), "Origins", "%q is not an origin; give it like https://example.org", o)
	}
	if err := p.vault().Validate(); err != nil {
		found.Check(false, "Files", "%v", err)
	}
	return found.Err()
}

func (p Props) vault() vault.Props {
	return vault.Props{Key: p.Key, DataClass: p.DataClass, Days: p.Days, LogKey: p.LogKey, LogDays: p.LogDays, Sandbox: p.Sandbox}
}

// New defines files called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Files {
	props.Must("files", id, p.Validate())
	if p.MaxAge == 0 {
		p.MaxAge = defaultMaxAge
	}
	if p.DataClass == "" {
		p.DataClass = p.Key.DataClass
	}
	v := vault.New(scope, id, p.vault())
	annotate.Role(v.Bucket, role.Site, annotate.Attributes{annotate.DataClass: p.DataClass, "presigned": true})
	if len(p.Origins) > 0 {
		v.Bucket.AddCorsRule(&awss3.CorsRule{
			AllowedOrigins: js.Strings(p.Origins),
			AllowedMethods: &[]awss3.HttpMethods{awss3.HttpMethods_GET, awss3.HttpMethods_PUT},
			AllowedHeaders: jsii.Strings("content-type"),
			MaxAge:         jsii.Number(defaultMaxAge.Seconds()),
		})
	}
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html#PresignedUrlUploadObject-LimitCapabilities
	v.Bucket.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("RecentSignaturesOnly"),
		Effect:     awsiam.Effect_DENY,
		Principals: &[]awsiam.IPrincipal{awsiam.NewAnyPrincipal()},
		Actions:    jsii.Strings("s3:*"),
		Resources:  &[]*string{v.Bucket.ArnForObjects(jsii.String("*"))},
		Conditions: &map[string]any{"NumericGreaterThan": map[string]any{"s3:signatureAge": p.MaxAge.Milliseconds()}},
	}))
	return &Files{Vault: v, key: p.Key}
}

// GrantSign lets URLs that grantee signs send and load files under a prefix. By
// itself grantee can do neither: only what carries its signature in the URL counts.
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
func (f *Files) GrantSign(grantee awsiam.IGrantable, prefix string) {
	add := func(sid string, resource *string, conditions map[string]any, actions ...string) {
		grantee.GrantPrincipal().AddToPrincipalPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: jsii.String(sid), Actions: jsii.Strings(actions...), Resources: &[]*string{resource},
			Conditions: &map[string]any{"StringEquals": conditions},
		}))
	}
	add("SignFiles", f.Bucket.ArnForObjects(jsii.String(prefix+"*")), map[string]any{"s3:authType": "REST-QUERY-STRING"}, "s3:GetObject", "s3:PutObject")
	if f.key.Own() {
		add("KeyOfFiles", f.key.ARN(), map[string]any{
			"kms:ViaService": "s3." + *awscdk.Stack_Of(f.Bucket).Region() + ".amazonaws.com",
		}, "kms:Decrypt", "kms:GenerateDataKey")
	}
}
