package synth

import (
	"regexp"
	"sort"
)

// Circle returns logical ids that refer to one another in a circle, which
// CloudFormation cannot create, or nil if there is none.
func (t *Template) Circle() []string {
	const (
		unseen = iota
		open
		done
	)
	state := map[string]int{}
	var path []string
	var visit func(id string) []string
	visit = func(id string) []string {
		switch state[id] {
		case done:
			return nil
		case open:
			for i, on := range path {
				if on == id {
					return append(append([]string(nil), path[i:]...), id)
				}
			}
		}
		state[id] = open
		path = append(path, id)
		for _, next := range t.references(id) {
			if circle := visit(next); circle != nil {
				return circle
			}
		}
		path = path[:len(path)-1]
		state[id] = done
		return nil
	}
	ids := make([]string, 0, len(t.Resources))
	for id := range t.Resources {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	for _, id := range ids {
		if circle := visit(id); circle != nil {
			return circle
		}
	}
	return nil
}

var substitution = regexp.MustCompile(`\$\{([A-Za-z0-9]+)[.}]`)

// references returns the resources that the resource with an id names, sorted.
func (t *Template) references(id string) []string {
	found := map[string]bool{}
	note := func(name any) {
		if s, ok := name.(string); ok {
			if _, exists := t.Resources[s]; exists {
				found[s] = true
			}
		}
	}
	var walk func(value any)
	walk = func(value any) {
		switch value := value.(type) {
		case []any:
			for _, v := range value {
				walk(v)
			}
		case map[string]any:
			note(value["Ref"])
			if pair, ok := value["Fn::GetAtt"].([]any); ok && len(pair) > 0 {
				note(pair[0])
			}
			if text, ok := value["Fn::Sub"].(string); ok {
				for _, match := range substitution.FindAllStringSubmatch(text, -1) {
					note(match[1])
				}
			}
			for _, v := range value {
				walk(v)
			}
		}
	}
	r := t.Resources[id]
	walk(r.Properties.Value)
	for _, on := range (Node{r.DependsOn}).List() {
		note(on.Value)
	}
	list := make([]string, 0, len(found))
	for name := range found {
		list = append(list, name)
	}
	sort.Strings(list)
	return list
}
