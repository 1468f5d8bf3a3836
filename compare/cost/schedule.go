package cost

import (
	"fmt"
	"strings"

	"fulcrum/compare/assembly"
)

// hoursOf are the units of a rate expression, in hours.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
var hoursOf = map[string]float64{"minute": 1.0 / 60, "hour": 1, "day": 24}

// scheduled is how often a month the rules of a stack call its resources by the clock.
func scheduled(s *assembly.Stack) map[*assembly.Resource]float64 {
	calls := map[*assembly.Resource]float64{}
	for _, rule := range s.OfType("AWS::Events::Rule") {
		var every float64
		var unit string
		if _, err := fmt.Sscanf(rule.Text("ScheduleExpression"), "rate(%g %s", &every, &unit); err != nil || every <= 0 {
			continue // called by events, not by the clock
		}
		hours := hoursOf[strings.TrimRight(unit, "s)")]
		if hours == 0 {
			continue
		}
		for _, r := range s.Mentions(rule, "Targets") {
			calls[r] += Hours / (every * hours)
		}
	}
	return calls
}
