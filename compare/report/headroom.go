package report

import (
	"cmp"
	"math"
	"slices"

	"fulcrum/compare"
	"fulcrum/compare/limits"
)

// headroom is one limit over the options.
type headroom struct {
	Name  string
	Cells []limits.Limit
}

// Alike reports whether every option uses the limit to the same share.
func (h headroom) Alike() bool {
	return len(h.Cells) > 1 && !slices.ContainsFunc(h.Cells, func(l limits.Limit) bool {
		return l.ID == "" || l.Demand != h.Cells[0].Demand || l.Value != h.Cells[0].Value
	})
}

// At is the limit of one option, as it is drawn.
func (h headroom) At(i int) bar { return bar{h.Cells[i]} }

// bar is one limit drawn as a bar.
type bar struct{ limits.Limit }

// Share is how far the limit is used, in percent of the bar.
func (b bar) Share() float64 { return math.Max(1, math.Min(100, b.Demand/b.Value*100)) }

// Used is how far the limit is used, in words.
func (b bar) Used() string { return digits(b.Demand/b.Value*100) + "\u00a0%" }

// headrooms sets the tightest limits of the options side by side.
func headrooms(stacks []compare.Stack) []headroom {
	tightest := map[string]float64{}
	for _, s := range stacks {
		for _, l := range s.Limits.Limits {
			if x, ok := tightest[key(l)]; !ok || l.Headroom < x {
				tightest[key(l)] = l.Headroom
			}
		}
	}
	keys := make([]string, 0, len(tightest))
	for k := range tightest {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(tightest[a], tightest[b]), cmp.Compare(a, b)) })
	var out []headroom
	for _, k := range keys[:min(10, len(keys))] {
		h := headroom{}
		for _, s := range stacks {
			i := slices.IndexFunc(s.Limits.Limits, func(l limits.Limit) bool { return key(l) == k })
			if i < 0 {
				h.Cells = append(h.Cells, limits.Limit{})
				continue
			}
			h.Name = s.Limits.Limits[i].Name
			h.Cells = append(h.Cells, s.Limits.Limits[i])
		}
		out = append(out, h)
	}
	return out
}

// key identifies a limit over stacks, whose resources may have other ids.
func key(l limits.Limit) string {
	if l.Setting {
		return l.Name
	}
	return l.ID
}
