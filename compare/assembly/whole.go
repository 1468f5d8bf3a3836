package assembly

import (
	"slices"
	"strings"
)

// Whole returns the stacks with the parts of each option put together: one stack
// for each option, under the name of its main part. The resources of another part
// have its name and a slash before their IDs, as those of nested stacks do, and
// know their own Region.
func (a *Assembly) Whole() []*Stack {
	var whole []*Stack
	for _, main := range a.Stacks {
		if main.Of != "" {
			if _, ok := a.Stack(main.Of); ok {
				continue
			}
		}
		var parts []*Stack
		for _, s := range a.Stacks {
			if s.Of == main.Name {
				parts = append(parts, s)
			}
		}
		if len(parts) == 0 {
			whole = append(whole, main)
			continue
		}
		whole = append(whole, together(main, parts))
	}
	return whole
}

func together(main *Stack, parts []*Stack) *Stack {
	out := *main
	out.Parts = append([]*Stack{main}, parts...)
	out.Resources = slices.Clone(main.Resources)
	for _, part := range parts {
		out.Bytes += part.Bytes
		for _, r := range part.Resources {
			c := *r
			c.ID, c.Region = part.Prefix()+r.ID, part.Region
			c.Refers = make([]string, len(r.Refers))
			for i, id := range r.Refers {
				c.Refers[i] = part.Prefix() + id
			}
			out.Resources = append(out.Resources, &c)
		}
	}
	out.index()
	return &out
}

// Main returns the main part of a whole stack, and any other stack as it is.
func (s *Stack) Main() *Stack {
	if len(s.Parts) > 0 {
		return s.Parts[0]
	}
	return s
}

// Prefix is what the part's resources have before their IDs in the whole stack:
// "Edge/"; empty for the main part.
func (s *Stack) Prefix() string {
	if s.Of == "" {
		return ""
	}
	return strings.TrimPrefix(strings.TrimPrefix(s.Name, s.Of), "-") + "/"
}

// Regions returns the Regions that the stack and its parts go to, each once, the
// main part's first.
func (s *Stack) Regions() []string {
	regions := []string{s.Region}
	for _, p := range s.Parts {
		if !slices.Contains(regions, p.Region) {
			regions = append(regions, p.Region)
		}
	}
	return regions
}
