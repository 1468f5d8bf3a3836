// Package name makes names that are unique in an account and Region.
package name

import (
	"regexp"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// InStack returns a name for scope: the name that its stack is deployed under and
// the ids of scope and its parents within the stack, joined by dashes. Since the
// stack's name is filled in at deployment, two stacks that define the same have
// the same template.
func InStack(scope constructs.IConstruct) string { return *awscdk.Aws_STACK_NAME() + Path(scope) }

// Path returns the ids of scope and its parents within the stack, a dash before
// each.
func Path(scope constructs.IConstruct) string {
	ids := strings.TrimPrefix(*scope.Node().Path(), *awscdk.Stack_Of(scope).Node().Path())
	return strings.ReplaceAll(ids, "/", "-")
}

// Tag replaces the tag Name that the CDK gives to scope and what is in it, where
// the stack's own name would be in the template.
func Tag(scope constructs.IConstruct) {
	awscdk.Tags_Of(scope).Add(jsii.String("Name"), jsii.String(InStack(scope)), &awscdk.TagProps{Priority: jsii.Number(300)})
}

// InAccount returns a name of small letters, digits and dashes, of up to 64
// characters, for a resource called id within scope that is the account's, whatever
// its Region. Neither the stack's name nor the Region is in it: together they may
// be longer than that, and a stack's own id tells it from those of other Regions.
func InAccount(scope constructs.IConstruct, id string) string {
	return within(Path(scope)+"/"+id, 64)
}

// Small returns a name of small letters, digits and dashes for scope, of up to 40
// characters, for services that take no capitals, which a stack's name may have:
// the ids of scope and its parents within the stack, and what tells the stack from
// every other one that was ever deployed.
func Small(scope constructs.Construct) string { return Within(scope, 40) }

// Within returns such a name of up to most characters, at least 20.
func Within(scope constructs.Construct, most int) string { return within(Path(scope), most) }

func within(ids string, most int) string {
	room := most - len("-01234567")
	small := strings.Trim(notSmall.ReplaceAllString(strings.ToLower(ids), "-"), "-")
	if len(small) > room {
		small = small[:room]
	}
	// arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/UUID
	unique := awscdk.Fn_Select(jsii.Number(0), awscdk.Fn_Split(jsii.String("-"),
		awscdk.Fn_Select(jsii.Number(2), awscdk.Fn_Split(jsii.String("/"), awscdk.Aws_STACK_ID(), nil)), nil))
	return strings.TrimRight(small, "-") + "-" + *unique
}

var notSmall = regexp.MustCompile(`[^a-z0-9]+`)
