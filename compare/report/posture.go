package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"fulcrum/compare"
	"fulcrum/compare/availability"
	"fulcrum/compare/evidence"
)

// path is the floor under a request's way through an option, or through all of them
// where it is the same.
type path struct {
	Option string
	availability.Floor
}

func pathsOf(t compare.TradeOff, stacks []compare.Stack) []path {
	var out []path
	for i, s := range stacks {
		out = append(out, path{t.Options[i].ID, s.Availability})
	}
	same := func(p path) bool { return slices.Equal(p.names(), out[0].names()) }
	if len(out) > 1 && !slices.ContainsFunc(out, func(p path) bool { return !same(p) }) {
		return []path{{"every option", out[0].Floor}}
	}
	return out
}

func (p path) names() []string {
	var names []string
	for _, l := range p.Write.Links {
		names = append(names, l.Name)
	}
	for _, l := range p.Apart {
		names = append(names, "apart "+l.Name)
	}
	return names
}

// postureTable sets the posture of each class of data and of each hop side by side.
func postureTable(columns []string, stacks []compare.Stack) Table {
	return Table{Columns: columns, Groups: []Group{
		{"At rest, by class of data", atRest(stacks)}, {"In transit, lowest TLS version", transit(stacks)},
	}}
}

// atRest sets side by side under which keys each class of data lies.
func atRest(stacks []compare.Stack) []Row {
	classes := map[string]bool{}
	for _, s := range stacks {
		for _, r := range s.Posture.AtRest {
			classes[r.DataClass] = true
		}
	}
	var rows []Row
	for _, class := range sorted(classes) {
		rows = append(rows, row(cmp.Or(class, "no class"), stacks, func(_ int, s compare.Stack) Cell {
			own, other, free := 0, map[string]int{}, 0
			var c Cell
			for _, r := range s.Posture.AtRest {
				if r.DataClass != class {
					continue
				}
				e := evidence.Template("Resources/"+r.ID, r.Type+" under "+r.Key)
				if r.Exception != "" {
					e.Claim += ": " + r.Exception
				}
				c.Evidence = append(c.Evidence, e)
				switch {
				case r.CustomerManaged:
					own++
				case r.Exception != "":
					other[r.Key+", imposed"]++
				default:
					other[r.Key]++
					free++
				}
			}
			var parts []string
			if own > 0 {
				parts = append(parts, fmt.Sprintf("%d under own key", own))
			}
			for _, k := range sorted(other) {
				parts = append(parts, fmt.Sprintf("%d under %s", other[k], k))
			}
			c.Mark, c.Text = yesNo(free == 0), strings.Join(parts, ", ")
			return c
		}))
	}
	return rows
}

// transit sets side by side the lowest TLS version of each public hop.
func transit(stacks []compare.Stack) []Row {
	roles := []struct{ label, role string }{{"client → front door", "front-door"}, {"client → site", "delivery"}, {"client → identity", "identity"}}
	var rows []Row
	for _, x := range roles {
		known := false
		r := row(x.label, stacks, func(_ int, s compare.Stack) Cell {
			for _, h := range s.Posture.InTransit {
				if !h.Public || s.RoleOf(h.To) != x.role {
					continue
				}
				known = true
				c := Cell{Mark: yesNo(h.OK()), Text: h.Floor, Evidence: h.Evidence}
				if h.Remark != "" {
					c.Text += ", " + h.Remark
				}
				return c
			}
			return Cell{Text: "none"}
		})
		if known {
			rows = append(rows, r)
		}
	}
	inside := row("hops inside AWS", stacks, func(_ int, s compare.Stack) Cell {
		c := Cell{Mark: "yes"}
		n := 0
		for _, h := range s.Posture.InTransit {
			if h.Public {
				continue
			}
			n++
			if !h.OK() {
				c.Mark = "no"
			}
			c.Evidence = append(c.Evidence, evidence.Item{Claim: h.String()})
		}
		c.Text = fmt.Sprintf("%d, TLS 1.2 or newer", n)
		return c
	})
	return append(rows, inside)
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
