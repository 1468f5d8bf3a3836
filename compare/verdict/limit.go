package verdict

import "fmt"

// hard says which limits the design's demand exceeds that cannot be raised.
func hard(o Option) []string {
	var out []string
	for _, l := range o.Limits.Exceeded() {
		if l.Adjustable == "no" {
			out = append(out, fmt.Sprintf("%s is %s %s and cannot be raised; the design asks for %s", l.Name, figure(l.Value), l.Unit, figure(l.Demand)))
		}
	}
	return out
}

// warnOfLimits notes the limits that stop every option, each in one or another.
func (v *Verdict) warnOfLimits(options []Option) {
	v.note(options, func(o Option) []string {
		var all []string
		for _, text := range hard(o) {
			all = append(all, text+"; no option carries the load.")
		}
		return all
	})
}
