package verdict

import (
	"strings"
	"testing"

	"fulcrum/compare/cost"
	"fulcrum/compare/latency"
	"fulcrum/design"
)

// TestATieIsSettledByLatencyOrNotAtAll wants options of one cost told apart by their
// simulated p99 only where the intervals do not overlap.
func TestATieIsSettledByLatencyOrNotAtAll(t *testing.T) {
	option := func(id string, usd, p99 float64) Option {
		o := Option{ID: id, USD: usd}
		o.Latency.Busiest[design.Base].P99 = latency.Interval{Value: p99, Half: 0.005}
		return o
	}
	for _, x := range []struct {
		options []Option
		winner  string
		says    string
	}{
		{
			[]Option{option("round-robin", 10, 0.200), option("least", 10.001, 0.150), option("random", 10, 0.198)}, "least",
			"Take least: at base it costs as much as round-robin (p99 200 ms) and random (p99 198 ms), and its simulated p99 is lower, 150 ms.",
		},
		{
			[]Option{option("round-robin", 10, 0.200), option("least", 10, 0.197)}, "round-robin",
			"Take round-robin: at base it costs as much as least, and the simulation does not tell them apart; what each is for decides.",
		},
		{[]Option{option("a", 10, 0.200), option("b", 9, 0.300)}, "b", "Take b: at base it costs $1.00 a month less than a"},
	} {
		var curves []cost.Curve
		for _, o := range x.options {
			curves = append(curves, cost.Curve{Option: o.ID, USD: func(float64) float64 { return o.USD }})
		}
		v := Of(x.options, curves, nil, 1e6, &design.Design{})
		if v.Winner != x.winner || !strings.HasPrefix(v.Sentence, x.says) || v.Ranking[0].Option != x.winner {
			t.Errorf("winner %s, %q", v.Winner, v.Sentence)
		}
	}
}
