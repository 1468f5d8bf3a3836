package verdict

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"fulcrum/design"
)

// cent is the least difference in cost that decides anything.
const cent = 0.005

// settleTie orders the options that cost as much as the cheapest by their simulated p99
// in the base column's busiest minute, as far as the confidence intervals tell them
// apart, and says so; it returns an empty text if nothing is tied. What neither cost
// nor latency tells apart stays in the order of the table.
func (v *Verdict) settleTie(options []Option) string {
	n := 1
	for n < len(v.Ranking) && v.Ranking[n].USD-v.Ranking[0].USD < cent {
		n++
	}
	if n == 1 {
		return ""
	}
	p99 := func(r Ranked) (value, half float64, ok bool) {
		i := slices.IndexFunc(options, func(o Option) bool { return o.ID == r.Option })
		l := options[i].Latency
		minute := l.Busiest[design.Base]
		return minute.P99.Value, minute.P99.Half, l.Missing == "" && minute.P99.Value > 0
	}
	tied := v.Ranking[:n]
	best := 0
	for i := range tied {
		value, half, ok := p99(tied[i])
		least, about, known := p99(tied[best])
		if ok && known && least-value > math.Max(half, about) {
			best = i
		}
	}
	winner := tied[best]
	copy(tied[1:best+1], tied[:best])
	tied[0] = winner
	var others []string
	apart := false
	least, about, _ := p99(winner)
	for _, r := range tied[1:] {
		value, half, ok := p99(r)
		if ok && value-least > math.Max(half, about) {
			apart = true
			others = append(others, fmt.Sprintf("%s (p99 %.0f ms)", r.Option, 1000*value))
			continue
		}
		others = append(others, r.Option)
	}
	text := "at base it costs as much as " + strings.Join(others, " and ")
	if apart {
		return fmt.Sprintf("%s, and its simulated p99 is lower, %.0f ms", text, 1000*least)
	}
	return text + ", and the simulation does not tell them apart; what each is for decides"
}
