package design

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds of a design's file, far above what a system needs and far below what
// would trouble the reader: the parser takes time with the square of the tokens.
const (
	maxBytes  = 128 << 10
	maxTokens = 12_000
	maxColumn = 1000
	maxDepth  = 24
)

// Read reads and checks the design in a file. The error is Problems if the design
// is wrong, all of them, and another if the file cannot be read.
func Read(path string) (*Design, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the design: %w", err)
	}
	src, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("cannot read the design: %w", err)
	}
	return Parse(path, src)
}

// Parse reads and checks a design. The name of its file is for messages. The
// error, if any, is Problems: everything that is wrong, by place.
func Parse(name string, src []byte) (*Design, error) {
	r := &reader{file: printable(name), places: map[any]ast.Node{}}
	d := &Design{}
	if body := r.document(src); body != nil {
		format.read(r, body, d)
		d.derive()
		r.check(d)
	}
	if len(r.problems) > 0 {
		return nil, r.problems.sorted()
	}
	return d, nil
}

// document returns the body of the one document in a file; nil, and it reports
// why, if there is none.
func (r *reader) document(src []byte) ast.Node {
	start := &token.Position{Line: 1, Column: 1}
	if len(src) > maxBytes {
		r.reportAt(start, 0, "a design is a few hundred lines", fmt.Sprintf("the file is larger than %d KiB", maxBytes>>10))
		return nil
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	r.lines = strings.Split(strings.ReplaceAll(string(src), "\r\n", "\n"), "\n")
	if !r.textOnly() {
		return nil
	}
	file, err := parseYAML(strings.Join(r.lines, "\n"), r.tokens)
	if err != nil {
		var syntax yaml.Error
		if errors.As(err, &syntax) && syntax.GetToken() != nil {
			t := syntax.GetToken()
			r.reportAt(t.Position, utf8.RuneCountInString(t.Value), "", "not YAML: "+printable(syntax.GetMessage()))
		} else if !errors.Is(err, errReported) {
			r.reportAt(start, 0, "", "not YAML: "+printable(err.Error()))
		}
		return nil
	}
	var bodies []ast.Node
	for _, doc := range file.Docs {
		if _, directive := doc.Body.(*ast.DirectiveNode); !directive && doc.Body != nil {
			bodies = append(bodies, doc.Body)
		}
	}
	switch {
	case len(bodies) == 0:
		r.reportAt(start, 0, "begin with system: and the system's name", "the file is empty")
		return nil
	case len(bodies) > 1:
		r.report(bodies[1], "one file describes one system", "a second document begins here")
	}
	return bodies[0]
}

// textOnly reports bytes that are not text, and lines too long to be one.
func (r *reader) textOnly() bool {
	before := len(r.problems)
	for i, line := range r.lines {
		column := strings.IndexFunc(line, func(c rune) bool {
			return c == utf8.RuneError || c < ' ' && c != '\t' || c == 0x7f || c == '\u0085' || c == '\u2028' || c == '\u2029'
		})
		switch {
		case column >= 0:
			at := &token.Position{Line: i + 1, Column: utf8.RuneCountInString(line[:column]) + 1}
			r.reportAt(at, 1, "save the file as UTF-8, with line ends only between lines", "a character that is not text")
		case utf8.RuneCountInString(line) > maxColumn:
			r.reportAt(&token.Position{Line: i + 1, Column: maxColumn}, 1, "", fmt.Sprintf("the line is longer than %d characters", maxColumn))
		}
	}
	return len(r.problems) == before
}

// errReported says that the tokens are refused with a report of their own.
var errReported = errors.New("reported")

// parseYAML parses YAML whose tokens are accepted. A fault of the parser is an
// error: no file may end the program.
func parseYAML(src string, accept func(token.Tokens) bool) (file *ast.File, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			file, err = nil, fmt.Errorf("the parser gave up: %v", fault)
		}
	}()
	tokens := lexer.Tokenize(src)
	if !accept(tokens) {
		return nil, errReported
	}
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// tokens reports what a design must not use. It returns false if the file is
// so long or nested so deep that parsing it is refused. Block nesting is bound by the length
// of a line.
func (r *reader) tokens(tokens token.Tokens) bool {
	if len(tokens) > maxTokens {
		r.reportAt(tokens[maxTokens].Position, 1, "a design is a few hundred lines", fmt.Sprintf("the file has more than %d words and marks", maxTokens))
		return false
	}
	depth := 0
	for _, t := range tokens {
		width := utf8.RuneCountInString(t.Value)
		switch t.Type {
		case token.AnchorType, token.AliasType:
			r.reportAt(t.Position, width, "write the value out where it is used", "a design has no anchors and aliases")
		case token.MergeKeyType:
			r.reportAt(t.Position, width, "write the keys out", "a design has no merge keys")
		case token.TagType:
			r.reportAt(t.Position, width, "take the tag away", "a design has no tags")
		case token.MappingKeyType:
			r.reportAt(t.Position, width, "write key: value", "a design has no complex keys")
		case token.DirectiveType:
			r.reportAt(t.Position, width, "take the line away", "a design has no directives")
		case token.MappingStartType, token.SequenceStartType:
			if depth++; depth > maxDepth {
				r.reportAt(t.Position, width, "", fmt.Sprintf("nested deeper than %d levels", maxDepth))
				return false
			}
		case token.MappingEndType, token.SequenceEndType:
			depth--
		}
	}
	return true
}
