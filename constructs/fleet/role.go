package fleet

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/keys"
)

// newRole defines what instances run as. The managed policy
// AmazonSSMManagedInstanceCore would let them read every parameter of the account;
// this role has what Session Manager needs, whose channels are on no resource that
// could be named.
//
// https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsessionmanagermessagegatewayservice.html
func newRole(scope constructs.Construct, p Props, code awss3assets.Asset, log awslogs.LogGroup) awsiam.Role {
	stack := awscdk.Stack_Of(scope)
	r := awsiam.NewRole(scope, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("ec2.amazonaws.com"), nil),
		Description: jsii.String("What the instances of " + p.Service + " may do"),
	})
	allow := func(sid, resource string, actions ...string) {
		r.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: jsii.String(sid), Actions: jsii.Strings(actions...), Resources: jsii.Strings(resource),
		}))
	}
	allow("FetchProgram", *code.Bucket().ArnForObjects(code.S3ObjectKey()), "s3:GetObject")
	allow("WriteOwnLog", *log.LogGroupArn(), "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")
	allow("BeManaged", *stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("ec2"), Resource: jsii.String("instance"), ResourceName: jsii.String("*"),
	}), "ssm:UpdateInstanceInformation")
	allow("OpenSessions", "*", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel")
	annotate.AcknowledgeGrants(r)
	annotate.Acknowledge(r, "EC2 chooses an instance's id after its role is there.", "AwsSolutions-IAM5[Resource::…:instance/*]")
	annotate.Acknowledge(r, "The channels of Session Manager are on no resource that could be named.", "AwsSolutions-IAM5[Resource::*]")
	return r
}

// allowVolumes lets EC2 Auto Scaling of this account start instances whose disks
// are under key: its service-linked role has no rights to anybody's own keys. The
// role is named in a condition, because a policy with a principal that is not
// there yet is refused, and AWS makes the role with the account's first group.
//
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
func allowVolumes(key *keys.Key) {
	if !key.Own() {
		return // the one that AWS manages for disks lets everybody in who may use the account's
	}
	stack := awscdk.Stack_Of(key.KMS)
	allow := func(sid string, more map[string]any, actions ...string) {
		conditions := map[string]any{
			"StringEquals": map[string]any{"kms:CallerAccount": *stack.Account()},
			"ArnEquals": map[string]any{"aws:PrincipalArn": *stack.FormatArn(&awscdk.ArnComponents{
				Service: jsii.String("iam"), Region: jsii.String(""),
				Resource:     jsii.String("role/aws-service-role/autoscaling.amazonaws.com"),
				ResourceName: jsii.String("AWSServiceRoleForAutoScaling"),
			})},
		}
		for operator, operands := range more {
			conditions[operator] = operands
		}
		key.KMS.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid:        jsii.String(sid),
			Principals: &[]awsiam.IPrincipal{awsiam.NewAnyPrincipal()},
			Actions:    jsii.Strings(actions...),
			Resources:  jsii.Strings("*"), // in a key's policy the key itself
			Conditions: &conditions,
		}), jsii.Bool(false))
	}
	allow("AutoScalingUsesVolumes", nil, "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey")
	allow("AutoScalingHandsVolumesOn", map[string]any{"Bool": map[string]any{"kms:GrantIsForAWSResource": "true"}}, "kms:CreateGrant")
}
