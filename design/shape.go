package design

import (
	"maps"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"fulcrum/design/nearest"
)

// shape is how a value of type T is written: it reads one, and describes itself
// as a JSON Schema. Reader and schema have this one source.
type shape[T any] struct {
	read   func(r *reader, n ast.Node, into *T)
	schema func() map[string]any
}

// key is one key of a mapping that holds a T.
type key[T any] struct {
	name, doc string
	required  bool
	read      func(r *reader, n ast.Node, into *T)
	schema    func() map[string]any
}

// required is a key that must be there; its value goes to the field.
func required[T, F any](name, doc string, s shape[F], field func(*T) *F) key[T] {
	k := optional(name, doc, s, field)
	k.required = true
	return k
}

// optional is a key that may be left out; the field then keeps its value.
func optional[T, F any](name, doc string, s shape[F], field func(*T) *F) key[T] {
	return key[T]{
		name: name, doc: doc, schema: s.schema,
		read: func(r *reader, n ast.Node, into *T) {
			f := field(into)
			r.places[f] = n
			s.read(r, n, f)
		},
	}
}

// object is a mapping with known keys. What it holds, "a step", is for messages.
func object[T any](what string, keys ...key[T]) shape[T] {
	var names []string
	for _, k := range keys {
		names = append(names, k.name)
	}
	return shape[T]{
		read: func(r *reader, n ast.Node, into *T) {
			found := r.entries(n, what, names[0]+": …")
			if found == nil {
				return
			}
			given := map[string]bool{}
			for _, e := range found {
				given[e.name] = true
				i := slices.Index(names, e.name)
				if i < 0 {
					r.report(e.key, allowed("keys", e.name, names), "unknown key %s in %s", quoted(e.name), what)
					given[nearest.Name(e.name, names)] = true // misspelt, which is one problem
					continue
				}
				keys[i].read(r, e.value, into)
			}
			for _, k := range keys {
				if k.required && !given[k.name] {
					r.report(n, k.name+": "+k.doc, "%s has no %s", what, k.name)
				}
			}
		},
		schema: func() map[string]any {
			properties, needed := map[string]any{}, []string{}
			for _, k := range keys {
				properties[k.name] = described(k.schema(), k.doc)
				if k.required {
					needed = append(needed, k.name)
				}
			}
			s := map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
			if len(needed) > 0 {
				s["required"] = needed
			}
			return s
		},
	}
}

// named is a mapping from names, which the file's owner chooses, to values: a
// slice in the file's order, each with its name in a field.
func named[T any](what string, name shape[string], s shape[T], field func(*T) *string) shape[[]T] {
	return shape[[]T]{
		read: func(r *reader, n ast.Node, into *[]T) {
			found := r.entries(n, what, "name: …")
			*into = make([]T, len(found))
			for i, e := range found {
				f := field(&(*into)[i])
				r.places[f] = e.key
				name.read(r, e.key, f)
				r.places[&(*into)[i]] = e.value
				s.read(r, e.value, &(*into)[i])
			}
		},
		schema: func() map[string]any {
			return map[string]any{
				"type":                 "object",
				"propertyNames":        name.schema(),
				"additionalProperties": s.schema(),
			}
		},
	}
}

// list is a sequence of values.
func list[T any](what, example string, s shape[T]) shape[[]T] {
	return shape[[]T]{
		read: func(r *reader, n ast.Node, into *[]T) {
			sequence, ok := value(n).(*ast.SequenceNode)
			if !ok {
				r.wrongKind(n, "a list of "+what, example)
				return
			}
			*into = make([]T, len(sequence.Values))
			for i, v := range sequence.Values {
				r.places[&(*into)[i]] = v
				s.read(r, v, &(*into)[i])
			}
		},
		schema: func() map[string]any { return map[string]any{"type": "array", "items": s.schema()} },
	}
}

// set is a list in which nothing is repeated.
func set(what, example string, s shape[string]) shape[[]string] {
	l := list(what, example, s)
	return shape[[]string]{
		read: func(r *reader, n ast.Node, into *[]string) {
			l.read(r, n, into)
			seen := map[string]bool{}
			for i, v := range *into {
				if v != "" && seen[v] {
					r.problemAt(&(*into)[i], "take one of them away", "%s is listed twice", quoted(v))
				}
				seen[v] = true
			}
		},
		schema: func() map[string]any {
			s := l.schema()
			s["uniqueItems"] = true
			return s
		},
	}
}

// found is one key of a mapping with its value.
type found struct {
	name  string
	key   ast.Node
	value ast.Node
}

// entries returns the keys of a mapping in the file's order, each once. It
// returns nil, and reports it, if the node is not a mapping.
func (r *reader) entries(n ast.Node, what, example string) []found {
	m, ok := value(n).(ast.MapNode)
	if !ok {
		r.wrongKind(n, what+" as a mapping", example)
		return nil
	}
	entries, first := []found{}, map[string]ast.Node{}
	for it := m.MapRange(); it.Next(); {
		k := value(it.Key())
		name, ok := scalar(k)
		if !ok {
			if !it.Key().IsMergeKey() { // reported with the tokens
				r.report(k, "", "a key must be a word, found %s", kind(k))
			}
			continue
		}
		if at, again := first[name]; again {
			r.report(k, "take one of them away", "key %s is given twice, first in line %d", quoted(name), tokenOf(at).Position.Line)
			continue
		}
		first[name] = k
		entries = append(entries, found{name, k, it.Value()})
	}
	return entries
}

// described returns the schema with a description.
func described(s map[string]any, doc string) map[string]any {
	s = maps.Clone(s)
	s["description"] = doc
	return s
}

// defaults returns the shape with values set before it is read.
func (s shape[T]) defaults(set func(*T)) shape[T] {
	return shape[T]{schema: s.schema, read: func(r *reader, n ast.Node, into *T) {
		set(into)
		s.read(r, n, into)
	}}
}

// inside is a T that is written as one of its fields.
func inside[T, F any](s shape[F], field func(*T) *F) shape[T] {
	return shape[T]{schema: s.schema, read: func(r *reader, n ast.Node, into *T) { s.read(r, n, field(into)) }}
}

// pointer is a value that may be absent; it stays absent if it is wrong.
func pointer[T any](s shape[T]) shape[*T] {
	return shape[*T]{schema: s.schema, read: func(r *reader, n ast.Node, into **T) {
		before, v := len(r.problems), new(T)
		if s.read(r, n, v); len(r.problems) == before {
			*into = v
		}
	}}
}
