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
