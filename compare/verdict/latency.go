package verdict

import (
	"fmt"
	"strings"

	"fulcrum/design"
)

// exceeded returns the first column in which an option does not keep the design's
// allowance for latency, and in what.
func exceeded(o Option) (design.Column, []string) {
	for _, column := range []design.Column{design.Base, design.Peak} {
		if over := o.Latency.Busiest[column].Over; len(over) > 0 {
			return column, over
		}
	}
	return design.Base, nil
}

// warnOfLatency notes the options that do not keep an allowance that none keeps.
func (v *Verdict) warnOfLatency(options []Option) {
	for _, o := range options {
		if column, over := exceeded(o); len(over) > 0 {
			v.Warnings = append(v.Warnings, fmt.Sprintf("%s: simulated, the busiest minute of the %s column has %s; no option keeps the design's allowance.", o.ID, column, strings.Join(over, ", ")))
		}
	}
}
