package facts

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"fulcrum/design/nearest"
)

// maxBytes bounds a file of facts; ours are below 100 kB.
const maxBytes = 8 << 20

// maxProblems bounds what one file is told about itself.
const maxProblems = 50

// Problem is one thing wrong in a file of facts.
type Problem struct {
	Line, Column int // from 1; columns count bytes
	Text         string
}

// Problems are all the things wrong in a file of facts, in its order.
type Problems []Problem

// Error puts each problem on its own line, place first.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, x := range p {
		lines[i] = fmt.Sprintf("%d:%d: %s", x.Line, x.Column, x.Text)
	}
	return strings.Join(lines, "\n")
}

// table is a CSV file being read: rows of named cells, and what is wrong so far.
type table struct {
	columns  []string
	problems Problems
}

// cell is one field of a row and its place.
type cell struct {
	text         string
	line, column int
}

// row is one record of a table, by column.
type row struct {
	*table
	cells map[string]cell
	place cell // where the record begins
}

func (t *table) problem(at cell, format string, a ...any) {
	if len(t.problems) < maxProblems {
		t.problems = append(t.problems, Problem{at.line, at.column, fmt.Sprintf(format, a...)})
	}
}

// readTable reads a CSV file whose first line names its columns, in any order:
// all of required, any of optional. It hands each row to take.
func readTable(r io.Reader, required, optional []string, take func(row)) error {
	limited := &io.LimitedReader{R: r, N: maxBytes + 1}
	c := csv.NewReader(limited)
	c.FieldsPerRecord = -1
	t := &table{}
	for {
		record, err := c.Read()
		if limited.N == 0 {
			return Problems{{1, 1, fmt.Sprintf("the file is larger than %d MB", maxBytes>>20)}}
		}
		var bad *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			if t.columns == nil {
				t.problem(cell{"", 1, 1}, "the file is empty; its first line names the columns: %s", strings.Join(required, ","))
			}
			return t.err()
		case errors.As(err, &bad):
			t.problem(cell{"", bad.Line, bad.Column}, "%v", bad.Err)
			return t.err()
		case err != nil:
			return fmt.Errorf("cannot read the facts: %w", err)
		}
		cells := make([]cell, len(record))
		for i, text := range record {
			line, column := c.FieldPos(i)
			cells[i] = cell{strings.TrimSpace(text), line, column}
		}
		if t.columns == nil {
			if t.header(cells, required, optional); len(t.problems) > 0 {
				return t.err()
			}
			continue
		}
		if row, ok := t.row(cells); ok {
			take(row)
		}
	}
}

func (t *table) err() error {
	if len(t.problems) == 0 {
		return nil
	}
	return t.problems
}

func (t *table) header(cells []cell, required, optional []string) {
	known := slices.Concat(required, optional)
	cells[0].text = strings.TrimPrefix(cells[0].text, "\ufeff") // spreadsheets mark UTF-8 so
	for _, c := range cells {
		switch {
		case !slices.Contains(known, c.text):
			t.problem(c, "unknown column %q%s; columns: %s", c.text, nearest.Hint(c.text, known), strings.Join(known, ", "))
		case slices.Contains(t.columns, c.text):
			t.problem(c, "column %q is there twice", c.text)
		}
		t.columns = append(t.columns, c.text)
	}
	for _, name := range required {
		if !slices.Contains(t.columns, name) {
			t.problem(cells[0], "column %q is missing", name)
		}
	}
}

func (t *table) row(cells []cell) (row, bool) {
	if len(cells) != len(t.columns) {
		t.problem(cells[0], "%d fields, want %d: %s", len(cells), len(t.columns), strings.Join(t.columns, ","))
		return row{}, false
	}
	r := row{table: t, cells: map[string]cell{}, place: cells[0]}
	for i, name := range t.columns {
		r.cells[name] = cells[i]
	}
	return r, true
}

// text returns a cell that may be empty.
func (r row) text(column string) string { return r.cells[column].text }

// need returns a cell that must not be empty.
func (r row) need(column string) string {
	c := r.cells[column]
	if c.text == "" {
		r.problem(c, "%s is empty", column)
	}
	return c.text
}

// oneOf returns a cell that must be one of a few words.
func (r row) oneOf(column string, words []string) string {
	c := r.cells[column]
	if !slices.Contains(words, c.text) {
		r.problem(c, "unknown %s %q%s; allowed: %s", column, c.text, nearest.Hint(c.text, words), strings.Join(words, ", "))
	}
	return c.text
}

// number returns a cell that must hold a number from 0 up; an empty one is 0
// where that is allowed.
func (r row) number(column string, mayBeEmpty bool) float64 {
	c := r.cells[column]
	if c.text == "" && mayBeEmpty {
		return 0
	}
	v, err := ParseNumber(c.text)
	if err != nil {
		r.problem(c, "%s %v", column, err)
	}
	return v
}

// origin reads what every fact carries. Without a confidence it is unlabelled's.
func (r row) origin(unlabelled Confidence) Origin {
	o := Origin{Source: r.need("source"), AsOf: r.need("as-of"), Confidence: unlabelled, Note: r.text("note")}
	if c := r.cells["as-of"]; c.text != "" {
		if _, err := time.Parse(time.DateOnly, c.text); err != nil {
			r.problem(c, "as-of %q is not a day: write it as 2026-10-02", c.text)
		}
	}
	if unlabelled == "" || r.text("confidence") != "" {
		words := make([]string, len(confidences))
		for i, c := range confidences {
			words[i] = string(c)
		}
		o.Confidence = Confidence(r.oneOf("confidence", words))
	}
	return o
}
