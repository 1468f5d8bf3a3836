package cost

import (
	"fmt"
	"strings"

	"fulcrum/compare/assembly"
)

// hoursOf are the units of a rate expression, in hours.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
var hoursOf = map[string]float64{"minute": 1.0 / 60, "hour": 1, "day": 24}

// scheduled is how often a month rules call r by the clock; 0 if none does.
func (c *context) scheduled(r *assembly.Resource) float64 {
	calls := 0.0
	for _, rule := range c.stack.OfType("AWS::Events::Rule") {
		if !contains(c.stack.Mentioned(rule, rule.Get("Targets")), r) {
			continue
		}
		var every float64
		var unit string
		if _, err := fmt.Sscanf(rule.Text("ScheduleExpression"), "rate(%g %s", &every, &unit); err != nil || every <= 0 {
			continue // called by events, not by the clock
		}
		if hours := hoursOf[strings.TrimRight(unit, "s)")]; hours > 0 {
			calls += Hours / (every * hours)
		}
	}
	return calls
}
