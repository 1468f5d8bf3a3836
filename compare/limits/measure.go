package limits

import (
	"fmt"
	"slices"
	"strconv"

	"fulcrum/compare/assembly"
	"fulcrum/compare/cost"
	"fulcrum/compare/evidence"
	"fulcrum/design"
	"fulcrum/design/role"
)

// measure is what the checks measure: a stack and its demand.
type measure struct {
	stack    *assembly.Stack
	demand   cost.Demand
	load     design.Load
	capacity design.Capacity
	// rps is the rate of requests in the busiest second.
	rps float64
	// bill has the units that tables are metered in.
	bill cost.Bill
}

func newMeasure(s *assembly.Stack, d cost.Demand, bill cost.Bill) *measure {
	return &measure{stack: s, demand: d, load: d.Load, capacity: d.Design.Capacity, rps: d.Load.PeakRPS, bill: bill}
}

// peak turns a number of a month into the rate of its busiest second.
func (m *measure) peak(monthly float64) float64 {
	return monthly / design.SecondsPerMonth * m.load.PeakFactor
}

func (m *measure) functions(r role.Role) []*assembly.Resource {
	var out []*assembly.Resource
	for _, f := range m.stack.OfRole(r) {
		if f.Type == "AWS::Lambda::Function" {
			out = append(out, f)
		}
	}
	return out
}

// busiestTable is the table that takes the most units of a dimension.
func (m *measure) busiestTable(dimension string) (demand, bool) {
	var busiest demand
	found := false
	for _, r := range m.stack.OfType("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable") {
		units, ok := m.bill.Quantity(r.ID, "dynamodb", dimension)
		if !ok || m.peak(units) < busiest.value {
			continue
		}
		found = true
		busiest = demand{m.peak(units), fmt.Sprintf("%s units/s of table %s in the busiest second", text(m.peak(units)), r.ID), at(r)}
	}
	return busiest, found
}

func (m *measure) largestPayload() (bytes float64, name string) {
	for _, o := range m.load.Operations {
		size := m.capacity.Payloads[o.Name]
		if b := max(size.RequestBytes, size.ResponseBytes); b > bytes {
			bytes, name = b, o.Name
		}
	}
	return bytes, name
}

// sockets reports whether a stage is that of an API of WebSockets.
func sockets(s *assembly.Stack, stage *assembly.Resource) bool {
	return slices.ContainsFunc(s.Mentions(stage, "ApiId"), func(api *assembly.Resource) bool {
		return api.Text("ProtocolType") == "WEBSOCKET"
	})
}

// settings are the limits a template sets itself.
func settings(m *measure) []Limit {
	var out []Limit
	add := func(r *assembly.Resource, name, unit string, demand float64, path ...string) {
		value, ok := r.Number(path...)
		if !ok || value <= 0 {
			return
		}
		id := "setting/" + r.ID
		if slices.ContainsFunc(out, func(l Limit) bool { return l.ID == id }) { // another of the same resource
			id += "/" + path[max(0, len(path)-2)]
		}
		out = append(out, Limit{
			ID: id, Name: name, Value: value, Demand: demand, Unit: unit, Headroom: room(value, demand),
			BreaksAt: m.rps * room(value, demand), Adjustable: "configurable", Setting: true, Formula: "in the busiest second",
			Evidence: []evidence.Item{evidence.Template(r.Path(path...), path[len(path)-1]+" "+text(value))},
		})
	}
	for _, s := range m.stack.OfType("AWS::ApiGatewayV2::Stage") {
		if sockets(m.stack, s) {
			continue // its messages are none of the design's requests
		}
		add(s, "the stage's own throttle", "requests/s", m.rps, "DefaultRouteSettings", "ThrottlingRateLimit")
	}
	for _, s := range m.stack.OfType("AWS::ApiGateway::Stage") {
		add(s, "the stage's own throttle", "requests/s", m.rps, "MethodSettings", "ThrottlingRateLimit")
	}
	for _, f := range m.functions(role.Compute) {
		add(f, "the function's reserved concurrency", "executions", m.rps*m.capacity.ServiceMs/1000, "ReservedConcurrentExecutions")
	}
	for _, r := range m.stack.OfType("AWS::ElastiCache::ServerlessCache") {
		units, held := 0.0, 0.0
		for _, service := range []string{"valkey-serverless", "redis-serverless"} {
			u, _ := m.bill.Quantity(r.ID, service, "ecpu")
			h, _ := m.bill.Quantity(r.ID, service, "gb-hours")
			units, held = units+m.peak(u), held+h/cost.Hours
		}
		add(r, "the cache's own ceiling of work", "ECPU/s", units, "CacheUsageLimits", "ECPUPerSecond", "Maximum")
		add(r, "the cache's own ceiling of data", "GB", held, "CacheUsageLimits", "DataStorage", "Maximum")
	}
	for _, e := range m.stack.OfType("AWS::Lambda::EventSourceMapping") {
		for _, f := range m.stack.Mentions(e, "FunctionName") {
			events := m.load.Deliveries
			for _, c := range m.load.Consumers {
				if c.Name == f.Service() {
					events = c.Deliveries
				}
			}
			if q := cost.QueuedCommands(m.stack, m.demand); f.Role == role.Writer {
				add(e, "commands applied at once", "executions", m.peak(q.Count)*m.capacity.ServiceMs/1000, "ScalingConfig", "MaximumConcurrency")
				continue
			}
			add(e, "events of "+f.Service()+" handled at once", "executions", m.peak(events)*m.capacity.ConsumerMs/1000, "ScalingConfig", "MaximumConcurrency")
		}
	}
	if l, ok := held(m); ok {
		out = append(out, l)
	}
	return append(out, oneByOne(m)...)
}

// held is how many WebSockets as many servers as scaling may start hold, against
// those of the busiest second: Little's law, L = λW, with one to a session.
func held(m *measure) (Limit, bool) {
	table := m.stack.Holders()
	if table == nil {
		return Limit{}, false
	}
	each, _ := assembly.Number(table.About["each"])
	var most float64
	for _, t := range m.stack.OfType("AWS::ApplicationAutoScaling::ScalableTarget") {
		most, _ = t.Number("MaxCapacity")
	}
	for _, g := range m.stack.OfType("AWS::AutoScaling::AutoScalingGroup") {
		most, _ = g.Number("MaxSize")
	}
	if each*most <= 0 {
		return Limit{}, false
	}
	open := m.peak(m.load.Connections) * m.capacity.SessionSeconds
	return Limit{
		ID: "setting/" + table.ID, Name: "WebSockets that the servers hold", Value: each * most, Demand: open, Unit: "connections",
		Headroom: room(each*most, open), BreaksAt: m.rps * room(each*most, open), Adjustable: "configurable", Setting: true,
		Formula:  fmt.Sprintf("%s sessions/s × %s s; %s servers at most, %s each", text(m.peak(m.load.Connections)), text(m.capacity.SessionSeconds), text(most), text(each)),
		Evidence: []evidence.Item{evidence.Template(table.Path(), "who is connected to which server")},
	}, true
}

// text writes a figure with at most three digits that count.
func text(f float64) string { return strconv.FormatFloat(rounded(f), 'f', -1, 64) }

func rounded(f float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 3, 64), 64)
	if err != nil {
		return f
	}
	return r
}
