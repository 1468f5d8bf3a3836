package latency

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
	"fulcrum/compare/latency/exact"
	"fulcrum/design/role"
)

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
	w.Write, w.Items = a.dist("dynamodb.write"), demand.items(a)
	w.Skew = ZipfExponent(w.Items, demand.HotShare, a.number("data.hot-requests"))
	w.PartitionReads, w.PartitionWrites, w.Backoff = a.number("dynamodb.partition-reads"), a.number("dynamodb.partition-writes"), a.dist("dynamodb.backoff")
	w.Read, w.Lag = a.dist("dynamodb.read-eventual"), a.dist("dynamodb.lag")
	reads := demand.of(func(c Call) bool { return !c.Write })
	if path := strong(s); path != "" && reads > 0 {
		// What follows events is read eventually: it lags behind them anyway.
		w.Strong, w.ReadStrong = demand.of(func(c Call) bool { return !c.Write && c.Aggregates })/reads, a.dist("dynamodb.read-strong")
		m.Evidence = append(m.Evidence, evidence.Template(path, fmt.Sprintf("reads of aggregates are strongly consistent, %.3g %% of the reads", 100*w.Strong)))
	} else {
		m.read(stores[i], "", "the store: %s, read eventually", stores[i].Type)
	}
	m.Work = w
	m.workflow(s, demand, a)
	m.queue(s, a)
	m.answers(s, demand, a)
	m.persons(s, demand, a)
	for _, r := range s.OfRole(role.Session) {
		m.Work.Session = a.dist("cache.time")
		m.read(r, "", "a store of sessions, which each command calls")
	}
	return nil
}

// items is how many items requests pick from: what the design's commands create and
// queries still read, or an assumption.
func (d Demand) items(a *Assumptions) int {
	if given, _ := a.Get("data.items"); d.Items == 0 || given.Source == "given" {
		return int(a.number("data.items"))
	}
	return d.Items
}

// workflow reads an Express state machine that compute runs within a command.
func (m *Model) workflow(s *assembly.Stack, demand Demand, a *Assumptions) {
	for _, r := range s.OfRole(role.Workflow) {
		command, _ := r.About["operation"].(string)
		share := demand.Commands[command]
		if r.Text("StateMachineType") != "EXPRESS" || share == 0 {
			continue // answers come without it
		}
		steps, _ := assembly.Straight(r.Text("DefinitionString"))
		w := a.dist("workflow.start")
		for range steps {
			w = sum(w, sum(a.dist("workflow.step"), Lognormal(max(demand.Service, 1e-6), a.number("service.variation"))))
		}
		m.Work.Workflow, m.Work.Workflows = w, min(1, share)
		m.read(r, "DefinitionString", "%s runs a workflow of %d steps within the call, each the design's service time, %.3g %% of the commands", command, steps, 100*share)
	}
}

// queue reads a queue that commands go to: the client waits for it and not for the
// store, and what it reads shows the command when that was taken off and applied.
func (m *Model) queue(s *assembly.Stack, a *Assumptions) {
	for _, r := range s.OfRole(role.Queue) {
		if r.About["commands"] == nil {
			continue
		}
		w := &m.Work
		applied := sum(sum(a.dist("sqs.delay"), w.Service), w.Write)
		if w.Workflows > 0 {
			applied = sum(applied, w.Workflow)
		}
		w.Write, w.PartitionWrites = a.dist("sqs.send"), a.number("sqs.group-rate")
		w.Workflow, w.Workflows = Dist{}, 0
		w.Lag = sum(w.Lag, applied)
		m.applied = applied
		m.read(r, "FifoQueue", "commands are answered when they are on the queue, and applied after another %s on average", Duration(applied.Mean()))
		return
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
	for _, r := range s.Resources {
		if strings.HasSuffix(r.Setting("CONSISTENCY"), "strong") {
			if r.Type == "AWS::Lambda::Function" {
				return r.Path("Environment")
			}
			return r.Path("ContainerDefinitions")
		}
	}
	// Instances are told by what they fetch when they start, which no template has.
	if strings.Contains(s.Blueprint["consistency"], "strong") {
		return "Metadata/fulcrum/blueprint"
	}
	return ""
}
