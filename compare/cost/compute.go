package cost

import (
	"fmt"
	"math"

	"fulcrum/compare/assembly"
	"fulcrum/compare/price"
	"fulcrum/design/role"
)

// The memory and the architecture of a function that names none.
const defaultMemoryMB = 128

func function(c *context, r *assembly.Resource, d Demand) []Usage {
	calls, ms, formula := c.invocations(r, d)
	memory, ok := r.Number("MemorySize")
	if !ok {
		memory = defaultMemoryMB
	}
	arch := "x86_64"
	if r.Text("Architectures", "0") == "arm64" {
		arch = "arm64"
	}
	uses := []Usage{{
		Part: Compute, Service: "lambda", Formula: formula, Fixed: c.scheduled[r] > 0,
		Inputs: price.Inputs{"requests": n(calls), "duration-ms": n(ms), "memory-mb": n(memory), "arch": w(arch)},
	}}
	if c.traced(r) {
		uses = append(uses, Usage{
			Part: Operations, Service: "x-ray", Formula: "sampled: the first call of each second and 5 % of the rest",
			Inputs: price.Inputs{"traces": n(sampled(calls))},
		})
	}
	return uses
}

// invocations is how often a function runs in a month and how long.
func (c *context) invocations(r *assembly.Resource, d Demand) (calls, ms float64, formula string) {
	capacity := d.Design.Capacity
	if n := c.scheduled[r]; n > 0 {
		return n, scheduledMs, "by the clock"
	}
	switch r.Role {
	case role.Compute:
		formula = "each call, for its mean service time"
		waiting := c.waiting(d)
		if waiting > 0 && QueuedCommands(c.stack, d).Queue != nil {
			waiting = 0 // the writer waits
		}
		if waiting > 0 {
			formula += " and for a workflow that it waits for"
		}
		return c.calls(d) / float64(max(c.computes, 1)), capacity.ServiceMs + waiting, formula
	case role.Writer:
		q := QueuedCommands(c.stack, d)
		per := q.perWrite(d)
		return q.Count / per, capacity.ServiceMs + c.writing(d), fmt.Sprintf("each batch, of %.2f commands of one aggregate on average, for the mean service time", per)
	case role.Step:
		return c.steps(r, d), capacity.ServiceMs, "each step of a workflow, for the mean service time"
	case role.Pipe:
		events, _ := d.named(r.Events())
		return events, capacity.ConsumerMs, "each event that it hands on, one to a batch"
	case role.Consumer:
		return c.handled(r, d), capacity.ConsumerMs, "each event delivered, one to a batch"
	}
	if r.Role == role.Realtime {
		return d.Load.Connections * callsOfSession, authorizerMs, fmt.Sprintf("%d calls for each session, %d ms each", callsOfSession, authorizerMs)
	}
	if r.Role == role.Identity {
		calls := c.authorized(r, d)
		return calls, authorizerMs, fmt.Sprintf("each call that carries a token and finds no answer that is kept, %d ms", authorizerMs)
	}
	return 0, 0, "runs at deployment only"
}

// scheduledMs is how long a call by the clock takes: a few calls to other services.
const scheduledMs = 200

// sampled is how many traces X-Ray's default rule records of n calls in a month:
// the first of each second and 5 % of the others. Arrivals are taken as Poisson.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html
func sampled(n float64) float64 {
	const seconds = Hours * 3600
	first := seconds * -math.Expm1(-n/seconds)
	return first + 0.05*(n-first)
}

// Log lines that are no function's own.
const (
	// accessLogBytes is one line of an access log.
	accessLogBytes = 500
	// flowLogBytes is what a connection leaves in a flow log: a record each way at
	// both ends, of about 120 bytes.
	flowLogBytes = 480
	// wafLogBytes is one request in a web ACL's log.
	wafLogBytes = 1500
	// compressed is what CloudWatch keeps of a byte taken in.
	compressed = 0.15
)

// logGroup charges what its writers write. A log of errors only is taken as empty.
func logGroup(c *context, r *assembly.Resource, d Demand) []Usage {
	bytes, formula := 0.0, "errors only: taken as empty"
	var metrics []Usage
	if b, ok := c.performance(r, d); ok {
		bytes, formula = b, fmt.Sprintf("Container Insights: %d bytes a minute of each container, task, service and cluster", performanceBytes)
	}
	for _, by := range c.stack.RefersTo(r.ID) {
		switch by.Type {
		case "AWS::Lambda::Function":
			calls, _, _ := c.invocations(by, d)
			bytes += calls * d.Design.Capacity.LogBytes
			formula = fmt.Sprintf("%.0f bytes for each invocation", d.Design.Capacity.LogBytes)
			if by.Role == role.Compute {
				metrics = c.ownMetrics(d)
			}
		case "AWS::ECS::TaskDefinition", "AWS::EC2::LaunchTemplate":
			bytes += c.requests(d) * d.Design.Capacity.LogBytes
			formula = fmt.Sprintf("%.0f bytes for each request", d.Design.Capacity.LogBytes)
			metrics = c.ownMetrics(d)
		case "AWS::Logs::DeliveryDestination":
			if lines := c.filesLogged(by, d); lines > 0 {
				bytes += lines * accessLogBytes
				formula = fmt.Sprintf("%d bytes for each file sent or loaded", accessLogBytes)
			}
		case "AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage":
			bytes += c.requests(d) * accessLogBytes
			formula = fmt.Sprintf("%d bytes for each request", accessLogBytes)
		case "AWS::StepFunctions::StateMachine":
			for _, k := range workflows(c.machines, d) {
				if k.Machine == by {
					bytes += k.Runs * k.historyBytes()
					formula = fmt.Sprintf("%.0f bytes for each run", k.historyBytes())
				}
			}
		case "AWS::EC2::FlowLog":
			if by.Text("TrafficType") != "REJECT" {
				bytes += d.Load.Connections * flowLogBytes
				formula = fmt.Sprintf("%d bytes for each connection", flowLogBytes)
			}
		case "AWS::WAFv2::LoggingConfiguration":
			formula = "blocked and counted requests only: taken as none"
			if by.Text("LoggingFilter", "DefaultBehavior") != "DROP" {
				bytes += c.requests(d) * wafLogBytes
				formula = fmt.Sprintf("%d bytes for each request", wafLogBytes)
			}
		}
	}
	months := 12.0
	if days, ok := r.Number("RetentionInDays"); ok {
		months = days / 365 * 12
	}
	return append([]Usage{{
		Part: Operations, Service: "logs", Formula: formula,
		Inputs: price.Inputs{"ingest-gb": n(bytes / GB), "stored-gb": n(bytes / GB * months * compressed)},
	}}, metrics...)
}

func alarm(_ *context, r *assembly.Resource, _ Demand) []Usage {
	metrics := 0
	for _, m := range r.List("Metrics") {
		if assembly.Dig(m, "MetricStat") != nil {
			metrics++
		}
	}
	metrics = max(metrics, 1)
	input := "alarms"
	if period, ok := r.Number("Period"); ok && period < 60 {
		input = "high-resolution"
	}
	return []Usage{{Part: Operations, Service: "alarms", Fixed: true, Inputs: price.Inputs{input: n(float64(metrics))}, Formula: "each metric it watches"}}
}

// metricFilter prices the metrics that are read from a log, as CloudWatch does all
// that are none of its own.
//
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
func metricFilter(_ *context, r *assembly.Resource, _ Demand) []Usage {
	return []Usage{{Part: Operations, Service: "alarms", Fixed: true, Formula: "each metric read from the log",
		Inputs: price.Inputs{"metrics": n(float64(max(1, len(r.List("MetricTransformations")))))}}}
}

func compositeAlarm(*context, *assembly.Resource, Demand) []Usage {
	return []Usage{{Part: Operations, Service: "alarms", Fixed: true, Inputs: price.Inputs{"composite": n(1)}}}
}

func dashboard(*context, *assembly.Resource, Demand) []Usage {
	return []Usage{{Part: Operations, Service: "alarms", Fixed: true, Inputs: price.Inputs{"dashboards": n(1)}}}
}

func natGateway(*context, *assembly.Resource, Demand) []Usage {
	return []Usage{{Part: Network, Service: "nat", Fixed: true, Inputs: price.Inputs{"hours": n(Hours)}, Formula: "730 hours; no traffic assumed through it"}}
}

func endpoint(_ *context, r *assembly.Resource, d Demand) []Usage {
	if r.Text("VpcEndpointType") != "Interface" {
		return nil // gateway endpoints are free
	}
	zones := max(len(r.List("SubnetIds")), 1)
	uses := []Usage{{
		Part: Network, Service: "endpoint", Fixed: true, Formula: fmt.Sprintf("730 hours in %d zones", zones),
		Inputs: price.Inputs{"azs": n(float64(zones))},
	}}
	if r.Service() == "logs" {
		uses = append(uses, Usage{
			Part: Network, Service: "endpoint", Formula: "what servers write to their logs",
			Inputs: price.Inputs{"azs": n(0), "gb": n(d.Load.Requests * d.Design.Capacity.LogBytes / GB)},
		})
	}
	return uses
}

func address(*context, *assembly.Resource, Demand) []Usage {
	return []Usage{{Part: Network, Service: "public-ipv4", Inputs: price.Inputs{"addresses": n(1)}}}
}
