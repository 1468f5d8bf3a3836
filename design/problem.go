package design

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Problem is one thing wrong with a design, and where.
type Problem struct {
	File string
	// Line and Column count from 1, columns in characters.
	Line, Column int
	// Message says what was found, in one line.
	Message string
	// Excerpt is the source line with a caret line below it; empty if there is no
	// such line.
	Excerpt string
	// Hint says what is allowed and the way out, in one or more lines.
	Hint string
}

// String returns the problem as a reader sees it: place and message, the excerpt,
// the hint.
func (p Problem) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
	for _, block := range []string{p.Excerpt, p.Hint} {
		if block != "" {
			b.WriteString("\n   " + strings.ReplaceAll(block, "\n", "\n   "))
		}
	}
	return b.String()
}

// Problems are all that is wrong with a design, by place. As an error it is the
// whole report.
type Problems []Problem

// Error returns every problem and how many there are.
func (p Problems) Error() string {
	var b strings.Builder
	for _, problem := range p {
		b.WriteString(problem.String() + "\n")
	}
	noun := "problems"
	if len(p) == 1 {
		noun = "problem"
	}
	fmt.Fprintf(&b, "%d %s; nothing was synthesized", len(p), noun)
	return b.String()
}

// sorted orders the problems by place and leaves out repetitions.
func (p Problems) sorted() Problems {
	sort.SliceStable(p, func(i, j int) bool {
		a, b := p[i], p[j]
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Column < b.Column
	})
	var unique Problems
	seen := map[Problem]bool{}
	for _, problem := range p {
		if !seen[problem] {
			seen[problem] = true
			unique = append(unique, problem)
		}
	}
	return unique
}

// excerptWidth is how many characters of a source line are shown.
const excerptWidth = 84

// excerpt shows a source line with carets under width characters from column.
func excerpt(lines []string, line, column, width int) string {
	if line < 1 || line > len(lines) {
		return ""
	}
	source := []rune(printable(lines[line-1]))
	at := min(max(column-1, 0), len(source))
	width = min(max(width, 1), max(len(source)-at, 1))
	if at > excerptWidth/2 && len(source) > excerptWidth {
		cut := min(at-excerptWidth/2, len(source)-excerptWidth)
		source = append([]rune("…"), source[cut+1:]...)
		at -= cut
	}
	if len(source) > excerptWidth {
		source = append(source[:excerptWidth-1], '…')
	}
	width = min(width, max(len(source)-at, 1))
	number := fmt.Sprintf("%d | ", line)
	return number + strings.TrimRight(string(source), " ") + "\n" +
		strings.Repeat(" ", len(number)-2) + "| " + strings.Repeat(" ", at) + strings.Repeat("^", width)
}

// printable replaces what would disturb a terminal, one character by one.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r == utf8.RuneError || !unicode.IsPrint(r):
			return '�'
		}
		return r
	}, s)
}

// quoted returns a value as messages show it: quoted, printable and not too long.
func quoted(s string) string {
	const longest = 60
	if utf8.RuneCountInString(s) > longest {
		s = string([]rune(s)[:longest-1]) + "…"
	}
	return `"` + printable(s) + `"`
}
