package cost

import (
	"fmt"
	"math"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/compare/price"
	"fulcrum/design/role"
)

// metricsOfOperation is how many metrics the service's programs write of each
// operation and of each event that they handle: Latency, Success, Refused and Fault,
// in the embedded metric format. CloudWatch charges what it finds there as custom
// metrics; those of one name from several functions are one.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html
const metricsOfOperation = 4

// ownMetrics prices the metrics in the log lines of the programs that answer calls,
// with those in their consumers' lines. What the programs of another app write is not
// known.
func (c *context) ownMetrics(d Demand) []Usage {
	if c.stack.System == "" {
		return nil
	}
	names := 0
	for _, o := range d.Load.Operations {
		if o.Calls > 0 {
			names++
		}
	}
	for _, e := range d.Load.Events {
		if e.Count > 0 && c.consumers > 0 {
			names++
		}
	}
	return []Usage{{
		Part: Operations, Service: "alarms", Inputs: price.Inputs{"metrics": n(float64(names*metricsOfOperation) / float64(max(c.computes, 1)))},
		Formula: fmt.Sprintf("%d metrics of each of %d operations and events, in the lines of the log", metricsOfOperation, names),
	}}
}

// traced reports whether calls of a function begin traces of their own. A door that
// traces begins them before its functions do; a workflow's steps belong to the trace of
// the call that started it.
func (c *context) traced(r *assembly.Resource) bool {
	if r.Text("TracingConfig", "Mode") != "Active" {
		return false
	}
	switch r.Role {
	case role.Compute, role.Consumer, role.Realtime:
		return true
	case role.Identity:
		for _, s := range c.stack.OfType("AWS::ApiGateway::Stage") {
			if s.Flag("TracingEnabled") {
				return false
			}
		}
		return true
	}
	return c.scheduled[r] > 0
}

// Container Insights sends the eight usages of processor, memory, network and storage
// by cluster, by service and by family of tasks, besides counts of each; CloudWatch
// charges them as custom metrics. The guide's list has no table by dimension: that each
// usage is there for all three is an assumption.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/appinsights-metrics-ecs.html
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-container-insights.html
const (
	usagesOfTasks    = 8
	countsOfCluster  = 2 // ServiceCount, TaskCount
	countsOfService  = 5 // Deployment-, DesiredTask-, PendingTask-, RunningTask- and TaskSetCount
	metricsOfCluster = usagesOfTasks + countsOfCluster
	metricsOfService = 2*usagesOfTasks + countsOfService
	// performanceBytes is a record of the performance log, of which every container,
	// task, service and cluster leaves one a minute: about the guide's examples.
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-reference-performance-logs-ECS.html
	performanceBytes = 700
)

// cluster prices the metrics of Container Insights. A cluster by itself is free.
func cluster(c *context, r *assembly.Resource, _ Demand) []Usage {
	if !insights(r) {
		return nil
	}
	services := 0
	for _, s := range c.stack.OfType("AWS::ECS::Service") {
		if contains(c.stack.Mentions(s, "Cluster"), r) {
			services++
		}
	}
	metrics := metricsOfCluster + services*metricsOfService
	return []Usage{{
		Part: Operations, Service: "alarms", Fixed: true, Inputs: price.Inputs{"metrics": n(float64(metrics))},
		Formula: fmt.Sprintf("Container Insights: %d metrics of the cluster, %d of each service", metricsOfCluster, metricsOfService),
	}}
}

func insights(cluster *assembly.Resource) bool {
	for _, setting := range cluster.List("ClusterSettings") {
		if assembly.Text(assembly.Dig(setting, "Name")) == "containerInsights" {
			value := assembly.Text(assembly.Dig(setting, "Value"))
			return value == "enabled" || value == "enhanced"
		}
	}
	return false
}

// performance is what Container Insights writes into a log group in a month; ok is
// false for a group of something else.
func (c *context) performance(group *assembly.Resource, d Demand) (bytes float64, ok bool) {
	if !strings.Contains(group.Text("LogGroupName"), "/aws/ecs/containerinsights/") {
		return 0, false
	}
	records := 1.0
	for _, s := range c.stack.OfType("AWS::ECS::Service") {
		tasks, _ := c.running(c.leastTasks(s), d)
		records += 1 + 2*tasks
	}
	return records * performanceBytes * Hours * 60, true
}

// metricsOfInstance is what detailed monitoring sends of an instance every minute:
// processor, network in and out, bytes and operations of disks, read and written.
// Checks of its state and credits come in any case.
const metricsOfInstance = 7

// detailed prices detailed monitoring, which CloudWatch charges as custom metrics.
func detailed(template *assembly.Resource, instances float64) []Usage {
	if !template.Flag("LaunchTemplateData", "Monitoring", "Enabled") {
		return nil
	}
	return []Usage{{
		Part: Operations, Service: "alarms", Inputs: price.Inputs{"metrics": n(instances * metricsOfInstance)},
		Formula: fmt.Sprintf("detailed monitoring: %d metrics of each instance", metricsOfInstance),
	}}
}

// filesLogged is how many lines a month a bucket's log of accesses has that goes to a
// log group: one for each file that clients send or load themselves. What a
// distribution fetches is taken as nothing, for it keeps what it has.
func (c *context) filesLogged(destination *assembly.Resource, d Demand) float64 {
	lines := 0.0
	for _, delivery := range c.stack.RefersTo(destination.ID) {
		for _, source := range c.stack.Mentions(delivery, "DeliverySourceName") {
			for _, bucket := range c.stack.Mentions(source, "ResourceArn") {
				switch {
				case contains(Presigned(c.stack), bucket):
					lines += c.urls(d)
				case bucket.Role == role.Objects:
					lines += d.uploads() + d.downloads()
				}
			}
		}
	}
	return lines
}

// crossing is the share of the traffic between servers and nodes that are spread over
// zones alike that goes from one zone to another.
func crossing(zones int) float64 { return 1 - 1/math.Max(1, float64(zones)) }
