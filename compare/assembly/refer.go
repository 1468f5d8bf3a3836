package assembly

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// substitution finds the names in a Fn::Sub text; "${!Literal}" is none.
var substitution = regexp.MustCompile(`\$\{([^!}][^}]*)\}`)

// mentions returns the logical ids that v refers to by Ref, Fn::GetAtt or
// Fn::Sub, each once, sorted. Ids that exist nowhere in the template, such as
// pseudo parameters, are among them.
func mentions(v any) []string {
	seen := map[string]bool{}
	collect(v, seen)
	return slices.Sorted(maps.Keys(seen))
}

func collect(v any, seen map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			collect(e, seen)
		}
	case map[string]any:
		for k, x := range v {
			switch k {
			case "Ref":
				if id, ok := x.(string); ok {
					seen[id] = true
				}
			case "Fn::GetAtt":
				seen[attributeOwner(x)] = true
			case "Fn::Sub":
				collectSub(x, seen)
			default:
				collect(x, seen)
			}
		}
	}
}

func attributeOwner(x any) string {
	if list, ok := x.([]any); ok && len(list) > 0 {
		x = list[0]
	}
	id, _ := x.(string)
	owner, _, _ := strings.Cut(id, ".")
	return owner
}

func collectSub(x any, seen map[string]bool) {
	text := x
	if list, ok := x.([]any); ok && len(list) > 0 {
		text = list[0]
		collect(list[1:], seen)
	}
	s, _ := text.(string)
	for _, m := range substitution.FindAllStringSubmatch(s, -1) {
		id, _, _ := strings.Cut(m[1], ".")
		seen[id] = true
	}
}

// Mentioned returns the resources of the stack that v, a value of the resource
// r's properties, refers to.
func (s *Stack) Mentioned(r *Resource, v any) []*Resource {
	var out []*Resource
	for _, id := range mentions(v) {
		if target, ok := s.Resource(prefix(r.ID) + id); ok {
			out = append(out, target)
		}
	}
	return out
}

// Mentions returns the resources of the stack that a property of r refers to. The
// slice is shared: it is for reading only.
func (s *Stack) Mentions(r *Resource, property ...string) []*Resource {
	if s.found == nil {
		return nil
	}
	key := mention{r, strings.Join(property, "/")}
	if known, ok := s.found.mentions.Load(key); ok {
		return known.([]*Resource)
	}
	found := s.Mentioned(r, r.Get(property...))
	s.found.mentions.Store(key, found)
	return found
}

// mention is a property of a resource.
type mention struct {
	by       *Resource
	property string
}

// prefix is what the resources of r's nested stack have before their ids.
func prefix(id string) string { return id[:strings.LastIndex(id, "/")+1] }
