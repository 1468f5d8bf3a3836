package latency

import (
	"context"
	"math"
	"sort"
)

// Effect is what one assumption does to a result.
type Effect struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	// Half and Double are the p99 in seconds with half and twice the assumption.
	Half   float64 `json:"p99_half_s"`
	Double float64 `json:"p99_double_s"`
	// Spread is the larger change of the p99 over the p99 itself.
	Spread float64 `json:"spread"`
}

// Sensitivity halves and doubles each assumption that a model used, alone, and
// returns what that does to the p99 of the busiest minute, the largest effect first.
// The runs share
// their random numbers, so that small effects show. build makes the
// model from assumptions.
func Sensitivity(ctx context.Context, a *Assumptions, build func(*Assumptions) (Model, error), o Options) ([]Effect, error) {
	p99 := func(m Model) (float64, error) {
		r, err := Simulate(ctx, m.Busiest(1), o)
		return r.P99.Value, err
	}
	m, err := build(a)
	if err != nil {
		return nil, err
	}
	base, err := p99(m)
	if err != nil {
		return nil, err
	}
	progress := o.Progress
	o.Progress = nil
	used := a.Used()
	effects := make([]Effect, 0, len(used))
	for i, x := range used {
		e := Effect{Name: x.Name, Value: x.Value, Half: base, Double: base}
		for factor, to := range map[float64]*float64{0.5: &e.Half, 2: &e.Double} {
			m, err := build(a.scaled(x.Name, factor))
			if err != nil {
				return nil, err
			}
			// A halved or doubled value may be one that no real system has, such as a
			// scaling target above 1; it then has no effect to show.
			if m.Validate() != nil {
				continue
			}
			if *to, err = p99(m); err != nil {
				return nil, err
			}
		}
		if base > 0 {
			e.Spread = max(math.Abs(e.Half-base), math.Abs(e.Double-base)) / base
		}
		effects = append(effects, e)
		if progress != nil {
			progress(float64(i+1) / float64(len(used)))
		}
	}
	sort.SliceStable(effects, func(i, j int) bool { return effects[i].Spread > effects[j].Spread })
	return effects, nil
}
