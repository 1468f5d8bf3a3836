// Package name makes names that are unique in an account and Region.
package name

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
)

// InStack returns a name for scope: the name that its stack is deployed under and
// the ids of scope and its parents within the stack, joined by dashes. Since the
// stack's name is filled in at deployment, two stacks that define the same have
// the same template.
func InStack(scope constructs.Construct) string {
	ids := strings.TrimPrefix(*scope.Node().Path(), *awscdk.Stack_Of(scope).Node().Path())
	return *awscdk.Aws_STACK_NAME() + strings.ReplaceAll(ids, "/", "-")
}

// InAccount returns such a name for a resource that is the account's, whatever
// its Region: the Region is part of it.
func InAccount(scope constructs.Construct) string {
	return InStack(scope) + "-" + *awscdk.Aws_REGION()
}
