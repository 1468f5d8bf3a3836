package faults

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Pipe is what a pipe takes from a stream and what it makes of it.
type Pipe struct {
	filter             *pattern
	template           inputTemplate
	source, detailType []string
}

// Entry is an event for a bus.
type Entry struct {
	Source, DetailType string
	// Detail is a JSON object.
	Detail []byte
}

// NewPipe returns the pipe with the settings.
func NewPipe(s PipeSettings) (Pipe, error) {
	var p Pipe
	var err error
	if p.filter, err = newPattern(s.Filter); err != nil {
		return p, err
	}
	if p.template, err = newInputTemplate(s.Template); err != nil {
		return p, err
	}
	var isPath [2]bool
	p.source, isPath[0] = pathOf(s.Source)
	p.detailType, isPath[1] = pathOf(s.DetailType)
	if !isPath[0] || !isPath[1] {
		return p, fmt.Errorf("pipe: source %q and detail type %q must be paths", s.Source, s.DetailType)
	}
	return p, nil
}

// Takes reports whether the pipe's filter selects a stream record.
func (p Pipe) Takes(record map[string]any) bool { return p.filter.matches(record) }

// Entry returns what the pipe puts on the bus for a record.
func (p Pipe) Entry(record map[string]any) Entry {
	return Entry{Source: at(record, p.source), DetailType: at(record, p.detailType), Detail: p.template.apply(record)}
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
