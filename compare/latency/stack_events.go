package latency

import (
	"slices"

	"fulcrum/compare/assembly"
	"fulcrum/design/role"
)

// consumers reads how the consumers of the design's events take them; the slowest
// counts. What takes signals beside the design is left out.
func (m *Model) consumers(s *assembly.Stack, demand Demand, a *Assumptions) {
	var e *Events
	var slowest, further *assembly.Resource
	for _, r := range s.OfType("AWS::Lambda::EventSourceMapping") {
		if slices.ContainsFunc(s.Mentioned(r, r.Get("FunctionName")), func(f *assembly.Resource) bool { return f.Role == role.Pipe }) {
			continue // it hands on what consumers then take
		}
		rule := ruleBefore(s, r)
		if rule != nil && len(rule.Events()) > 0 && !demand.raises(rule.Events()) || rule == nil && (fedByDoor(s, r) || ofCommands(s, r)) {
			continue
		}
		batch, _ := r.Number("BatchSize")
		window, _ := r.Number("MaximumBatchingWindowInSeconds")
		most, _ := r.Number("ScalingConfig", "MaximumConcurrency")
		if e == nil || window > e.Window || (window == e.Window && most > 0 && int(most) < e.Consumers) {
			e, slowest = &Events{Batch: max(1, int(batch)), Window: window, Consumers: int(most)}, r
		}
		if rule != nil && further == nil {
			further = forwards(s, rule)
		}
	}
	if e == nil || demand.Events == 0 {
		return
	}
	m.read(slowest, "", "the slowest consumer takes batches of %d within %g s", e.Batch, e.Window)
	e.PerWrite = demand.Events
	e.Delay, e.Overhead = a.dist("events.delay"), a.dist("consumer.overhead")
	if further != nil {
		e.Delay = sum(e.Delay, a.dist("events.bus"))
		m.read(further, "", "events pass a second bus")
	}
	if !m.applied.IsZero() {
		e.Delay = sum(e.Delay, m.applied)
	}
	e.Service = Lognormal(max(demand.Consumer, 1e-6), a.number("service.variation"))
	m.Events = e
}

// raises reports whether any of the events is one of the design's.
func (d Demand) raises(events []string) bool {
	return len(d.Calls) == 0 || slices.ContainsFunc(d.Calls, func(c Call) bool {
		return slices.ContainsFunc(c.Events, func(e string) bool { return slices.Contains(events, e) })
	})
}

// ruleBefore returns the rule that sends to the queue which a mapping polls, nil if
// none does.
func ruleBefore(s *assembly.Stack, mapping *assembly.Resource) *assembly.Resource {
	for _, queue := range s.Mentioned(mapping, mapping.Get("EventSourceArn")) {
		for _, rule := range s.OfType("AWS::Events::Rule") {
			if slices.Contains(s.Mentioned(rule, rule.Get("Targets")), queue) {
				return rule
			}
		}
	}
	return nil
}

// fedByDoor reports whether a front door puts what a mapping polls there by itself.
func fedByDoor(s *assembly.Stack, mapping *assembly.Resource) bool {
	sources := s.Mentioned(mapping, mapping.Get("EventSourceArn"))
	return slices.ContainsFunc(s.Hops(), func(h assembly.Hop) bool { return h.Beside && slices.Contains(sources, h.To) })
}

// forwards returns a rule that sends events to the bus which another rule is on, nil
// if there is none.
func forwards(s *assembly.Stack, rule *assembly.Resource) *assembly.Resource {
	buses := s.Mentioned(rule, rule.Get("EventBusName"))
	for _, r := range s.OfType("AWS::Events::Rule") {
		for _, to := range s.Mentioned(r, r.Get("Targets")) {
			if to.Type == "AWS::Events::EventBus" && slices.Contains(buses, to) {
				return r
			}
		}
	}
	return nil
}

// ofCommands reports whether a mapping hands out commands, and no events.
func ofCommands(s *assembly.Stack, mapping *assembly.Resource) bool {
	return slices.ContainsFunc(s.Mentioned(mapping, mapping.Get("EventSourceArn")), func(r *assembly.Resource) bool { return r.About["commands"] != nil })
}
