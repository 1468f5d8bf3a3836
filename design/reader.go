package design

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"fulcrum/design/nearest"
)

// reader collects the problems of one file, and remembers where each value of the
// design stands in it.
type reader struct {
	file     string
	lines    []string
	problems Problems
	// places holds the node each value was read from, by the value's address: a
	// pointer to a field, or an entry.
	places map[any]ast.Node
}

// entry is the place of a value that has no address: one in a map.
type entry struct {
	in  any // a pointer to the map
	key string
}

// report adds a problem at a node.
func (r *reader) report(n ast.Node, hint, format string, args ...any) {
	t := tokenOf(n)
	width := utf8.RuneCountInString(t.Value)
	if t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType {
		width += 2
	}
	r.reportAt(t.Position, width, hint, fmt.Sprintf(format, args...))
}

// reportAt adds a problem at a position.
func (r *reader) reportAt(at *token.Position, width int, hint, message string) {
	line, column := 1, 1
	if at != nil {
		line, column = max(at.Line, 1), max(at.Column, 1)
	}
	r.problems = append(r.problems, Problem{
		File: r.file, Line: line, Column: column, Message: message,
		Excerpt: excerpt(r.lines, line, column, width), Hint: hint,
	})
}

// problemAt adds a problem at the place of a value; place is a pointer to a field
// or an entry. Without such a place the value is missing, which is reported
// already, and nothing is added.
func (r *reader) problemAt(place any, hint, format string, args ...any) {
	if n, ok := r.places[place]; ok {
		r.report(n, hint, format, args...)
	}
}

// has reports whether the file has a value at the place.
func (r *reader) has(place any) bool {
	_, ok := r.places[place]
	return ok
}

// tokenOf returns the token at which a node begins: of a mapping its first key.
func tokenOf(n ast.Node) *token.Token {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return tokenOf(m.Values[0])
	}
	if v, ok := n.(*ast.MappingValueNode); ok {
		return v.Key.GetToken()
	}
	return n.GetToken()
}

// value looks through anchors, tags and complex keys, which are reported when the
// file's tokens are checked.
func value(n ast.Node) ast.Node {
	for {
		switch x := n.(type) {
		case *ast.AnchorNode:
			n = x.Value
		case *ast.TagNode:
			n = x.Value
		case *ast.MappingKeyNode:
			n = x.Value
		default:
			return n
		}
	}
}

// scalar returns the text of a scalar as it is written, without quotes.
func scalar(n ast.Node) (text string, ok bool) {
	switch x := value(n).(type) {
	case *ast.StringNode:
		return x.Value, true
	case *ast.LiteralNode:
		return x.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return x.GetToken().Value, true
	}
	return "", false
}

// kind names what a node is.
func kind(n ast.Node) string {
	switch value(n).(type) {
	case nil, *ast.NullNode:
		return "nothing"
	case ast.MapNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.BoolNode:
		return "true or false"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number"
	case *ast.AliasNode:
		return "an alias"
	}
	return "text"
}

// wrongKind reports a node that is of another kind than wanted, unless that is
// reported already.
func (r *reader) wrongKind(n ast.Node, want, example string) {
	if kind(n) != "an alias" {
		r.report(n, "for example: "+example, "want %s, found %s", want, kind(n))
	}
}

// hintWidth is how long a line of a hint gets.
const hintWidth = 92

// allowed lists the known names for a hint, each once, with the nearest to got.
func allowed(what, got string, known []string) string {
	var hint strings.Builder
	hint.WriteString(what + ":")
	width := len(what)
	add := func(gap, word string) {
		if width += len(gap) + len(word); width > hintWidth {
			gap = "\n   "
			width = len(gap) + len(word)
		}
		hint.WriteString(gap + word)
	}
	var names []string
	for _, name := range known {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for i, name := range names {
		if i < len(names)-1 {
			name += ","
		}
		add(" ", name)
	}
	if len(names) == 0 {
		add(" ", "none")
	}
	if near := nearest.Name(got, names); near != "" {
		add("  ", "(did you mean "+near+"?)")
	}
	return hint.String()
}
