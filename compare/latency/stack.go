package latency

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/compare/latency/exact"
	"fulcrum/design/role"
)

// FromStack derives the model of a stack from its template, the design's demand
// and assumptions, and reports everything it misses at once. The template decides
// the front door and its throttle and timeout, compute, its limits, balancing and
// scaling, the cache, the read consistency, and the consumers' batches.
func FromStack(s *assembly.Stack, demand Demand, a *Assumptions) (Model, error) {
	m := Model{Name: s.Name, Arrivals: demand.Arrivals(), Clients: demand.Clients}
	m.Retry = Retry{Attempts: int(a.number("client.attempts")), Base: a.number("client.backoff"), Cap: a.number("client.backoff-cap")}
	err := errors.Join(m.door(s, a), m.compute(s, a), m.work(s, demand, a))
	m.consumers(s, demand, a)
	return m, err
}

// door reads the resource of role front-door.
func (m *Model) door(s *assembly.Stack, a *Assumptions) error {
	doors := s.OfRole(role.FrontDoor)
	if len(doors) == 0 {
		return fmt.Errorf("stack %s: no resource has the role front-door: its metadata must name one", s.Name)
	}
	door := doors[0]
	kinds := map[string]string{
		"AWS::ApiGatewayV2::Api": "http-api", "AWS::ApiGateway::RestApi": "rest-api",
		"AWS::ElasticLoadBalancingV2::LoadBalancer": "alb", "AWS::Lambda::Url": "function-url",
	}
	kind, ok := kinds[door.Type]
	if !ok {
		return fmt.Errorf("stack %s: front door %s is a %s, which has no latency model: want an API, a load balancer or a function URL", s.Name, door.ID, door.Type)
	}
	m.Door.Overhead = a.dist(kind + ".overhead")
	switch kind {
	case "http-api", "rest-api":
		m.Door.Rate, m.Door.Burst = throttle(s, door.ID)
		if m.Door.Rate == 0 {
			m.Door.Rate, m.Door.Burst = a.number("api-gateway.rate"), a.number("api-gateway.burst")
		}
		if m.Door.Timeout = timeout(s, door.ID); m.Door.Timeout == 0 {
			m.Door.Timeout = a.number(kind + ".timeout")
		}
	case "alb":
		if v, ok := attribute(door, "LoadBalancerAttributes", "idle_timeout.timeout_seconds"); ok {
			m.Door.Timeout = v
		} else {
			m.Door.Timeout = a.number("alb.timeout")
		}
	}
	if len(s.OfType("AWS::WAFv2::WebACLAssociation")) > 0 {
		m.Door.Overhead = sum(m.Door.Overhead, a.dist("waf.overhead"))
	}
	return nil
}

// throttle returns the rate and burst that the stages of an API set for every
// route, the smallest if there are several; 0 for none.
func throttle(s *assembly.Stack, api string) (rate, burst float64) {
	for _, stage := range s.OfType("AWS::ApiGatewayV2::Stage", "AWS::ApiGateway::Stage") {
		if !slices.Contains(stage.Refers, api) {
			continue
		}
		settings := assembly.Dig(stage.Properties, "DefaultRouteSettings")
		if settings == nil {
			settings = everyMethod(stage.List("MethodSettings"))
		}
		r, ok := assembly.Number(assembly.Dig(settings, "ThrottlingRateLimit"))
		b, _ := assembly.Number(assembly.Dig(settings, "ThrottlingBurstLimit"))
		if ok && r > 0 && (rate == 0 || r < rate) {
			rate, burst = r, max(1, b)
		}
	}
	return rate, burst
}

// everyMethod returns the settings for all methods of a REST API's stage.
func everyMethod(settings []any) any {
	for _, x := range settings {
		if assembly.Text(assembly.Dig(x, "HttpMethod")) == "*" && strings.Trim(assembly.Text(assembly.Dig(x, "ResourcePath")), "/") == "*" {
			return x
		}
	}
	return nil
}

// timeout returns the longest integration timeout of an API, in seconds; 0 where
// none is set.
func timeout(s *assembly.Stack, api string) float64 {
	longest := 0.0
	for _, r := range s.OfType("AWS::ApiGatewayV2::Integration", "AWS::ApiGateway::Method") {
		if !slices.Contains(r.Refers, api) {
			continue
		}
		for _, path := range [][]string{{"TimeoutInMillis"}, {"Integration", "TimeoutInMillis"}} {
			if ms, ok := r.Number(path...); ok {
				longest = max(longest, ms/1000)
			}
		}
	}
	return longest
}

// compute reads the resource of role compute.
func (m *Model) compute(s *assembly.Stack, a *Assumptions) error {
	found := s.OfRole(role.Compute)
	for _, r := range found {
		switch r.Type {
		case "AWS::Lambda::Function":
			m.lambda(s, r, a)
			return nil
		case "AWS::ECS::Service", "AWS::AutoScaling::AutoScalingGroup":
			m.pool(s, r, a)
			return nil
		}
	}
	if len(found) == 0 {
		return fmt.Errorf("stack %s: no resource has the role compute: its metadata must name one", s.Name)
	}
	return fmt.Errorf("stack %s: compute %s is a %s, which has no latency model: want a function, an ECS service or an Auto Scaling group", s.Name, found[0].ID, found[0].Type)
}

func (m *Model) lambda(s *assembly.Stack, r *assembly.Resource, a *Assumptions) {
	l := &Lambda{
		Concurrency: int(a.number("lambda.concurrency")), ScaleUnits: a.number("lambda.scale-units"), ScalePeriod: 10,
		RatePerEnvironment: a.number("lambda.rate-per-environment"), Init: a.dist("lambda.cold-start"), Idle: a.number("lambda.idle"),
	}
	if v, ok := r.Number("ReservedConcurrentExecutions"); ok {
		l.Concurrency = max(1, int(v))
	}
	if v, ok := r.Number("Timeout"); ok {
		l.Timeout = v
	}
	for _, alias := range s.OfType("AWS::Lambda::Alias") {
		if v, ok := alias.Number("ProvisionedConcurrencyConfig", "ProvisionedConcurrentExecutions"); ok && slices.Contains(alias.Refers, r.ID) {
			l.Provisioned = int(v)
		}
	}
	m.Lambda = l
}

// work reads the store, the cache and the consistency of reads.
func (m *Model) work(s *assembly.Stack, demand Demand, a *Assumptions) error {
	w := Work{Service: ownTime(demand, a), Writes: demand.Writes}
	if m.Lambda != nil {
		w.Service = sum(w.Service, a.dist("lambda.invoke"))
	}
	m.Work = w
	if len(s.OfRole(role.Store)) == 0 {
		return fmt.Errorf("stack %s: no resource has the role store: its metadata must name one", s.Name)
	}
	w.Write, w.Items = a.dist("dynamodb.write"), int(a.number("data.items"))
	w.Skew = ZipfExponent(w.Items, demand.HotShare, a.number("data.hot-requests"))
	w.PartitionReads, w.PartitionWrites, w.Backoff = a.number("dynamodb.partition-reads"), a.number("dynamodb.partition-writes"), a.dist("dynamodb.backoff")
	if strong(s) {
		w.Read = a.dist("dynamodb.read-strong")
	} else {
		w.Read, w.Lag = a.dist("dynamodb.read-eventual"), a.dist("dynamodb.lag")
	}
	if s.Blueprint["consistency"] == "global-strong" {
		w.Distance = a.dist("region.distance")
	}
	if len(s.OfRole(role.Cache)) > 0 {
		w.Cache = Cache{Time: a.dist("cache.time"), Hits: HitRatio(w.Items, w.Skew, a.number("cache.items"))}
	}
	m.Work = w
	return nil
}

// ownTime returns the time of the handler's own code: what is left of the design's
// mean time of a call when the calls of the baseline's store are taken off, at
// least a twentieth of it.
func ownTime(demand Demand, a *Assumptions) Dist {
	calls := exact.Times(demand.Writes, a.dist("dynamodb.write").Mean()) +
		exact.Times(1-demand.Writes, a.dist("dynamodb.read-eventual").Mean())
	return Lognormal(max(demand.Service-calls, demand.Service/20, 1e-6), a.number("service.variation"))
}

// strong reports whether compute is told to read strongly.
func strong(s *assembly.Stack) bool {
	if c := s.Blueprint["consistency"]; c != "" {
		return strings.Contains(c, "strong")
	}
	for _, r := range s.OfRole(role.Compute) {
		if r.Text("Environment", "Variables", "CONSISTENCY") == "strong" {
			return true
		}
	}
	return false
}

// consumers reads how the consumers of events take them; the slowest counts.
func (m *Model) consumers(s *assembly.Stack, demand Demand, a *Assumptions) {
	var e *Events
	for _, r := range s.OfType("AWS::Lambda::EventSourceMapping") {
		batch, _ := r.Number("BatchSize")
		window, _ := r.Number("MaximumBatchingWindowInSeconds")
		most, _ := r.Number("ScalingConfig", "MaximumConcurrency")
		if e == nil || window > e.Window || (window == e.Window && most > 0 && int(most) < e.Consumers) {
			e = &Events{Batch: max(1, int(batch)), Window: window, Consumers: int(most)}
		}
	}
	if e == nil || demand.Events == 0 {
		return
	}
	e.PerWrite = demand.Events
	e.Delay, e.Overhead = a.dist("events.delay"), a.dist("consumer.overhead")
	e.Service = Lognormal(max(demand.Consumer, 1e-6), a.number("service.variation"))
	m.Events = e
}

// sum returns a distribution with the mean and the variance of the sum of two
// independent times: the lognormal of these moments (Fenton and Wilkinson).
func sum(x, y Dist) Dist {
	mean := x.Mean() + y.Mean()
	variance := exact.Times(x.Variation(), x.Mean()*x.Mean()) + exact.Times(y.Variation(), y.Mean()*y.Mean())
	if variance == 0 {
		return Constant(mean)
	}
	return Lognormal(mean, math.Sqrt(variance)/mean)
}
