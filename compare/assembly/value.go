package assembly

import (
	"fmt"
	"strconv"
	"strings"
)

// Get returns the property at a path of keys and of indexes written as numbers,
// or nil. Where a list stands on the way and the key is no number, the first
// element that has the key counts.
func (r *Resource) Get(path ...string) any { return Dig(r.Properties, path...) }

// Text returns the property at path as Text renders it.
func (r *Resource) Text(path ...string) string { return Text(r.Get(path...)) }

// Number returns the property at path, and whether it is a number. Numbers that
// a template writes as text count.
func (r *Resource) Number(path ...string) (float64, bool) { return Number(r.Get(path...)) }

// Flag reports whether the property at path is true, as a boolean or as text.
func (r *Resource) Flag(path ...string) bool {
	v := r.Get(path...)
	return v == true || v == "true"
}

// List returns the property at path as a list; nil if it is none.
func (r *Resource) List(path ...string) []any {
	list, _ := r.Get(path...).([]any)
	return list
}

// Dig returns the value at a path inside v, as Resource.Get does.
func Dig(v any, path ...string) any {
	for i, key := range path {
		switch x := v.(type) {
		case map[string]any:
			v = x[key]
		case []any:
			if n, err := strconv.Atoi(key); err == nil && n >= 0 && n < len(x) {
				v = x[n]
				continue
			}
			for _, e := range x {
				if found := Dig(e, path[i:]...); found != nil {
					return found
				}
			}
			return nil
		default:
			return nil
		}
	}
	return v
}

// Number returns v as a number, and whether it is one.
func Number(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case string:
		f, err := strconv.ParseFloat(v, 64)
		return f, err == nil
	}
	return 0, false
}

// Text renders a template's value for a reader: literals as they are, references
// as ${Id} or ${Id.Attribute}, joins joined. It is empty for nil.
func Text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = Text(e)
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		if len(v) == 1 {
			for k, x := range v {
				if s, ok := call(k, x); ok {
					return s
				}
			}
		}
	}
	return fmt.Sprint(v)
}

func call(name string, argument any) (string, bool) {
	list, _ := argument.([]any)
	switch name {
	case "Ref":
		return "${" + Text(argument) + "}", true
	case "Fn::GetAtt":
		if len(list) == 2 {
			return "${" + Text(list[0]) + "." + Text(list[1]) + "}", true
		}
		return "${" + Text(argument) + "}", true
	case "Fn::Sub":
		if len(list) > 0 {
			return Text(list[0]), true
		}
		return Text(argument), true
	case "Fn::Join":
		if len(list) == 2 {
			parts, _ := list[1].([]any)
			texts := make([]string, len(parts))
			for i, p := range parts {
				texts[i] = Text(p)
			}
			return strings.Join(texts, Text(list[0])), true
		}
	}
	return "", false
}
