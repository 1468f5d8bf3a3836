package asl

import (
	"maps"
	"strings"
)

// path returns the value of a document at a path of names, "$.held.outcome".
func path(p string, document any) (any, error) {
	names, ok := strings.CutPrefix(p, "$")
	if !ok || strings.ContainsAny(names, "[]()*@?'\"") || strings.Contains(names, "..") {
		return nil, runtimeError("the path %q is not known here", p)
	}
	for name := range strings.SplitSeq(strings.TrimPrefix(names, "."), ".") {
		if name == "" {
			continue
		}
		object, _ := document.(map[string]any)
		value, ok := object[name]
		if !ok {
			return nil, runtimeError("there is nothing at %q", p)
		}
		document = value
	}
	return document, nil
}

// at returns the value at a path that may be missing, which means all of it.
func at(p *string, document any) (any, error) {
	if p == nil {
		return document, nil
	}
	return path(*p, document)
}

// put returns the document with a value at a path; without a path the value takes
// its place.
func put(p *string, document, value any) (any, error) {
	if p == nil || *p == "$" {
		return value, nil
	}
	name, ok := strings.CutPrefix(*p, "$.")
	object, isObject := document.(map[string]any)
	if !ok || !isObject || strings.ContainsAny(name, ".[]") {
		return nil, runtimeError("a result cannot be put at %q", *p)
	}
	object = maps.Clone(object)
	object[name] = value
	return object, nil
}

// fill returns parameters with each "name.$" replaced by name and the value at the
// path that it gives, from the input or, after "$$", from the context object.
func fill(parameters map[string]any, input, about any) (any, error) {
	filled := map[string]any{}
	for name, value := range parameters {
		text, isText := value.(string)
		plain, isPath := strings.CutSuffix(name, ".$")
		var err error
		switch nested, isObject := value.(map[string]any); {
		case isPath && isText && strings.HasPrefix(text, "$$"):
			filled[plain], err = path(text[1:], about)
		case isPath && isText:
			filled[plain], err = path(text, input)
		case isObject:
			filled[name], err = fill(nested, input, about)
		default:
			filled[name] = value
		}
		if err != nil {
			return nil, err
		}
	}
	return filled, nil
}
