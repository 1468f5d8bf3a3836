package limits

import (
	"fmt"

	"fulcrum/compare/cost"
	"fulcrum/compare/evidence"
)

// commandRate is how often commands are sent to their queue: each action of the API
// has the quota, and each command is sent alone.
func commandRate(m *measure) (demand, bool) {
	q := cost.QueuedCommands(m.stack, m.demand)
	if q.Queue == nil {
		return demand{}, false
	}
	rate := m.peak(q.Count)
	return demand{rate, text(rate) + " commands/s sent in the busiest second", at(q.Queue)}, true
}

// groupRate is how often those of the dinner are sent that most are for.
func groupRate(m *measure) (demand, bool) {
	q := cost.QueuedCommands(m.stack, m.demand)
	if q.Queue == nil {
		return demand{}, false
	}
	share := q.Hottest(m.demand)
	return demand{m.peak(q.Count) * share, fmt.Sprintf("%s commands/s × %s %%, those for the most popular aggregate", text(m.peak(q.Count)), text(100*share)), at(q.Queue)}, true
}

// oneByOne is what the order of a queue of commands sets: those of one aggregate are
// applied one batch after the other.
func oneByOne(m *measure) []Limit {
	q := cost.QueuedCommands(m.stack, m.demand)
	if q.Queue == nil || m.capacity.ServiceMs == 0 {
		return nil
	}
	value, rate := q.CommandsPerSecond(m.capacity.ServiceMs), m.peak(q.Count)*q.Hottest(m.demand)
	formula := fmt.Sprintf("%s commands in %s ms to hand them out and %s ms to write them, as one", text(q.PerBatch), text(cost.HandedOutMs), text(m.capacity.ServiceMs))
	if !q.Together {
		formula = fmt.Sprintf("%s commands in %s ms to hand them out and %s ms each to write them", text(q.PerBatch), text(cost.HandedOutMs), text(m.capacity.ServiceMs))
	}
	return []Limit{{
		ID: "setting/" + q.Queue.ID, Name: "commands of one aggregate, one batch after the other", Value: value, Demand: rate, Unit: "commands/s",
		Headroom: room(value, rate), BreaksAt: m.rps * room(value, rate), Adjustable: "no", Setting: true,
		Formula:  fmt.Sprintf("%s; above it they wait. In the busiest second a write is of %.2f commands on average", formula, q.PerWrite(m.demand, m.peak(q.Count))),
		Evidence: []evidence.Item{evidence.Template(q.Queue.Path("FifoQueue"), "keeps the order of a message group")},
	}}
}
