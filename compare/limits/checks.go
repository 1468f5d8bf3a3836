package limits

import (
	"encoding/json"
	"fmt"
	"slices"

	"fulcrum/compare/assembly"
	"fulcrum/compare/cost"
	"fulcrum/compare/evidence"
	"fulcrum/design/role"
)

// check joins a quota with the demand on it.
type check struct {
	quota string
	// account marks quotas that the whole account shares in a Region.
	account bool
	// grows marks demands that grow with the rate of requests.
	grows  bool
	demand func(m *measure) (demand, bool)
}

// demand is what a design asks of a quota, and how that is worked out.
type demand struct {
	value    float64
	formula  string
	evidence []evidence.Item
}

// checks is every quota whose demand a design and a template tell.
var checks = []check{
	{"api-gateway/requests", true, true, doorRate("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api")},
	{"waf/requests", false, true, doorRate("AWS::WAFv2::WebACL")},
	{"lambda/concurrent-executions", true, true, concurrency},
	{"lambda/scaling-rate", false, true, environments},
	{"fargate/vcpu", true, true, fargateCPUs},
	{"dynamodb/on-demand-table-reads", false, true, tableReads},
	{"dynamodb/on-demand-table-writes", false, true, tableWrites},
	{"dynamodb/mrsc-tables", true, false, strongTables},
	{"pipes/concurrent-executions", true, true, pipeConcurrency},
	{"websocket-api/new-connections", true, true, newConnections},
	{"sqs/fifo-high-throughput", false, true, commandRate},
	{"sqs/fifo-group", false, true, groupRate},
	{"kinesis/shard-records", false, true, shardRate},
	{"eventbridge/put-events", true, true, eventRate},
	{"eventbridge/invocations", true, true, deliveryRate},
	{"kms/symmetric", true, true, keyRate},
	{"cloudfront/requests", false, true, edgeRate},
	{"elasticache-serverless/ecpu", false, true, cacheUnits},
	{"elasticache-serverless/ecpu-per-slot", false, true, cacheSlot},
	{"sqs/fifo-transactions", false, true, fifoRate(false)},
	{"sqs/fifo-high-throughput", false, true, fifoRate(true)},
	{"cognito/user-authentication", true, true, signIns},
	{"s3/prefix-reads", false, true, fileRate},
	{"http-api/integration-timeout", false, false, slowest("AWS::ApiGatewayV2::Api")},
	{"rest-api/integration-timeout", false, false, slowest("AWS::ApiGateway::RestApi")},
	{"http-api/payload", false, false, largest("AWS::ApiGatewayV2::Api")},
	{"rest-api/payload", false, false, largest("AWS::ApiGateway::RestApi")},
	{"alb/lambda-request-body", false, false, largestToFunction("AWS::ElasticLoadBalancingV2::LoadBalancer")},
	{"lambda/payload", false, false, largestToFunction("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api")},
	{"http-api/routes", false, false, count("AWS::ApiGatewayV2::Route", "routes")},
	{"rest-api/resources", false, false, count("AWS::ApiGateway::Resource", "resources")},
	{"alb/rules", false, false, count("AWS::ElasticLoadBalancingV2::ListenerRule", "listener rules")},
	{"step-functions/express-run", false, false, longestRun},
	{"eventbridge/rules", false, false, busiestBusRules},
	{"eventbridge/buses", true, false, count("AWS::Events::EventBus", "buses")},
}

func doorRate(types ...string) func(m *measure) (demand, bool) {
	return func(m *measure) (demand, bool) {
		found := m.stack.OfType(types...)
		if len(found) == 0 {
			return demand{}, false
		}
		return demand{m.rps, fmt.Sprintf("%s requests/s in the busiest second", text(m.rps)), at(found[0])}, true
	}
}

// concurrency is Little's law over all functions of the account: rate times time.
func concurrency(m *measure) (demand, bool) {
	calls, events := m.functions(role.Compute), m.functions(role.Consumer)
	if len(calls)+len(events) == 0 {
		return demand{}, false
	}
	value, formula := 0.0, ""
	if len(calls) > 0 {
		value = m.rps * m.capacity.ServiceMs / 1000
		formula = fmt.Sprintf("%s calls/s × %s ms", text(m.rps), text(m.capacity.ServiceMs))
	}
	if len(events) > 0 {
		value += m.peak(m.load.Deliveries) * m.capacity.ConsumerMs / 1000
		formula += fmt.Sprintf(" + %s events/s × %s ms", text(m.peak(m.load.Deliveries)), text(m.capacity.ConsumerMs))
	}
	if q := cost.QueuedCommands(m.stack, m.demand); q.Queue != nil {
		rate := m.peak(q.Count)
		value += rate * m.capacity.ServiceMs / 1000
		formula += fmt.Sprintf(" + %s commands/s off the queue × %s ms", text(rate), text(m.capacity.ServiceMs))
	}
	var steps []*assembly.Resource
	for _, k := range cost.Workflows(m.stack, m.demand) {
		// The caller waits as long as the steps take, so both count.
		runs := m.peak(k.Runs)
		value += 2 * runs * k.Ms / 1000
		formula += fmt.Sprintf(" + 2 × %s runs/s of %s × %s ms, of the steps and of the call that waits", text(runs), k.Operation, text(k.Ms))
		steps = append(steps, k.Machine)
	}
	return demand{value, formula, at(slices.Concat(calls, events, steps)...)}, true
}

// longestRun is how long the definition of a state machine lets a run take.
func longestRun(m *measure) (demand, bool) {
	for _, r := range m.stack.OfType("AWS::StepFunctions::StateMachine") {
		var machine struct{ TimeoutSeconds float64 }
		if r.Text("StateMachineType") != "EXPRESS" || json.Unmarshal([]byte(r.Text("DefinitionString")), &machine) != nil {
			continue
		}
		return demand{machine.TimeoutSeconds, "TimeoutSeconds of the definition", at(r)}, machine.TimeoutSeconds > 0
	}
	return demand{}, false
}

// environments is how many environments of one function ten seconds must start if
// nothing runs before them: those of its whole concurrency.
func environments(m *measure) (demand, bool) {
	calls := m.functions(role.Compute)
	if len(calls) == 0 {
		return demand{}, false
	}
	value := m.rps * m.capacity.ServiceMs / 1000
	return demand{value, fmt.Sprintf("all of %s calls/s × %s ms, from a standing start", text(m.rps), text(m.capacity.ServiceMs)), at(calls[0])}, true
}

// fargateCPUs is the processors of as many tasks as scaling may start, and of those that
// a deployment starts beside them before it ends the old.
func fargateCPUs(m *measure) (demand, bool) {
	services := m.stack.OfType("AWS::ECS::Service")
	if len(services) == 0 {
		return demand{}, false
	}
	value, formula := 0.0, ""
	for _, s := range services {
		most, each := 0.0, 0.0
		for _, t := range m.stack.OfType("AWS::ApplicationAutoScaling::ScalableTarget") {
			if n, ok := t.Number("MaxCapacity"); ok && slices.Contains(m.stack.Mentions(t, "ResourceId"), s) {
				most = n
			}
		}
		for _, t := range m.stack.Mentions(s, "TaskDefinition") {
			cpu, _ := t.Number("Cpu")
			each = cpu / 1024
		}
		share, ok := s.Number("DeploymentConfiguration", "MaximumPercent")
		if !ok {
			share = 200 // ECS's default
		}
		value += most * each * share / 100
		formula = fmt.Sprintf("%s tasks at most × %s vCPU × %s %% during a deployment", text(most), text(each), text(share))
	}
	return demand{value, formula, at(services...)}, true
}

func tableReads(m *measure) (demand, bool)  { return m.busiestTable("read-units") }
func tableWrites(m *measure) (demand, bool) { return m.busiestTable("write-units") }

// strongTables counts the tables that are strongly consistent in several Regions.
func strongTables(m *measure) (demand, bool) {
	strong := slices.DeleteFunc(m.stack.OfType("AWS::DynamoDB::GlobalTable"), func(r *assembly.Resource) bool { return r.Text("MultiRegionConsistency") != "STRONG" })
	return demand{float64(len(strong)), fmt.Sprintf("%d in the template", len(strong)), at(strong...)}, len(strong) > 0
}

// pipeSeconds is how long one batch keeps an execution of a pipe: a PutEvents call.
const pipeSeconds = 0.05

func pipeConcurrency(m *measure) (demand, bool) {
	pipes := m.stack.OfType("AWS::Pipes::Pipe")
	if len(pipes) == 0 {
		return demand{}, false
	}
	rate := m.peak(m.load.EventCount)
	return demand{rate * pipeSeconds, fmt.Sprintf("%s events/s × %s s, one to a batch", text(rate), text(pipeSeconds)), at(pipes...)}, true
}

// eventRate is what all buses take: they share the account's quota, and an event that
// one sends on to another counts again.
func eventRate(m *measure) (demand, bool) {
	buses := m.stack.OfType("AWS::Events::EventBus")
	entering, _ := cost.Routed(m.stack, m.demand, buses...)
	rate := m.peak(entering)
	return demand{rate, text(rate) + " events/s in the busiest second", at(buses...)}, len(buses) > 0
}

// newConnections is how many WebSockets are opened in the busiest second: one for
// each session.
func newConnections(m *measure) (demand, bool) {
	for _, r := range m.stack.OfType("AWS::ApiGatewayV2::Api") {
		if r.Text("ProtocolType") == "WEBSOCKET" {
			rate := m.peak(m.load.Connections)
			return demand{rate, text(rate) + " sessions begin in the busiest second", at(r)}, true
		}
	}
	return demand{}, false
}

// shardRate is what the busiest stream's shards take each, if records spread evenly.
func shardRate(m *measure) (demand, bool) {
	for _, r := range m.stack.OfType("AWS::Kinesis::Stream") {
		records, ok := m.bill.Quantity(r.ID, "kinesis", "put-units")
		shards, counted := r.Number("ShardCount")
		if !ok || !counted || shards == 0 {
			continue
		}
		rate := m.peak(records) / shards
		return demand{rate, fmt.Sprintf("%s records/s over %s shards", text(m.peak(records)), text(shards)), at(r)}, true
	}
	return demand{}, false
}

func deliveryRate(m *measure) (demand, bool) {
	if len(m.stack.OfType("AWS::Events::Rule")) == 0 {
		return demand{}, false
	}
	buses := m.stack.OfType("AWS::Events::EventBus")
	_, leaving := cost.Routed(m.stack, m.demand, buses...)
	rate := m.peak(leaving)
	return demand{rate, text(rate) + " deliveries/s in the busiest second", at(buses...)}, len(buses) > 0
}

// keyRate is what buses ask of their keys. One under a key that AWS owns asks
// nothing of the account's quota.
func keyRate(m *measure) (demand, bool) {
	var keyed []*assembly.Resource
	for _, bus := range m.stack.OfType("AWS::Events::EventBus") {
		if bus.Get("KmsKeyIdentifier") != nil {
			keyed = append(keyed, bus)
		}
	}
	entering, leaving := cost.Routed(m.stack, m.demand, keyed...)
	monthly := entering + leaving
	for _, k := range m.stack.OfType("AWS::KMS::Key") {
		if unwrapping := cost.Unwrapping(k, m.demand); unwrapping > 0 {
			keyed, monthly = append(keyed, k), monthly+unwrapping
		}
	}
	rate := m.peak(monthly)
	return demand{rate, text(rate) + " events and deliveries/s of buses under their keys", at(keyed...)}, len(keyed) > 0
}

// busiestBusRules counts the rules of the bus that has most: the quota is a bus's.
func busiestBusRules(m *measure) (demand, bool) {
	most := map[*assembly.Resource][]*assembly.Resource{}
	var busiest *assembly.Resource
	for _, rule := range m.stack.OfType("AWS::Events::Rule") {
		for _, bus := range m.stack.Mentions(rule, "EventBusName") {
			most[bus] = append(most[bus], rule)
			if len(most[bus]) > len(most[busiest]) {
				busiest = bus
			}
		}
	}
	rules := most[busiest]
	return demand{float64(len(rules)), fmt.Sprintf("%d rules on one bus in the template", len(rules)), at(rules...)}, len(rules) > 0
}

// fileRate is what one prefix of a bucket is asked for where no distribution stands
// before it.
func fileRate(m *measure) (demand, bool) {
	buckets := cost.Presigned(m.stack)
	rate := m.peak(m.load.Connections * 4)
	return demand{rate, text(rate) + " files/s, four for each session", at(buckets...)}, len(buckets) > 0
}

// slowest sets the design's 99th percentile against a timeout.
func slowest(types ...string) func(m *measure) (demand, bool) {
	return func(m *measure) (demand, bool) {
		found := m.stack.OfType(types...)
		p99 := m.demand.Design.ServiceLevels.P99Ms
		if len(found) == 0 || p99 == 0 {
			return demand{}, false
		}
		return demand{p99 / 1000, fmt.Sprintf("the design allows %s ms at the 99th percentile", text(p99)), at(found[0])}, true
	}
}

// largest sets the design's largest mean payload, in MB, against a limit.
func largest(types ...string) func(m *measure) (demand, bool) {
	return func(m *measure) (demand, bool) {
		found := m.stack.OfType(types...)
		if len(found) == 0 {
			return demand{}, false
		}
		bytes, name := m.largestPayload()
		return demand{bytes / (1 << 20), "the largest mean payload, of " + name, at(found[0])}, bytes > 0
	}
}

func largestToFunction(types ...string) func(m *measure) (demand, bool) {
	return func(m *measure) (demand, bool) {
		if len(m.functions(role.Compute)) == 0 {
			return demand{}, false
		}
		return largest(types...)(m)
	}
}

func count(kind, what string) func(m *measure) (demand, bool) {
	return func(m *measure) (demand, bool) {
		found := m.stack.OfType(kind)
		return demand{float64(len(found)), fmt.Sprintf("%d %s in the template", len(found), what), at(found...)}, len(found) > 0
	}
}

func at(resources ...*assembly.Resource) []evidence.Item {
	var out []evidence.Item
	for _, r := range resources {
		if len(out) == 3 {
			break // enough to find the rest by
		}
		out = append(out, evidence.Template(r.Path(), r.Type))
	}
	return out
}
