package capability

import (
	"strconv"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
)

// answer is how one kind of door answers one row.
type answer func(d *door) Cell

// row is one line of the table: each kind of door with its answer, or under every
// kind the one answer that the whole stack gives. A kind that is not there is
// unknown.
type row struct {
	id, title string
	answers   map[string]answer
}

// every is the kind of the answer that does not depend on the door.
const every = ""

func (r row) cell(d *door) Cell {
	if a, ok := r.answers[every]; ok {
		return a(d)
	}
	if d.main == nil {
		return Cell{Mark: Unknown, Text: "no front door"}
	}
	if a, ok := r.answers[d.kind]; ok {
		return a(d)
	}
	return Cell{Mark: Unknown, Text: "not known for " + d.main.Type}
}

// at returns the evidence of a property of a resource.
func at(r *assembly.Resource, path ...string) evidence.Item {
	return evidence.Template(r.Path(path...), path[len(path)-1]+" "+short(r.Text(path...)))
}

func short(s string) string {
	if len(s) > 80 {
		return s[:80] + "…"
	}
	return s
}

// feature answers with whether AWS offers the service's feature, or, under the
// feature's name with a colon, another service's: "api-gateway:grpc".
func feature(id, yes, no string) answer {
	return func(d *door) Cell {
		service, name := d.kind, id
		if s, f, ok := strings.Cut(id, ":"); ok {
			service, name = s, f
		}
		f, err := d.book.Feature(service, name)
		if err != nil {
			return Cell{Mark: Unknown, Text: err.Error()}
		}
		c := Cell{Mark: Offered, Text: yes, Evidence: []evidence.Item{evidence.Fact(service+" "+f.Name+": "+f.Status, f.Origin)}}
		if f.Status == "no" {
			c.Mark, c.Text = No, no
		}
		return c
	}
}

// switched answers yes where the template switches a feature on, and otherwise with
// whether AWS offers it.
func switched(id string, found func(d *door) (text string, e evidence.Item, ok bool)) answer {
	return func(d *door) Cell {
		offered := feature(id, "off here", "not offered")(d)
		text, e, ok := found(d)
		if !ok {
			return offered
		}
		return Cell{Mark: Yes, Text: text, Evidence: append([]evidence.Item{e}, offered.Evidence...)}
	}
}

// plain answers with words that no fact is needed for.
func plain(mark Mark, text string) answer {
	return func(*door) Cell { return Cell{Mark: mark, Text: text} }
}

// quota returns a quota's figure with its unit, "30 s", and its evidence.
func (d *door) quota(id string) (string, []evidence.Item) {
	q, err := d.book.Quota(id, d.stack.Region)
	if err != nil {
		return "?", []evidence.Item{{Claim: err.Error()}}
	}
	text := strconv.FormatFloat(q.Value, 'f', -1, 64) + " " + q.Unit
	return text, []evidence.Item{evidence.Fact(q.Name+": "+text, q.Origin)}
}

// limited answers with a quota in the cell, put into words by text, which has one
// %s for the figure.
func limited(mark Mark, id, text string) answer {
	return func(d *door) Cell {
		figure, e := d.quota(id)
		return Cell{Mark: mark, Text: strings.Replace(text, "%s", figure, 1), Evidence: e}
	}
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
