package verdict

import (
	"fmt"
	"strings"
)

// warn notes quotas that must be raised and costs that are not complete.
func (v *Verdict) warn(options []Option) {
	v.note(options, func(o Option) []string {
		var all []string
		for _, l := range o.Limits.Exceeded() {
			switch {
			case l.Setting && l.Adjustable != "no":
				all = append(all, fmt.Sprintf("%s is %s %s, and peak asks for %s.", l.Name, figure(l.Value), l.Unit, figure(l.Demand)))
			case l.Adjustable != "no":
				all = append(all, fmt.Sprintf("have %s raised from %s to at least %s %s.", l.Name, figure(l.Value), figure(l.Demand), l.Unit))
			}
		}
		if len(o.Coverage.NotPriced) > 0 {
			all = append(all, fmt.Sprintf("the cost is not complete, %d of %d billable resources have no price: %s; explain cost STACK names all, and a price book of your own fills the gaps (--prices FILE).",
				len(o.Coverage.NotPriced), o.Coverage.Billable, o.Coverage.Missing()))
		}
		return all
	})
}

// note adds what is to be minded of options as warnings: what holds for several once,
// with their ids, or without any if it holds for all.
func (v *Verdict) note(options []Option, of func(Option) []string) {
	var texts []string
	ids := map[string][]string{}
	for _, o := range options {
		for _, text := range of(o) {
			if len(ids[text]) == 0 {
				texts = append(texts, text)
			}
			ids[text] = append(ids[text], o.ID)
		}
	}
	for _, text := range texts {
		if len(ids[text]) < len(options) {
			text = strings.Join(ids[text], ", ") + ": " + text
		} else {
			text = strings.ToUpper(text[:1]) + text[1:]
		}
		v.Warnings = append(v.Warnings, text)
	}
}
