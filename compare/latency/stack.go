package latency

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
	"fulcrum/compare/latency/exact"
	"fulcrum/design/role"
)

// FromStack derives the model of a stack from its template, the design's demand
// and assumptions, and reports everything it misses at once. The template decides
// the front door and its throttle and timeout, compute, its limits, balancing and
// scaling, the cache, the read consistency, and the consumers' batches. What was
// read where is the model's evidence.
func FromStack(s *assembly.Stack, demand Demand, a *Assumptions) (Model, error) {
	m, missing := fromStack(s, demand, a)
	for i, err := range missing {
		missing[i] = fmt.Errorf("stack %s: %w", s.Name, err)
	}
	return m, errors.Join(missing...)
}

// fromStack is FromStack with what it misses one by one.
func fromStack(s *assembly.Stack, demand Demand, a *Assumptions) (Model, []error) {
	m := Model{Name: s.Name, Arrivals: demand.Arrivals(), Clients: demand.Clients}
	m.Retry = Retry{Attempts: int(a.number("client.attempts")), Base: a.number("client.backoff"), Cap: a.number("client.backoff-cap")}
	missing := []error{m.door(s, a), m.compute(s, a), m.work(s, demand, a)}
	m.consumers(s, demand, a)
	return m, slices.DeleteFunc(missing, func(err error) bool { return err == nil })
}

// read notes where something was read, and what.
func (m *Model) read(r *assembly.Resource, property, format string, args ...any) {
	path := r.Path()
	if property != "" {
		path = r.Path(property)
	}
	m.Evidence = append(m.Evidence, evidence.Template(path, fmt.Sprintf(format, args...)))
}

// doors are the types that can be a front door, by the name their assumptions have.
var doors = map[string]string{
	"AWS::ApiGatewayV2::Api": "http-api", "AWS::ApiGateway::RestApi": "rest-api",
	"AWS::ElasticLoadBalancingV2::LoadBalancer": "alb", "AWS::Lambda::Url": "function-url",
}

// door reads the resource of role front-door. Of several the first that answers
// calls counts: an API of WebSockets pushes to clients.
func (m *Model) door(s *assembly.Stack, a *Assumptions) error {
	found := s.OfRole(role.FrontDoor)
	if len(found) == 0 {
		return errors.New("no resource has the role front-door: its metadata must name one")
	}
	i := slices.IndexFunc(found, func(r *assembly.Resource) bool { return doors[r.Type] != "" && r.Text("ProtocolType") != "WEBSOCKET" })
	if i < 0 {
		return fmt.Errorf("front door %s is a %s, which has no latency model: want an API, a load balancer or a function URL", found[0].ID, found[0].Type)
	}
	door := found[i]
	kind := doors[door.Type]
	m.read(door, "", "the front door: %s", kind)
	m.Door.Overhead = a.dist(kind + ".overhead")
	for _, r := range s.Before(door) {
		if r.Type == "AWS::CloudFront::Distribution" {
			m.Door.Overhead = sum(m.Door.Overhead, a.dist("cloudfront.overhead"))
			m.read(r, "", "clients come through a distribution")
		}
	}
	switch kind {
	case "http-api", "rest-api":
		if m.throttle(s, door.ID); m.Door.Rate == 0 {
			m.Door.Rate, m.Door.Burst = a.number("api-gateway.rate"), a.number("api-gateway.burst")
		}
		if m.timeout(s, door.ID); m.Door.Timeout == 0 {
			m.Door.Timeout = a.number(kind + ".timeout")
		}
		m.insideDoor(s, door, a)
	case "alb":
		if v, ok := attribute(door, "LoadBalancerAttributes", "idle_timeout.timeout_seconds"); ok {
			m.Door.Timeout = v
			m.read(door, "LoadBalancerAttributes", "a target that is silent for %g s counts as gone", v)
		} else {
			m.Door.Timeout = a.number("alb.timeout")
		}
	}
	if guards := s.OfType("AWS::WAFv2::WebACLAssociation"); len(guards) > 0 {
		m.Door.Overhead = sum(m.Door.Overhead, a.dist("waf.overhead"))
		m.read(guards[0], "", "a web ACL before the front door")
	}
	return nil
}

// insideDoor adds what an API passes on the way to compute: a load balancer at the
// end of its link to the VPC.
func (m *Model) insideDoor(s *assembly.Stack, door *assembly.Resource, a *Assumptions) {
	for _, r := range s.Reached(door, false) {
		if r.Type == "AWS::ElasticLoadBalancingV2::LoadBalancer" {
			m.Door.Overhead = sum(m.Door.Overhead, a.dist("alb.overhead"))
			m.read(r, "", "a load balancer between the API and compute")
			return
		}
	}
}

// throttle reads the rate and burst that the stages of an API set for every route,
// the smallest if there are several.
func (m *Model) throttle(s *assembly.Stack, api string) {
	for _, stage := range s.OfType("AWS::ApiGatewayV2::Stage", "AWS::ApiGateway::Stage") {
		if !slices.Contains(stage.Refers, api) {
			continue
		}
		property, settings := "DefaultRouteSettings", stage.Get("DefaultRouteSettings")
		if settings == nil {
			property, settings = "MethodSettings", everyMethod(stage.List("MethodSettings"))
		}
		r, ok := assembly.Number(assembly.Dig(settings, "ThrottlingRateLimit"))
		b, _ := assembly.Number(assembly.Dig(settings, "ThrottlingBurstLimit"))
		if ok && r > 0 && (m.Door.Rate == 0 || r < m.Door.Rate) {
			m.Door.Rate, m.Door.Burst = r, max(1, b)
			m.read(stage, property, "throttles at %g requests/s with a burst of %g", r, b)
		}
	}
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

// timeout reads the longest integration timeout of an API.
func (m *Model) timeout(s *assembly.Stack, api string) {
	var from *assembly.Resource
	for _, r := range s.OfType("AWS::ApiGatewayV2::Integration", "AWS::ApiGateway::Method") {
		if !slices.Contains(r.Refers, api) {
			continue
		}
		for _, path := range [][]string{{"TimeoutInMillis"}, {"Integration", "TimeoutInMillis"}} {
			if ms, ok := r.Number(path...); ok && ms/1000 > m.Door.Timeout {
				m.Door.Timeout, from = ms/1000, r
			}
		}
	}
	if from != nil {
		m.read(from, "", "the integration times out after %g s", m.Door.Timeout)
	}
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
		return errors.New("no resource has the role compute: its metadata must name one")
	}
	return fmt.Errorf("compute %s is a %s, which has no latency model: want a function, an ECS service or an Auto Scaling group", found[0].ID, found[0].Type)
}

func (m *Model) lambda(s *assembly.Stack, r *assembly.Resource, a *Assumptions) {
	l := &Lambda{
		Concurrency: int(a.number("lambda.concurrency")), ScaleUnits: a.number("lambda.scale-units"), ScalePeriod: 10,
		RatePerEnvironment: a.number("lambda.rate-per-environment"), Init: a.dist("lambda.cold-start"), Idle: a.number("lambda.idle"),
	}
	m.read(r, "", "compute: a function, one request to an environment")
	if v, ok := r.Number("ReservedConcurrentExecutions"); ok {
		l.Concurrency = max(1, int(v))
		m.read(r, "ReservedConcurrentExecutions", "at most %g environments", v)
	}
	if v, ok := r.Number("Timeout"); ok {
		l.Timeout = v
		m.read(r, "Timeout", "the function times out after %g s", v)
	}
	for _, alias := range s.OfType("AWS::Lambda::Alias") {
		if v, ok := alias.Number("ProvisionedConcurrencyConfig", "ProvisionedConcurrentExecutions"); ok && slices.Contains(alias.Refers, r.ID) {
			l.Provisioned = int(v)
			m.read(alias, "ProvisionedConcurrencyConfig", "%g environments kept ready", v)
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
	stores := s.OfRole(role.Store)
	i := slices.IndexFunc(stores, func(r *assembly.Resource) bool { return strings.HasPrefix(r.Type, "AWS::DynamoDB::") })
	switch {
	case len(stores) == 0:
		return errors.New("no resource has the role store: its metadata must name one")
	case i < 0:
		return fmt.Errorf("store %s is a %s, which has no latency model: want a DynamoDB table", stores[0].ID, stores[0].Type)
	}
	w.Write, w.Items = a.dist("dynamodb.write"), int(a.number("data.items"))
	w.Skew = ZipfExponent(w.Items, demand.HotShare, a.number("data.hot-requests"))
	w.PartitionReads, w.PartitionWrites, w.Backoff = a.number("dynamodb.partition-reads"), a.number("dynamodb.partition-writes"), a.dist("dynamodb.backoff")
	if path := strong(s); path != "" {
		w.Read = a.dist("dynamodb.read-strong")
		m.Evidence = append(m.Evidence, evidence.Template(path, "reads are strongly consistent"))
	} else {
		w.Read, w.Lag = a.dist("dynamodb.read-eventual"), a.dist("dynamodb.lag")
		m.read(stores[i], "", "the store: %s, read eventually", stores[i].Type)
	}
	m.Work = w
	m.workflow(s, demand, a)
	w = m.Work
	for _, r := range stores {
		if r.Text("MultiRegionConsistency") == "STRONG" {
			w.Distance = a.dist("region.distance")
			m.read(r, "MultiRegionConsistency", "a write is answered when a second Region has it")
			break
		}
	}
	if caches := s.OfRole(role.Cache); len(caches) > 0 {
		w.Cache = Cache{Time: a.dist("cache.time"), Hits: HitRatio(w.Items, w.Skew, a.number("cache.items"))}
		m.read(caches[0], "", "a cache before the store, which answers %.3g %% of the reads", 100*w.Cache.Hits)
	}
	m.Work = w
	return nil
}

// workflow reads an Express state machine that compute runs within a command.
func (m *Model) workflow(s *assembly.Stack, demand Demand, a *Assumptions) {
	for _, r := range s.OfRole(role.Workflow) {
		command, _ := r.About["operation"].(string)
		share := demand.Commands[command]
		if r.Text("StateMachineType") != "EXPRESS" || share == 0 {
			continue // answers come without it
		}
		m.Work.Workflow, m.Work.Workflows = a.dist("workflow.express"), min(1, share)
		m.read(r, "StateMachineType", "%s runs a workflow within the call, %.3g %% of the commands", command, 100*share)
	}
}

// ownTime returns the time of the handler's own code: what is left of the design's
// mean time of a call when the calls of the baseline's store are taken off, at
// least a twentieth of it.
func ownTime(demand Demand, a *Assumptions) Dist {
	calls := exact.Times(demand.Writes, a.dist("dynamodb.write").Mean()) +
		exact.Times(1-demand.Writes, a.dist("dynamodb.read-eventual").Mean())
	return Lognormal(max(demand.Service-calls, demand.Service/20, 1e-6), a.number("service.variation"))
}

// strong returns the place that tells compute to read strongly; empty where
// nothing does.
func strong(s *assembly.Stack) (path string) {
	for _, r := range s.OfType("AWS::Lambda::Function") {
		if r.Role == role.Compute && r.Text("Environment", "Variables", "CONSISTENCY") == "strong" {
			return r.Path("Environment")
		}
	}
	for _, r := range s.OfType("AWS::ECS::TaskDefinition") {
		for _, container := range r.List("ContainerDefinitions") {
			variables, _ := assembly.Dig(container, "Environment").([]any)
			for _, v := range variables {
				if assembly.Text(assembly.Dig(v, "Name")) == "CONSISTENCY" && assembly.Text(assembly.Dig(v, "Value")) == "strong" {
					return r.Path("ContainerDefinitions")
				}
			}
		}
	}
	// Instances are told by what they fetch when they start, which no template has.
	if strings.Contains(s.Blueprint["consistency"], "strong") {
		return "Metadata/fulcrum/blueprint"
	}
	return ""
}

// consumers reads how the consumers of events take them; the slowest counts.
func (m *Model) consumers(s *assembly.Stack, demand Demand, a *Assumptions) {
	var e *Events
	var slowest *assembly.Resource
	for _, r := range s.OfType("AWS::Lambda::EventSourceMapping") {
		batch, _ := r.Number("BatchSize")
		window, _ := r.Number("MaximumBatchingWindowInSeconds")
		most, _ := r.Number("ScalingConfig", "MaximumConcurrency")
		if e == nil || window > e.Window || (window == e.Window && most > 0 && int(most) < e.Consumers) {
			e, slowest = &Events{Batch: max(1, int(batch)), Window: window, Consumers: int(most)}, r
		}
	}
	if e == nil || demand.Events == 0 {
		return
	}
	m.read(slowest, "", "the slowest consumer takes batches of %d within %g s", e.Batch, e.Window)
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
