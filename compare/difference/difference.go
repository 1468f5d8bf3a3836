// Package difference tells two CloudFormation templates apart by what they
// define: resources added, resources removed, and properties changed by path.
//
// What changes with every build or with the stack's own name is no difference:
// hashes of assets, the logical ids that CDK ends in a hash, construct paths.
package difference

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Difference is what it takes to turn one template into another. Its slices are
// sorted, so that equal differences render equally.
type Difference struct {
	// Added and Removed hold the resources that only one template has, in full.
	Added   []Resource `json:"added,omitempty"`
	Removed []Resource `json:"removed,omitempty"`
	// Changed holds the properties that differ in resources both templates have.
	Changed []Change `json:"changed,omitempty"`
	// Sections holds what differs outside Resources: Outputs, Parameters,
	// Conditions, Mappings, Rules. Its changes have no Type.
	Sections []Change `json:"sections,omitempty"`
}

// Resource is a resource that only one of two templates has.
type Resource struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	// Body is the resource as the template has it, without its type and without
	// what identifies a build.
	Body map[string]any `json:"body,omitempty"`
}

// Change is one value that differs.
type Change struct {
	// ID is the resource's logical id, or the name of the section's entry.
	ID   string `json:"id"`
	Type string `json:"type,omitempty"`
	// Path leads from the resource to the value, "Properties.Timeout" or
	// "DependsOn[2]".
	Path string `json:"path"`
	// Before and After are the two values; nil where the value is absent.
	Before any `json:"before,omitempty"`
	After  any `json:"after,omitempty"`
}

// sections are the parts of a template beside its resources that have a meaning
// when it is deployed.
var sections = []string{"Conditions", "Mappings", "Outputs", "Parameters", "Rules", "Transform"}

// Template is a template, as decoded from JSON, and the name of its stack.
type Template struct {
	// Stack is the name, "FrontDoor-Alb". What CDK and the app make of it (names of
	// resources, descriptions, hashes behind them) is then no difference. Empty to
	// compare the templates as they are.
	Stack string
	Body  map[string]any
}

// Of returns the difference between two templates as Between does, knowing no
// stack's name.
func Of(before, after map[string]any) Difference {
	return Between(Template{Body: before}, Template{Body: after})
}

// Between returns the difference between two stacks' templates. Neither is written
// to. Resources are matched by logical id and type.
func Between(before, after Template) Difference { return before.Settle().To(after.Settle()) }

// To returns what Between returns of the templates that the two were made of.
func (s Settled) To(after Settled) Difference {
	a, b := s.body, after.body
	var d Difference
	ra, rb := object(a["Resources"]), object(b["Resources"])
	for _, id := range union(ra, rb) {
		x, inA := ra[id]
		y, inB := rb[id]
		switch {
		case !inA:
			d.Added = append(d.Added, resource(id, y))
		case !inB:
			d.Removed = append(d.Removed, resource(id, x))
		case typeOf(x) != typeOf(y): // another thing under the same id
			d.Removed, d.Added = append(d.Removed, resource(id, x)), append(d.Added, resource(id, y))
		default:
			walk("", x, y, func(path string, before, after any) {
				d.Changed = append(d.Changed, Change{ID: id, Type: typeOf(y), Path: path, Before: before, After: after})
			})
		}
	}
	for _, s := range sections {
		x, y := object(a[s]), object(b[s])
		for _, id := range union(x, y) {
			walk("", x[id], y[id], func(path string, before, after any) {
				d.Sections = append(d.Sections, Change{ID: s + "." + id, Path: path, Before: before, After: after})
			})
		}
	}
	return d
}

// Empty reports whether the two templates define the same.
func (d Difference) Empty() bool {
	return len(d.Added)+len(d.Removed)+len(d.Changed)+len(d.Sections) == 0
}

func resource(id string, v any) Resource {
	body := maps.Clone(object(v))
	delete(body, "Type")
	return Resource{ID: id, Type: typeOf(v), Body: body}
}

func typeOf(v any) string {
	t, _ := object(v)["Type"].(string)
	return t
}

func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func union(a, b map[string]any) []string {
	keys := maps.Clone(a)
	if keys == nil {
		keys = map[string]any{}
	}
	maps.Copy(keys, b)
	return slices.Sorted(maps.Keys(keys))
}

// walk calls report for every place at which a and b differ, from the root down.
func walk(path string, a, b any, report func(path string, before, after any)) {
	if same(a, b) {
		return
	}
	switch x := a.(type) {
	case map[string]any:
		if y, ok := b.(map[string]any); ok && !intrinsic(x) && !intrinsic(y) {
			for _, k := range union(x, y) {
				walk(join(path, k), x[k], y[k], report)
			}
			return
		}
	case []any:
		if y, ok := b.([]any); ok {
			walkList(path, x, y, report)
			return
		}
	}
	if canonical(a) != canonical(b) {
		report(path, a, b)
	}
}

// same reports whether two decoded values are plainly the same. It says no where one
// has null and the other nothing, which is no difference either.
func same(a, b any) bool {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for k, v := range x {
			if w, ok := y[k]; !ok || !same(v, w) {
				return false
			}
		}
		return true
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, same)
	case string, float64, bool, nil:
		return a == b
	}
	return false
}

// walkList matches equal elements in order, so that an element put in the middle
// is one difference and not one for everything after it.
func walkList(path string, a, b []any, report func(path string, before, after any)) {
	x, y := texts(a), texts(b)
	if len(a) == len(b) && len(commonOf(x, y)) == 0 {
		for i := range a {
			walk(at(path, i), a[i], b[i], report)
		}
		return
	}
	pairs := append(commonOf(x, y), [2]int{len(a), len(b)})
	i, j := 0, 0
	for _, p := range pairs {
		for ; i < p[0] && j < p[1]; i, j = i+1, j+1 {
			walk(at(path, j), a[i], b[j], report)
		}
		for ; i < p[0]; i++ {
			report(at(path, i), a[i], nil)
		}
		for ; j < p[1]; j++ {
			report(at(path, j), nil, b[j])
		}
		i, j = p[0]+1, p[1]+1
	}
}

// commonOf returns the longest common subsequence of a and b, as pairs of indexes.
func commonOf(a, b []string) [][2]int {
	longest := make([][]int, len(a)+1)
	for i := range longest {
		longest[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	var pairs [][2]int
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			pairs = append(pairs, [2]int{i, j})
			i, j = i+1, j+1
		case longest[i+1][j] >= longest[i][j+1]:
			i++
		default:
			j++
		}
	}
	return pairs
}

func texts(list []any) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = canonical(v)
	}
	return out
}

// intrinsic reports whether m is a call such as {"Ref": "X"}: it is read whole.
func intrinsic(m map[string]any) bool {
	if len(m) != 1 {
		return false
	}
	for k := range m {
		return k == "Ref" || k == "Condition" || strings.HasPrefix(k, "Fn::")
	}
	return false
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func at(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
