package workload

import (
	"regexp"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// forgetName takes the stack's name out of the logical ids of rules between
// security groups and of permissions. The CDK names them after the full path of the
// other side, so that the same resource would have another id in each stack.
func (w *workload) forgetName() {
	name := *awscdk.Names_UniqueId(w.stack)
	if i := strings.LastIndex(name, "-"); i >= 0 {
		name = name[i+1:]
	}
	other := regexp.MustCompile(regexp.QuoteMeta(name) + `([A-Za-z0-9]*?)[0-9A-F]{8}`)
	for _, c := range *w.stack.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		switch r := c.(type) {
		case awsec2.CfnSecurityGroupIngress, awsec2.CfnSecurityGroupEgress, awslambda.CfnPermission:
			path := strings.TrimPrefix(*c.Node().Path(), *w.stack.Node().Path()+"/")
			if own := other.ReplaceAllString(path, "$1"); own != path {
				r.(awscdk.CfnElement).OverrideLogicalId(jsii.String(notAlphanumeric.ReplaceAllString(own, "")))
			}
		}
	}
}

var notAlphanumeric = regexp.MustCompile(`[^A-Za-z0-9]`)
