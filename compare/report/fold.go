package report

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Columns is how many columns a text may take, 0 where it is not for a terminal: then
// its lines stay whole, for other programs to read.
func (o TextOptions) Columns() int {
	if o.Width == 0 {
		return 0
	}
	return min(max(o.Width, narrowest), widest)
}

// Fold breaks the lines of a text that was laid out for any width so that they fit the
// terminal: what is too long for a table's last column goes on below it.
func (o TextOptions) Fold(text string) string {
	width := o.Columns()
	if width == 0 {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		whole, ended := strings.CutSuffix(line, "\n")
		b.WriteString(strings.Join(folded(whole, width), "\n"))
		if ended {
			b.WriteString("\n")
		}
	}
	return b.String()
}

var (
	// lastColumn matches a row up to its last column, which is two spaces from what is
	// before it.
	lastColumn = regexp.MustCompile(`^.*\S {2,}`)
	// beginning matches what is before the text of a line: spaces, the number of a source.
	beginning = regexp.MustCompile(`^ *(\[\d+\] )?`)
)

// folded breaks one line.
func folded(line string, width int) []string {
	if utf8.RuneCountInString(line) <= width {
		return []string{line}
	}
	begin := beginning.FindString(line)
	before := lastColumn.FindString(line)
	rest := line[len(before):]
	at := utf8.RuneCountInString(before)
	deep := strings.Repeat(" ", min(len(begin)+2, 6))
	switch {
	case before == "" && strings.TrimSpace(begin) == begin: // no list
		return hung("", begin, line, width)
	case before == "":
		if strings.Contains(begin, "[") {
			deep = strings.Repeat(" ", len(begin))
		}
		return hung(begin, deep, line[len(begin):], width)
	case width-at >= width/3: // room for a few words
		return hung(before, strings.Repeat(" ", at), rest, width)
	default: // below the row
		return append(folded(strings.TrimRight(before, " "), width), hung(deep, deep, rest, width)...)
	}
}

// hung wraps text after what is before it; every line but the first is as deep as says
// deep.
func hung(before, deep, text string, width int) []string {
	lines := wrapped(text, width-max(utf8.RuneCountInString(before), len(deep)))
	for i := range lines {
		if i > 0 {
			before = deep
		}
		lines[i] = before + lines[i]
	}
	return lines
}
