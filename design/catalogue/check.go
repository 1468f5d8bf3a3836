package catalogue

import (
	"fmt"
	"slices"
	"strings"
)

// Conflict is a need that a chosen option cannot serve, or a choice that one
// cannot do without.
type Conflict struct {
	// Need is the need's id; empty for a requirement.
	Need string
	// By is the choice that has the need; zero if the design itself has it.
	By Choice
	// With is the choice that cannot serve it.
	With Choice
	Lack Lack
	// Instead are the ways out, each in words: "choose front-door: alb".
	Instead []string
}

// String tells the conflict in three lines: what cannot work, why and from where
// that is known, and what to do.
func (c Conflict) String() string {
	var b strings.Builder
	if c.By == (Choice{}) {
		fmt.Fprintf(&b, "need %s cannot be met with %s\n", c.Need, c.With)
	} else {
		fmt.Fprintf(&b, "%s cannot work with %s\n", c.By, c.With)
	}
	fmt.Fprintf(&b, "   %s (%s)\n", c.Lack.Reason, c.Lack.Source)
	b.WriteString("   ")
	choosing := false // the word stands once for several choices in a row
	for i, way := range c.Instead {
		option, choice := strings.CutPrefix(way, "choose ")
		if i > 0 {
			b.WriteString(", or ")
		}
		if choice && choosing {
			way = option
		}
		choosing = choice
		b.WriteString(way)
	}
	return b.String()
}

// Check returns every need, of the design and of the chosen options, that an
// option chosen in the blueprint cannot serve, and every requirement of a chosen
// option that the blueprint does not meet, in the order of the table. Needs
// and choices that are not in the catalogue are passed over: the design's reader
// reports them.
func Check(b Blueprint, needs []string) []Conflict {
	var conflicts []Conflict
	for _, t := range TradeOffs {
		with, ok := t.Option(b[t.ID])
		if !ok {
			continue
		}
		for _, need := range needs {
			if lack, ok := with.lacks(need, b); ok {
				conflicts = append(conflicts, t.conflict(need, Choice{}, with, lack, b))
			}
		}
		conflicts = append(conflicts, t.unmet(with, b)...)
		for _, by := range TradeOffs {
			o, ok := by.Option(b[by.ID])
			if !ok || by.ID == t.ID {
				continue
			}
			for _, need := range o.Needs {
				if lack, ok := with.lacks(need, b); ok {
					conflicts = append(conflicts, t.conflict(need, Choice{by.ID, o.ID}, with, lack, b))
				}
			}
		}
	}
	return conflicts
}

// lacks returns the option's lack of a need in a blueprint.
func (o Option) lacks(need string, b Blueprint) (Lack, bool) {
	lack, ok := o.Lacks[need]
	if !ok {
		return Lack{}, false
	}
	for _, c := range lack.Unless {
		if b.Has(c) {
			return Lack{}, false
		}
	}
	return lack, true
}

// conflict fills in the ways out: siblings that serve the need, choices that
// remove the lack, the way around it, and doing without.
func (t TradeOff) conflict(need string, by Choice, with Option, lack Lack, b Blueprint) Conflict {
	c := Conflict{Need: need, By: by, With: Choice{t.ID, with.ID}, Lack: lack}
	for _, sibling := range t.Options {
		if _, lacking := sibling.lacks(need, b); !lacking {
			c.Instead = append(c.Instead, "choose "+Choice{t.ID, sibling.ID}.String())
			continue
		}
		for _, u := range sibling.Lacks[need].Unless {
			if u.known() {
				c.Instead = append(c.Instead, fmt.Sprintf("choose %s with %s", Choice{t.ID, sibling.ID}, u))
			}
		}
	}
	if lack.Instead != "" {
		c.Instead = append(c.Instead, lack.Instead)
	}
	if by == (Choice{}) {
		c.Instead = append(c.Instead, fmt.Sprintf("take %s from needs", need))
	} else if other, ok := Find(by.TradeOff); ok {
		c.Instead = append(c.Instead, "choose "+Choice{by.TradeOff, other.Baseline().ID}.String())
	}
	return c
}

// unmet returns the option's requirements that the blueprint does not meet.
func (t TradeOff) unmet(o Option, b Blueprint) []Conflict {
	var conflicts []Conflict
	for _, r := range o.Requires {
		if slices.Contains(r.OneOf, b[r.TradeOff]) {
			continue
		}
		c := Conflict{
			By: Choice{t.ID, o.ID}, With: Choice{r.TradeOff, b[r.TradeOff]},
			Lack: Lack{Reason: r.Reason, Source: r.Source},
		}
		for _, option := range r.OneOf {
			c.Instead = append(c.Instead, "choose "+Choice{r.TradeOff, option}.String())
		}
		if !o.Baseline {
			c.Instead = append(c.Instead, "choose "+Choice{t.ID, t.Baseline().ID}.String())
		}
		conflicts = append(conflicts, c)
	}
	return conflicts
}

// known reports whether the catalogue has the choice.
func (c Choice) known() bool {
	t, ok := Find(c.TradeOff)
	if !ok {
		return false
	}
	_, ok = t.Option(c.Option)
	return ok
}
