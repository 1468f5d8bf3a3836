package workload

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	elbv2 "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"

	"fulcrum/constructs/function"
	"fulcrum/constructs/loadbalancer"
	"fulcrum/constructs/tokenkeys"
	"fulcrum/constructs/vpclink"
	"fulcrum/design"
	"fulcrum/design/role"
)

// backend is what a front door hands requests to: a function or servers.
type backend struct {
	// function is nil where servers are behind the door.
	function awslambda.IFunction
	// servers is nil where a function is. behind registers them with the target
	// group of a listener.
	servers *loadbalancer.Servers
	behind  func(elbv2.ApplicationTargetGroup)
	// log is what servers write.
	log awslogs.ILogGroup
	// runsAs is who reads and writes the tables.
	runsAs awsiam.IGrantable
	// group is the security group it is in; nil outside the network.
	group awsec2.ISecurityGroup
}

// computes holds how each option of compute is defined.
var computes = map[string]func(w *workload) backend{
	"lambda":  (*workload).lambda,
	"fargate": (*workload).fargate,
	"ec2":     (*workload).ec2,
}

// defineBackend defines what serves every operation, and lets it use the tables.
func (w *workload) defineBackend() backend {
	b := computes[w.Blueprint["compute"]](w)
	w.useTables(b.runsAs)
	if secret, ok := w.edgeSecret(); ok && w.private() {
		if b.servers != nil {
			secret.GrantRead(b.runsAs)
		}
		w.network().Reach("secretsmanager")
	}
	w.letCache(b)
	return b
}

// useTables lets grantee do what the operations of the design do.
func (w *workload) useTables(grantee awsiam.IGrantable) {
	w.grantChanges(grantee)
	w.readModels.GrantRead(grantee)
	w.signFiles(grantee)
	if s := w.saga(); s != nil {
		s.GrantRun(grantee)
	}
	w.letSeal(grantee)
	w.letSend(grantee)
}

// lambda defines the option lambda.
func (w *workload) lambda() backend {
	f := w.apiFunction("Api", w.Settings.Functions, w.variantName(currentVariant))
	b := backend{function: w.released(f.Lambda), runsAs: f.Lambda}
	if w.private() {
		b.group = f.SecurityGroup
	}
	return b
}

// apiFunction defines the program of the operations from a directory, as a variant
// by name where there are two: inside the network where what it uses is there.
func (w *workload) apiFunction(id, directory, variant string) *function.Function {
	environment, inside := w.apiEnvironment(), w.private()
	if variant != "" {
		environment["VARIANT"] = variant
	}
	var keys *tokenkeys.Keys
	if inside && w.Blueprint["front-door"] == "alb" { // which hands on no claims, and the issuer is out of reach
		keys = w.tokenKeys()
		environment["TOKEN_KEYS_TABLE"] = *keys.Table.Dynamo.TableName()
	}
	f := w.newFunction(directory, functionAPI, id, w.answerTime(), role.Compute, environment, inside)
	if keys != nil {
		f.Lambda.Node().AddDependency(keys.Published)
		keys.Table.GrantRead(f.Lambda)
	}
	return f
}

// link defines the way from an API of API Gateway to b; nil to a function.
func (w *workload) link(b backend) *vpclink.Link {
	if b.servers == nil {
		return nil
	}
	l := vpclink.New(w.stack, "Link", vpclink.Props{
		Network: w.network(), Servers: b.servers, LogDays: w.class(design.Telemetry).RetentionDays, Sandbox: w.Settings.Sandbox,
	})
	b.behind(l.Balancer.Targets)
	return l
}
