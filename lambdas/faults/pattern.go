package faults

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// document is a JSON object, decoded.
type document = map[string]any

// pattern is an EventBridge event pattern of exact texts: at each path, the values
// one of which the event must have. Other matchers are refused when it is read, so
// that none is ever taken for a match.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
type pattern struct {
	fields map[string]*pattern
	values []string
}

func newPattern(raw []byte) (*pattern, error) {
	var doc document
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, fmt.Errorf("pattern %s: %w", raw, err)
	}
	return patternOf(doc, "")
}

func patternOf(doc document, path string) (*pattern, error) {
	p := &pattern{fields: map[string]*pattern{}}
	for name, v := range doc {
		at := strings.TrimPrefix(path+"."+name, ".")
		switch v := v.(type) {
		case document:
			field, err := patternOf(v, at)
			if err != nil {
				return nil, err
			}
			p.fields[name] = field
		case []any:
			field := &pattern{}
			for _, allowed := range v {
				text, ok := allowed.(string)
				if !ok {
					return nil, fmt.Errorf("pattern: %s allows %v; only exact texts are understood here", at, allowed)
				}
				field.values = append(field.values, text)
			}
			p.fields[name] = field
		default:
			return nil, fmt.Errorf("pattern: %s is %v, want an object or a list", at, v)
		}
	}
	return p, nil
}

func (p *pattern) matches(v any) bool {
	if p.fields == nil {
		text, ok := v.(string)
		return ok && slices.Contains(p.values, text)
	}
	doc, ok := v.(document)
	if !ok {
		return false
	}
	for name, field := range p.fields {
		if !field.matches(doc[name]) {
			return false
		}
	}
	return true
}

// inputTemplate is a pipe's input template: text between paths. A path's text is
// written in quotes, as Pipes does around strings, and a missing one as an empty
// text.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
type inputTemplate struct {
	texts []string // one more than paths
	paths [][]string
}

func newInputTemplate(text string) (inputTemplate, error) {
	var t inputTemplate
	for {
		before, rest, found := strings.Cut(text, "<")
		t.texts = append(t.texts, before)
		if !found {
			return t, nil
		}
		path, after, closed := strings.Cut(rest, ">")
		names, ok := pathOf(path)
		if !closed || !ok {
			return t, fmt.Errorf("input template: %q is not a path like <$.a.b>", path)
		}
		t.paths = append(t.paths, names)
		text = after
	}
}

func pathOf(text string) ([]string, bool) {
	rest, ok := strings.CutPrefix(text, "$.")
	return strings.Split(rest, "."), ok
}

func (t inputTemplate) apply(doc document) []byte {
	var b []byte
	for i, names := range t.paths {
		b = append(b, t.texts[i]...)
		text, _ := json.Marshal(at(doc, names)) // a string always can be
		b = append(b, text...)
	}
	return append(b, t.texts[len(t.paths)]...)
}

// at returns the text at a path, empty if there is none.
func at(doc document, names []string) string {
	var v any = doc
	for _, name := range names {
		doc, _ := v.(document)
		v = doc[name]
	}
	text, _ := v.(string)
	return text
}
