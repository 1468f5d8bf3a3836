package workload

import (
	"time"

	"fulcrum/constructs/loadbalancer"
)

// slowStart is how long a new server is spared where requests go in turn: those at
// work have their connections to the store open, and it has none.
const slowStart = 30 * time.Second

// balance holds what each option of load-balancing sets of the servers' target group.
var balance = map[string]func(s *loadbalancer.Servers){
	"round-robin":       func(s *loadbalancer.Servers) { s.SlowStart = slowStart },
	"least-outstanding": func(s *loadbalancer.Servers) { s.Algorithm = loadbalancer.LeastOutstanding },
	"weighted-random": func(s *loadbalancer.Servers) {
		s.Algorithm, s.Mitigation = loadbalancer.WeightedRandom, true
	},
}

// targets returns how a load balancer reaches servers of a type and port, as the
// blueprint chooses.
func (w *workload) targets(t loadbalancer.TargetType, port int) *loadbalancer.Servers {
	s := &loadbalancer.Servers{Type: t, Port: port, TLS: true, HealthPath: healthPath}
	balance[w.Blueprint["load-balancing"]](s)
	w.speak(s)
	w.stay(s)
	return s
}
