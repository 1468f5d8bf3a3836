package latency

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
	"fulcrum/compare/latency/exact"
	"fulcrum/design/role"
)

// FromStack derives the model of a stack from its template, the design's demand
// and assumptions, and reports everything it misses at once. The template decides
// the front door and its throttle and timeout, compute, its limits, balancing and
// scaling, caches, sessions, keys of persons, the read consistency, the consumers'
// batches, and the other parts which Regions there are. What was read where is the
// model's evidence, what changes latency and is not in the model is in Unseen.
func FromStack(s *assembly.Stack, demand Demand, a *Assumptions) (Model, error) {
	m, missing := fromStack(s, demand, a)
	for i, err := range missing {
		missing[i] = fmt.Errorf("stack %s: %w", s.Name, err)
	}
	return m, errors.Join(missing...)
}

// fromStack is FromStack with what it misses one by one.
func fromStack(whole *assembly.Stack, demand Demand, a *Assumptions) (Model, []error) {
	s := whole.Main()
	if s.Of != "" {
		return Model{}, []error{fmt.Errorf("it is the part %s of %s and serves nobody by itself: want %s", s.Part, s.Of, s.Of)}
	}
	m := Model{Name: s.Name, Arrivals: demand.Arrivals(), Clients: demand.Clients}
	m.Retry = Retry{Attempts: int(a.number("client.attempts")), Base: a.number("client.backoff"), Cap: a.number("client.backoff-cap")}
	missing := []error{m.door(s, demand, a), m.compute(s, a), m.work(s, demand, a)}
	m.consumers(s, demand, a)
	m.heed(s)
	m.regions(whole, demand, a)
	m.Unseen = unseen(whole, a)
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
