package latency

import (
	"slices"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/compare/latency/exact"
)

// pool reads an ECS service or an Auto Scaling group behind a target group.
func (m *Model) pool(s *assembly.Stack, r *assembly.Resource, a *Assumptions) {
	p := &Pool{
		Policy: RoundRobin, Servers: 2, Slots: int(a.number("task.slots")), Queue: int(a.number("task.queue")),
		HealthCheck: a.number("task.health-check"),
	}
	m.read(r, "", "compute: servers, %d requests at a time each", p.Slots)
	for _, path := range [][]string{{"DesiredCount"}, {"DesiredCapacity"}, {"MinSize"}} {
		if n, ok := r.Number(path...); ok && n >= 1 {
			p.Servers = int(n)
			break
		}
	}
	slowStart, deregistration := 0.0, 300.0
	for _, g := range targetGroups(s, r) {
		switch textAttribute(g, "TargetGroupAttributes", "load_balancing.algorithm.type") {
		case "least_outstanding_requests":
			p.Policy = LeastOutstanding
		case "weighted_random":
			p.Policy = WeightedRandom
			p.Mitigation = textAttribute(g, "TargetGroupAttributes", "load_balancing.algorithm.anomaly_mitigation") == "on"
		}
		if textAttribute(g, "TargetGroupAttributes", "stickiness.enabled") == "true" {
			p.Policy = Sticky
		}
		if v, ok := attribute(g, "TargetGroupAttributes", "slow_start.duration_seconds"); ok {
			slowStart = v
		}
		if v, ok := attribute(g, "TargetGroupAttributes", "deregistration_delay.timeout_seconds"); ok {
			deregistration = v
		}
		m.read(g, "TargetGroupAttributes", "balances by %s", p.Policy)
		interval, ok1 := g.Number("HealthCheckIntervalSeconds")
		times, ok2 := g.Number("UnhealthyThresholdCount")
		if ok1 && ok2 && interval*times > 0 {
			p.HealthCheck = interval * times
		}
	}
	low, high, target := bounds(s, r)
	if high > 0 {
		p.Servers = max(p.Servers, low)
		if target == 0 {
			target = a.number("scaling.target")
		}
		p.Scaling = &Scaling{
			Min: max(1, low), Max: max(high, p.Servers), Target: target, Period: a.number("scaling.period"),
			OutAfter: int(a.number("scaling.out-after")), InAfter: int(a.number("scaling.in-after")),
			OutCooldown: cooldown(s, "ScaleOutCooldown"), InCooldown: cooldown(s, "ScaleInCooldown"),
			Start: a.dist("task.start"), Deregistration: deregistration,
		}
		if p.Policy == RoundRobin {
			p.Scaling.SlowStart = slowStart
		}
		m.read(r, "", "scales from %d to %d servers to keep %.3g %% of each busy", p.Scaling.Min, p.Scaling.Max, 100*p.Scaling.Target)
	}
	m.Pool = p
}

// targetGroups returns the target groups that a service or a group of instances
// registers with; all of them where the template does not show which.
func targetGroups(s *assembly.Stack, r *assembly.Resource) []*assembly.Resource {
	all := s.OfType("AWS::ElasticLoadBalancingV2::TargetGroup")
	own := slices.DeleteFunc(slices.Clone(all), func(g *assembly.Resource) bool { return !slices.Contains(r.Refers, g.ID) })
	if len(own) == 0 {
		return all
	}
	return own
}

// heed lowers the share of busy slots that a pool keeps to what a limit of requests for
// each server comes to: of two policies the one that wants more servers has its way
// (Target tracking scaling policies, Application Auto Scaling user guide).
func (m *Model) heed(s *assembly.Stack) {
	if m.Pool == nil || m.Pool.Scaling == nil {
		return
	}
	for _, p := range s.OfType("AWS::ApplicationAutoScaling::ScalingPolicy", "AWS::AutoScaling::ScalingPolicy") {
		for _, kind := range trackings {
			aMinute, ok := p.Number(kind, "TargetValue")
			if !ok || p.Text(kind, "PredefinedMetricSpecification", "PredefinedMetricType") != "ALBRequestCountPerTarget" {
				continue
			}
			share := exact.Times(aMinute/60, m.prepared().Work.mean()) / float64(m.Pool.Slots)
			if scaling := m.Pool.Scaling; share < scaling.Target {
				scaling.Target = max(0.01, share)
				m.read(p, kind, "adds servers at %g requests a minute for each, which keeps %.3g %% of each busy", aMinute, 100*scaling.Target)
			}
		}
	}
}

// trackings are the properties that hold a policy of target tracking.
var trackings = []string{"TargetTrackingScalingPolicyConfiguration", "TargetTrackingConfiguration"}

// bounds returns the least and most tasks or instances and the tracked share; 0
// where the template sets none.
func bounds(s *assembly.Stack, r *assembly.Resource) (low, high int, target float64) {
	if t, ok := r.Number("MaxSize"); ok {
		least, _ := r.Number("MinSize")
		low, high = int(least), int(t)
	}
	for _, t := range s.OfType("AWS::ApplicationAutoScaling::ScalableTarget") {
		if of := t.Text("ServiceNamespace"); of != "" && of != "ecs" {
			continue // of a table
		}
		least, ok1 := t.Number("MinCapacity")
		most, ok2 := t.Number("MaxCapacity")
		if ok1 && ok2 {
			low, high = int(least), int(most)
		}
	}
	for _, p := range s.OfType("AWS::ApplicationAutoScaling::ScalingPolicy", "AWS::AutoScaling::ScalingPolicy") {
		for _, kind := range trackings {
			metric := p.Text(kind, "PredefinedMetricSpecification", "PredefinedMetricType")
			// A count of requests or of connections is no share; the assumption stands then.
			if v, ok := p.Number(kind, "TargetValue"); ok && v > 0 && v <= 100 && strings.HasSuffix(metric, "CPUUtilization") {
				target = v / 100
			}
		}
	}
	return low, high, target
}

// cooldown returns a scaling policy's cooldown in seconds, 300 where none is set:
// the default for ECS services (Application Auto Scaling user guide).
func cooldown(s *assembly.Stack, name string) float64 {
	for _, p := range s.OfType("AWS::ApplicationAutoScaling::ScalingPolicy") {
		if v, ok := p.Number("TargetTrackingScalingPolicyConfiguration", name); ok {
			return v
		}
	}
	return 300
}

// textAttribute returns the value of a key in a list of Key and Value, "" if it is
// not there.
func textAttribute(r *assembly.Resource, list, key string) string {
	for _, x := range r.List(list) {
		if assembly.Text(assembly.Dig(x, "Key")) == key {
			return assembly.Text(assembly.Dig(x, "Value"))
		}
	}
	return ""
}

func attribute(r *assembly.Resource, list, key string) (float64, bool) {
	return assembly.Number(textAttribute(r, list, key))
}
