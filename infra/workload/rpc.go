package workload

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/loadbalancer"
	"fulcrum/constructs/route"
	"fulcrum/design/role"
)

// grpcHealth is the method of gRPC's health protocol that load balancers call.
const grpcHealth = "/grpc.health.v1.Health/Check"

// grpc says whether clients call procedures.
func (w *workload) grpc() bool { return w.Blueprint["rpc"] == "grpc" }

// speak sets what servers speak.
func (w *workload) speak(s *loadbalancer.Servers) {
	if w.grpc() {
		s.GRPC, s.HealthPath = true, grpcHealth
	}
}

// procedures returns the routes of the design's operations as methods of gRPC. Each is
// public at the door, which can only forward gRPC: the service verifies tokens.
//
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#target-group-protocol-version
func (w *workload) procedures() []route.Route {
	var routes []route.Route
	for _, o := range w.peak().Operations {
		routes = append(routes, route.Route{Method: "POST", Path: w.procedure(o.Name), Public: true})
	}
	return routes
}

// procedure returns the path of an operation's procedure:
// "/dinner.v1.Dinners/CreateDinner" for Create Dinner of the system Dinner.
func (w *workload) procedure(operation string) string {
	system := w.Design.System
	return "/" + strings.ToLower(system) + ".v1." + system + "s/" + strings.ReplaceAll(operation, " ", "")
}

// faults counts the calls that failed, from the log that servers write: an answer of
// gRPC has the status 200 of HTTP whatever its own is, so the load balancer's figures
// see none of them.
func (w *workload) faults(log awslogs.ILogGroup) awscloudwatch.Metric {
	const name = "Faults"
	filter := awslogs.NewMetricFilter(w.stack, jsii.String("Faults"), &awslogs.MetricFilterProps{
		LogGroup:        log,
		FilterPattern:   awslogs.FilterPattern_NumberValue(jsii.String("$.Fault"), jsii.String("="), jsii.Number(1)),
		MetricNamespace: awscdk.Aws_STACK_NAME(),
		MetricName:      jsii.String(name),
		MetricValue:     jsii.String("1"),
		DefaultValue:    jsii.Number(0),
	})
	annotate.Role(filter, role.Alarm)
	return filter.Metric(&awscloudwatch.MetricOptions{Statistic: awscloudwatch.Stats_SUM()})
}
