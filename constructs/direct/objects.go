package direct

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/route"
)

// Upload keeps the request's body as the caller's object in an S3 bucket: the key
// is Prefix and the caller, so that nobody writes what is another's. Put in a
// path, a client's own words could climb out of it; there are none.
type Upload objects

// Download answers with the caller's object. A client gets bytes, whatever it says
// it accepts.
type Download objects

// objects are the objects of callers in a bucket.
type objects struct {
	// Bucket keeps the objects. Required.
	Bucket awss3.Bucket
	// Key encrypts the bucket. Required.
	Key *keys.Key
	// Prefix comes before the caller in an object's key, for example "photos/".
	// Required.
	Prefix string
	// Types are the media types of the objects, for example "image/jpeg". Required.
	Types []string
}

// Integrate defines the integration.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/integrating-api-with-aws-services-s3.html
func (u Upload) Integrate(scope constructs.Construct, _ route.Route, d Door) Integration {
	return objects(u).integrate(scope, d, "PUT", "keep an object", []string{"s3:PutObject"}, []string{"kms:GenerateDataKey"},
		map[string]string{"integration.request.header.Content-Type": "method.request.header.Content-Type"},
		map[string]bool{"method.request.header.Content-Type": true},
		[]answer{{when: "200", status: 204}, busy, failed})
}

// Integrate defines the integration. Without permission to list, S3 says 403 of an
// object that is not there.
//
// Whatever was uploaded as a picture is handed out as a file that no browser runs.
func (w Download) Integrate(scope constructs.Construct, _ route.Route, d Door) Integration {
	found := answer{when: "200", status: 200, convert: awsapigateway.ContentHandling_CONVERT_TO_BINARY, headers: map[string]string{
		"Content-Type":            "integration.response.header.Content-Type",
		"ETag":                    "integration.response.header.ETag",
		"Content-Disposition":     "'attachment'",
		"Content-Security-Policy": "'sandbox'",
	}}
	return objects(w).integrate(scope, d, "GET", "read an object", []string{"s3:GetObject"}, []string{"kms:Decrypt"}, nil, nil, []answer{
		found, {when: "(403|404)", status: 404, body: problem(404, "There is nothing here"), headers: problemType}, busy, failed,
	})
}

func (o objects) integrate(scope constructs.Construct, d Door, method, does string, actions, use []string, parameters map[string]string, required map[string]bool, answers []answer) Integration {
	role := newRole(scope, does, o.Key, nil, *o.Bucket.ArnForObjects(jsii.String(o.Prefix + "*")), actions...)
	annotate.Acknowledge(role, "Which object it is, the caller's token says: the integration puts the caller behind the prefix.", "AwsSolutions-IAM5[Resource::….Arn>/"+o.Prefix+"*]")
	if o.Key.Own() {
		role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: jsii.String("UnderItsKey"), Actions: jsii.Strings(use...), Resources: &[]*string{o.Key.KMS.KeyArn()},
			Conditions: &map[string]any{"StringEquals": map[string]any{"kms:ViaService": "s3." + *o.Bucket.Stack().Region() + ".amazonaws.com"}},
		}))
	}
	mapped := map[string]*string{"integration.request.path.caller": jsii.String(d.Caller)}
	for to, from := range parameters {
		mapped[to] = jsii.String(from)
	}
	return Integration{
		AWS: awsapigateway.NewAwsIntegration(&awsapigateway.AwsIntegrationProps{
			Service:               jsii.String("s3"),
			Path:                  jsii.String(*o.Bucket.BucketName() + "/" + o.Prefix + "{caller}"),
			IntegrationHttpMethod: jsii.String(method),
			Options: &awsapigateway.IntegrationOptions{
				CredentialsRole:      role,
				RequestParameters:    &mapped,
				PassthroughBehavior:  awsapigateway.PassthroughBehavior_WHEN_NO_TEMPLATES,
				IntegrationResponses: d.integrationResponses(answers),
			},
		}),
		Responses: d.methodResponses(answers), Parameters: required, BinaryTypes: o.Types,
	}
}

// Validate reports every problem of u, or nil.
func (u Upload) Validate() error { return objects(u).validate() }

// Validate reports every problem of w, or nil.
func (w Download) Validate() error { return objects(w).validate() }

func (o objects) validate() error {
	var found props.Problems
	found.Required(o.Bucket != nil, "Bucket")
	found.Required(o.Key != nil, "Key")
	found.Required(o.Prefix != "", "Prefix")
	found.Required(len(o.Types) > 0, "Types")
	return found.Err()
}
