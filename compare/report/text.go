package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"fulcrum/compare"
	"fulcrum/compare/evidence"
)

// Width is how many columns a report takes where nothing says how wide the reader's
// terminal is. A report is never narrower than narrowest, nor wider than widest, which
// is as far as the eye finds the next line.
const (
	Width     = 100
	narrowest = 80
	widest    = 160
	// A column narrower than narrowColumn breaks every word.
	narrowColumn = 18
)

// TextOptions change how a comparison is shown on a terminal.
type TextOptions struct {
	// Color allows ANSI colours.
	Color bool
	// Width is the terminal's, in columns. Default: 100.
	Width int
}

// page begins a page of that width.
func (o TextOptions) page(w io.Writer) page {
	return page{w: bufio.NewWriter(w), color: o.Color, width: cmp.Or(o.Columns(), Width)}
}

// Text writes the comparison for a terminal. A cell ends in the numbers of its sources.
func Text(w io.Writer, c compare.Comparison, o TextOptions) error {
	begun := o.page(w)
	p := &begun
	p.index, p.cited = newSources(c), map[int]bool{}
	p.wrap("", Headline(c))
	if c.Note != "" {
		p.wrap("! ", c.Note)
	}
	for _, t := range c.TradeOffs {
		p.line("")
		p.line("%s", p.bold(strings.ToUpper(t.ID)))
		p.wrap("", t.Question)
		p.wrap("", t.Verdict.Sentence)
		for _, warning := range mind(t) {
			p.wrap("! ", warning)
		}
		for _, several := range manyStacks(c, t) {
			p.wrap("", several+".")
		}
		p.line("")
		most := max(2, (p.width-labelWidth)/narrowColumn) // four beside the label at 100
		differing, alike := TableOf(c, t).Split()
		for from := 0; from < len(differing.Columns); from += most {
			p.table(differing.slice(from, min(from+most, len(differing.Columns))))
		}
		if alike.Rows() > 0 {
			p.line("")
			p.table(alike)
		}
		if !sameCurves(t.Door) {
			p.breakEven("front door alone", t.Door)
		}
		p.breakEven("all that differs", t.Differs)
		p.wrap("  ", "over the size of a call: "+PayloadIntervals(t.Payload))
		if len(t.References) > 0 {
			p.line("")
			p.wrap("", ReferenceTitle+".")
			for _, r := range t.References {
				p.wrap("  ", Reference(r))
			}
		}
	}
	p.sources()
	return p.w.Flush()
}

// slice returns the table with only some of its columns.
func (t Table) slice(from, to int) Table {
	out := Table{Columns: t.Columns[from:to]}
	for _, g := range t.Groups {
		group := Group{Title: g.Title}
		for _, r := range g.Rows {
			group.Rows = append(group.Rows, Row{Label: r.Label, Cells: r.Cells[from:to]})
		}
		out.Groups = append(out.Groups, group)
	}
	return out
}

// page writes lines for a terminal. Errors are the writer's to keep.
type page struct {
	w     *bufio.Writer
	color bool
	width int
	// index numbers the sources, cited holds those that a cell refers to.
	index sources
	cited map[int]bool
}

func (p *page) line(format string, args ...any) {
	fmt.Fprintln(p.w, strings.TrimRight(fmt.Sprintf(format, args...), " ")) //nolint:errcheck // bufio keeps the error for Flush
}

func (p *page) style(code, s string) string {
	if !p.color || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p *page) bold(s string) string { return p.style("1", s) }
func (p *page) dim(s string) string  { return p.style("2", s) }

// wrap writes text in lines of the page's width, each but the first indented as deep
// as the mark before it.
func (p *page) wrap(mark, text string) {
	for i, l := range wrapped(text, p.width-utf8.RuneCountInString(mark)) {
		if i > 0 {
			mark = strings.Repeat(" ", utf8.RuneCountInString(mark))
		}
		p.line("%s%s", mark, l)
	}
}

// labelWidth is the width of a table's first column.
const labelWidth = 28

var marks = map[string]string{"yes": "✓ ", "offered": "○ ", "no": "– "}

func (p *page) table(t Table) {
	width := (p.width - labelWidth) / max(len(t.Columns), 1)
	p.line("%s%s", pad("", labelWidth), p.bold(columns(t.Columns, width)))
	for _, g := range t.Groups {
		p.line("%s", p.dim(g.Title))
		for _, r := range g.Rows {
			p.row(r, width)
		}
	}
}

func (p *page) row(r Row, width int) {
	label := wrapped(r.Label, labelWidth-3)
	cells := make([][]string, len(r.Cells))
	height := len(label)
	for i, c := range r.Cells {
		text := c.Text + p.cite(c.Evidence)
		if c.FromMemory() {
			text += "*"
		}
		mark := marks[c.Mark]
		for k, l := range wrapped(text, width-1-utf8.RuneCountInString(mark)) {
			if k > 0 {
				mark = strings.Repeat(" ", utf8.RuneCountInString(mark))
			}
			cells[i] = append(cells[i], mark+l)
		}
		height = max(height, len(cells[i]))
	}
	for k := range height {
		var b strings.Builder
		b.WriteString(pad("  "+at(label, k), labelWidth))
		for i := range cells {
			text := pad(at(cells[i], k), width)
			switch {
			case r.Cells[i].Best:
				text = p.style("32", text)
			case r.Cells[i].Mark == "no":
				text = p.dim(text)
			}
			b.WriteString(text)
		}
		p.line("%s", b.String())
	}
}

func (p *page) breakEven(what string, b compare.BreakEven) {
	p.line("")
	p.line("%s", p.bold("break-even, "+what))
	p.wrap("  ", Intervals(b))
	for i := range b.Crossings {
		p.wrap("  ", Crossing(b, i))
		p.wrap("    ", b.Arithmetic[i])
	}
}

// cite returns the numbers of the items' sources, raised, and notes them.
func (p *page) cite(items []evidence.Item) string {
	var numbers []string
	for _, i := range items {
		n := p.index.number(i)
		raised := superscript.Replace(strconv.Itoa(n))
		if n == 0 || slices.Contains(numbers, raised) {
			continue
		}
		p.cited[n] = true
		numbers = append(numbers, raised)
	}
	if len(numbers) == 0 {
		return ""
	}
	return " " + strings.Join(numbers, "\u00b7")
}

var superscript = strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹")

// sources writes the sources that cells refer to.
func (p *page) sources() {
	p.line("")
	p.line("%s", p.bold("sources"))
	for _, s := range p.index.list {
		if p.cited[s.Number] {
			p.wrap(fmt.Sprintf("%4s ", superscript.Replace(strconv.Itoa(s.Number))), s.text())
		}
	}
	if p.index.fromMemory {
		p.wrap("* ", "rests on a fact from memory, which no source was found for: verify it before use")
	}
	p.wrap("", "fulcrum explain {cost|limit|availability|latency|posture|verdict} STACK shows formula, inputs and source of a figure.")
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

func columns(names []string, width int) string {
	var b strings.Builder
	for _, n := range names {
		b.WriteString(pad(n, width))
	}
	return b.String()
}

// pad fills s with spaces to a width in characters.
func pad(s string, width int) string {
	if n := width - utf8.RuneCountInString(s); n > 0 {
		return s + strings.Repeat(" ", n)
	}
	return s
}

// wrapped breaks text at spaces into lines of at most width characters. A word
// longer than that is broken where the line ends.
func wrapped(text string, width int) []string {
	width = max(width, 1)
	var lines []string
	line := ""
	for _, word := range words(text) {
		for utf8.RuneCountInString(word) > width {
			if line != "" {
				lines, line = append(lines, line), ""
			}
			r := []rune(word)
			lines, word = append(lines, string(r[:width])), string(r[width:])
		}
		switch {
		case line == "" && len(lines) == 0:
			line = word
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}

// units are what a number is not parted from.
var units = []string{"%", "k", "M", "G", "T", "k/s", "M/s"}

// words parts text at spaces, but not a number from its unit.
func words(text string) []string {
	var out []string
	for _, word := range strings.Split(text, " ") {
		if len(out) > 0 && slices.Contains(units, strings.TrimRight(word, ".,;:)")) {
			out[len(out)-1] += " " + word
			continue
		}
		out = append(out, word)
	}
	return out
}

// Summary writes a line or two for each trade-off.
func Summary(w io.Writer, c compare.Comparison, o TextOptions) error {
	begun := o.page(w)
	p := &begun
	p.line("")
	p.wrap("  ", Headline(c))
	p.line("")
	first, second, last := len("TRADE-OFF"), len("CHOSEN"), len("REQUESTS A MONTH")
	for _, t := range c.TradeOffs {
		first, second = max(first, len(t.ID)), max(second, len(t.Chosen))
	}
	first, second = first+2, second+2
	third := p.width - 2 - first - second - last
	p.line("  %s", p.dim(pad("", first+second+third)+"WOULD CHANGE AT"))
	p.line("  %s", p.dim(pad("TRADE-OFF", first)+pad("CHOSEN", second)+pad("DIFFERS, AT BASE, $ A MONTH", third)+"REQUESTS A MONTH"))
	for _, t := range c.TradeOffs {
		ranking := wrapped(Ranking(t), third-2)
		change := wrapped(strings.ReplaceAll(WouldChange(t.Verdict), " requests a month", ""), last)
		for k := range max(len(ranking), len(change)) {
			id, chosen := "", ""
			if k == 0 {
				id, chosen = t.ID, t.Chosen
			}
			p.line("  %s%s%s%s", pad(id, first), pad(chosen, second), pad(at(ranking, k), third), at(change, k))
		}
	}
	p.line("")
	for _, a := range apartFrom(c) {
		if a.Out {
			p.wrap("  ! ", strings.Join(a.TradeOffs, ", ")+": "+a.Text+".")
		}
	}
	for _, warning := range warnings(c) {
		p.wrap("  ! ", warning.text())
	}
	if several := severalStacks(c); len(several) > 0 {
		p.wrap("  + ", "of several stacks, with parts in other Regions or for keys: "+strings.Join(several, ", ")+".")
	}
	return p.w.Flush()
}
