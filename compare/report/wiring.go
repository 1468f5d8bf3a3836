package report

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"fulcrum/compare"
	"fulcrum/compare/diagram"
)

// wiring is the diagram of one option on the page.
type wiring struct {
	Option string
	SVG    template.HTML
	// Edges has each call and transfer in words, for those who do not see the drawing.
	Edges []string
	// Gone names the components of the stack it varies that it does not have.
	Gone []string
}

// The measures of a diagram, in its own units.
const (
	nodeWidth, nodeHeight = 104.0, 38.0
	nodeGap, rankGap      = 10.0, 30.0
	mostInRow             = 3
	wiringMargin          = 14.0
)

// wirings draws the options' components. If all are wired alike with the same
// components, one drawing stands for all.
func wirings(c compare.Comparison, t compare.TradeOff, stacks []compare.Stack) []wiring {
	var out []wiring
	alike := true
	for i, s := range stacks {
		marks, gone := marksOf(c, t.Options[i], s)
		out = append(out, newWiring(fmt.Sprintf("%s-wiring-%d", t.ID, i), t.Options[i].ID, s.Diagram, marks, gone))
		alike = alike && len(marks) == 0 && len(gone) == 0
	}
	if alike && len(out) > 1 {
		out[0].Option = "every option"
		return out[:1]
	}
	return out
}

// marksOf says which components an option adds or changes, and names those of the
// stack it varies that it does without.
func marksOf(c compare.Comparison, o compare.Option, s compare.Stack) (marks map[string]string, gone []string) {
	marks = map[string]string{}
	if o.Difference == nil {
		return marks, nil
	}
	here := map[string]string{} // logical ids by what is left of them without hashes
	for _, n := range s.Diagram.Nodes {
		here[diagram.Plain(n.ID)] = n.ID
	}
	for _, x := range o.Difference.Changed {
		if id, ok := here[diagram.Plain(x.ID)]; ok {
			marks[id] = "changed"
		}
	}
	for _, x := range o.Difference.Added {
		if id, ok := here[diagram.Plain(x.ID)]; ok {
			marks[id] = "new"
		}
	}
	removed := map[string]bool{}
	for _, x := range o.Difference.Removed {
		removed[diagram.Plain(x.ID)] = true
	}
	base, _ := c.Stack(o.Varies)
	for _, n := range base.Diagram.Nodes {
		if removed[diagram.Plain(n.ID)] {
			gone = append(gone, n.Name+" ("+n.Service+")")
		}
	}
	return marks, gone
}

// box is a node with its place.
type box struct {
	diagram.Node
	x, y float64 // of its upper left corner
}

func (b box) middle() float64 { return b.x + nodeWidth/2 }

func newWiring(id, option string, d diagram.Diagram, marks map[string]string, gone []string) wiring {
	boxes, width, height := place(d)
	w := wiring{Option: option, Gone: gone}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="wiring" viewBox="0 0 %.0f %.0f" role="img" aria-labelledby="%s"><title id="%s">Components of %s and what calls what; a list follows.</title>`,
		width, height, id, id, template.HTMLEscapeString(option))
	for _, e := range d.Edges {
		from, to := boxes[e.From], boxes[e.To]
		class, verb := "edge", "calls"
		if e.Async {
			class, verb = "edge async", "passes events or notices to"
		}
		fmt.Fprintf(&b, `<path class="%s" d="%s"/>`, class, route(from, to))
		w.Edges = append(w.Edges, fmt.Sprintf("%s (%s) %s %s (%s)", from.Name, from.Service, verb, to.Name, to.Service))
	}
	for _, n := range d.Nodes {
		x := boxes[n.ID]
		class, tag := "node", ""
		if m := marks[n.ID]; m != "" {
			class, tag = "node "+m, fmt.Sprintf(`<text class="node-mark" x="%.1f" y="%.1f" text-anchor="end">%s</text>`, x.x+nodeWidth-3, x.y-3, m)
		}
		fmt.Fprintf(&b, `<rect class="%s" x="%.1f" y="%.1f" width="%.0f" height="%.0f" rx="3"/><text class="node-name" x="%.1f" y="%.1f" text-anchor="middle">%s</text><text class="node-service" x="%.1f" y="%.1f" text-anchor="middle">%s</text>%s`,
			class, x.x, x.y, nodeWidth, nodeHeight, x.middle(), x.y+16, template.HTMLEscapeString(cut(n.Name, 16)), x.middle(), x.y+29, template.HTMLEscapeString(cut(n.Service, 18)), tag)
	}
	b.WriteString("</svg>")
	w.SVG = template.HTML(b.String()) //nolint:gosec // built here; names are escaped
	return w
}

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// place puts the nodes in rows by rank, each below those that call it where it can.
func place(d diagram.Diagram) (boxes map[string]box, width, height float64) {
	boxes = map[string]box{}
	width = mostInRow*nodeWidth + (mostInRow-1)*nodeGap + 2*wiringMargin
	y := 14.0
	for from := 0; from < len(d.Nodes); {
		to := from
		for to < len(d.Nodes) && d.Nodes[to].Rank == d.Nodes[from].Rank {
			to++
		}
		rank := slices.Clone(d.Nodes[from:to])
		slices.SortStableFunc(rank, func(a, b diagram.Node) int {
			return cmp.Compare(callers(d, a, boxes, width), callers(d, b, boxes, width))
		})
		for row := range slices.Chunk(rank, mostInRow) {
			left := (width - float64(len(row))*nodeWidth - float64(len(row)-1)*nodeGap) / 2
			for i, n := range row {
				boxes[n.ID] = box{n, left + float64(i)*(nodeWidth+nodeGap), y}
			}
			y += nodeHeight + rankGap
		}
		from = to
	}
	return boxes, width, math.Max(y-rankGap+14, nodeHeight)
}

// callers is the mean place of those that call a node and are placed already; the
// middle for none.
func callers(d diagram.Diagram, n diagram.Node, boxes map[string]box, width float64) float64 {
	sum, count := 0.0, 0.0
	for _, e := range d.Edges {
		if b, ok := boxes[e.From]; ok && e.To == n.ID {
			sum, count = sum+b.middle(), count+1
		}
	}
	if count == 0 {
		return width / 2
	}
	return sum / count
}

// route is the line from one box to another: straight down, over the top to one in the
// same row, and round the side to one above.
func route(from, to box) string {
	switch {
	case to.y > from.y:
		return fmt.Sprintf("M%.1f %.1fL%.1f %.1f", from.middle(), from.y+nodeHeight, to.middle(), to.y)
	case to.y == from.y:
		return fmt.Sprintf("M%.1f %.1fv-8H%.1fv8", from.middle()+6, from.y, to.middle()-6)
	}
	side, edge := wiringMargin/2, to.x
	if to.middle() > mostInRow*(nodeWidth+nodeGap)/2+wiringMargin {
		side, edge = mostInRow*nodeWidth+(mostInRow-1)*nodeGap+1.5*wiringMargin, to.x+nodeWidth
	}
	return fmt.Sprintf("M%.1f %.1fv9H%.1fV%.1fH%.1f", from.middle(), from.y+nodeHeight, side, to.y+nodeHeight/2, edge)
}
