package service

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// newRole defines a role that ECS hands to tasks of this account and Region only.
// CDK gives the execution role the pulling of the image and the writing of the
// log; ecr:GetAuthorizationToken is on no resource that could be named.
//
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
func newRole(scope constructs.Construct, id, description string) awsiam.Role {
	stack := awscdk.Stack_Of(scope)
	tasks := awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), &awsiam.ServicePrincipalOpts{
		Conditions: &map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": *stack.Account()},
			"ArnLike": map[string]any{"aws:SourceArn": *stack.FormatArn(&awscdk.ArnComponents{
				Service: jsii.String("ecs"), Resource: jsii.String("*"), ArnFormat: awscdk.ArnFormat_NO_RESOURCE_NAME,
			})},
		},
	})
	return awsiam.NewRole(scope, jsii.String(id), &awsiam.RoleProps{AssumedBy: tasks, Description: jsii.String(description)})
}
