package loadbalancer

import (
	"cmp"
	"strconv"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	elbv2 "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/name"

	"fulcrum/constructs/annotate"
)

func newTargets(scope constructs.Construct, p Props) elbv2.ApplicationTargetGroup {
	if p.Servers != nil {
		return newServers(scope, p)
	}
	return newFunctionTarget(scope, p.Handler)
}

// newFunctionTarget defines the group of one function. Its health is not checked:
// a check is a call like any other, and there is nowhere else to send requests.
//
// Elastic Load Balancing asks for the permission when the function becomes a
// target, so the permission comes first and names a group that does not exist yet:
// by a name of our own, followed by an id that AWS makes up.
func newFunctionTarget(scope constructs.Construct, handler awslambda.IFunction) elbv2.ApplicationTargetGroup {
	scope = constructs.NewConstruct(scope, jsii.String("Function"))
	stack := awscdk.Stack_Of(scope)
	name := name.Within(scope, 32)
	group := elbv2.NewApplicationTargetGroup(scope, jsii.String("Resource"), &elbv2.ApplicationTargetGroupProps{
		TargetGroupName:          jsii.String(name),
		TargetType:               elbv2.TargetType_LAMBDA,
		MultiValueHeadersEnabled: jsii.Bool(true),
	})
	permission := awslambda.NewCfnPermission(scope, jsii.String("Permission"), &awslambda.CfnPermissionProps{
		Action:        jsii.String("lambda:InvokeFunction"),
		FunctionName:  handler.FunctionArn(),
		Principal:     jsii.String("elasticloadbalancing.amazonaws.com"),
		SourceAccount: stack.Account(),
		SourceArn: stack.FormatArn(&awscdk.ArnComponents{
			Service:      jsii.String("elasticloadbalancing"),
			Resource:     jsii.String("targetgroup"),
			ResourceName: jsii.String(name + "/*"),
		}),
	})
	annotate.Acknowledge(permission, "It names the account and the target group; the rule takes an ARN only as plain text.", "CT.LAMBDA.PR.2")
	resource := group.Node().DefaultChild().(elbv2.CfnTargetGroup)
	resource.SetTargets([]any{&elbv2.CfnTargetGroup_TargetDescriptionProperty{Id: handler.FunctionArn()}})
	resource.AddResourceDependency(permission, nil)
	return group
}

func newServers(scope constructs.Construct, p Props) elbv2.ApplicationTargetGroup {
	protocol, health := elbv2.ApplicationProtocol_HTTP, elbv2.Protocol_HTTP
	if p.Servers.TLS {
		protocol, health = elbv2.ApplicationProtocol_HTTPS, elbv2.Protocol_HTTPS
	}
	s := p.Servers
	check := &elbv2.HealthCheck{
		Path:                    jsii.String(s.HealthPath),
		Protocol:                health,
		HealthyHttpCodes:        jsii.String("200"),
		Interval:                awscdk.Duration_Seconds(jsii.Number(10)),
		Timeout:                 awscdk.Duration_Seconds(jsii.Number(5)),
		HealthyThresholdCount:   jsii.Number(2),
		UnhealthyThresholdCount: jsii.Number(3),
	}
	var version elbv2.ApplicationProtocolVersion
	if s.GRPC {
		version = elbv2.ApplicationProtocolVersion_GRPC
		check.HealthyHttpCodes, check.HealthyGrpcCodes = nil, jsii.String("0") // OK
	}
	group := elbv2.NewApplicationTargetGroup(scope, jsii.String("Servers"), &elbv2.ApplicationTargetGroupProps{
		Vpc:             p.VPC,
		ProtocolVersion: version,
		TargetType:      map[TargetType]elbv2.TargetType{IP: elbv2.TargetType_IP, Instance: elbv2.TargetType_INSTANCE}[p.Servers.Type],
		Port:            jsii.Number(p.Servers.Port),
		Protocol:        protocol,
		HealthCheck:     check,
		// Longer than any request takes, shorter than the five minutes that a
		// deployment would otherwise wait for each server.
		DeregistrationDelay: awscdk.Duration_Seconds(jsii.Number(60)),
	})
	for _, attribute := range s.attributes() {
		group.SetAttribute(jsii.String(attribute[0]), jsii.String(attribute[1]))
	}
	group.AddTarget(s.Targets...)
	return group
}

// attributes returns how requests are handed out, by the names that the target group
// has for it.
//
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#target-group-attributes
func (s Servers) attributes() [][2]string {
	list := [][2]string{{"load_balancing.algorithm.type", string(cmp.Or(s.Algorithm, RoundRobin))}}
	if s.SlowStart > 0 {
		list = append(list, [2]string{"slow_start.duration_seconds", seconds(s.SlowStart)})
	}
	if s.Mitigation {
		list = append(list, [2]string{"load_balancing.algorithm.anomaly_mitigation", "on"})
	}
	if s.Stickiness > 0 {
		list = append(list, [2]string{"stickiness.enabled", "true"}, [2]string{"stickiness.type", "lb_cookie"},
			[2]string{"stickiness.lb_cookie.duration_seconds", seconds(s.Stickiness)})
	}
	return list
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) }
