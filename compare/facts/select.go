package facts

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"fulcrum/design/nearest"
)

// Selection says which facts to list. Its zero value selects all.
type Selection struct {
	// Service and Region are left out where empty. A Region selects what holds
	// everywhere too.
	Service, Region string
	// Before selects what was read before a day, as 2006-01-02.
	Before string
	// FromMemory selects what no source was found for.
	FromMemory bool
}

// Listed are selected facts, each kind in its order.
type Listed struct {
	Prices   []Price   `json:"prices"`
	Quotas   []Quota   `json:"quotas"`
	SLAs     []SLA     `json:"slas"`
	Features []Feature `json:"features"`
}

// Select lists the facts that match. A service or Region that no fact has is an
// error that lists those there are.
func (b *Book) Select(s Selection) (Listed, error) {
	services, regions := map[string]bool{}, map[string]bool{}
	l := Listed{[]Price{}, []Quota{}, []SLA{}, []Feature{}}
	match := func(service, region string, o Origin) bool {
		services[service], regions[region] = true, true
		return (s.Service == "" || s.Service == service) &&
			(s.Region == "" || s.Region == region || region == Global) &&
			(s.Before == "" || o.AsOf < s.Before) &&
			(!s.FromMemory || o.Confidence == Memory)
	}
	for _, p := range b.Prices() {
		if match(p.Service, p.Region, p.Origin) {
			l.Prices = append(l.Prices, p)
		}
	}
	for _, q := range b.Quotas() {
		if match(q.Service, q.Region, q.Origin) {
			l.Quotas = append(l.Quotas, q)
		}
	}
	for _, a := range b.SLAs() {
		if match(a.Service, Global, a.Origin) {
			l.SLAs = append(l.SLAs, a)
		}
	}
	for _, f := range b.Features() {
		if match(f.Service, Global, f.Origin) {
			l.Features = append(l.Features, f)
		}
	}
	var errs []error
	if s.Service != "" && !services[s.Service] {
		errs = append(errs, nearest.Unknown("service", s.Service, sortedKeys(services)))
	}
	if s.Region != "" && !regions[s.Region] {
		errs = append(errs, nearest.Unknown("Region", s.Region, sortedKeys(regions)))
	}
	return l, errors.Join(errs...)
}

// WriteText writes facts as tables, a kind each, and their sources below. Where a table
// leaves its last column less than a third of the width, in characters, a fact takes a
// line for its name and one for the rest; a width of 0 bounds nothing.
func (l Listed) WriteText(w io.Writer, width int) error {
	t := listing{number: map[string]int{}, width: width}
	for _, p := range l.Prices {
		value := "$" + strings.ReplaceAll(FormatTiers(p.Tiers), ",", ", $") + " per " + p.Unit
		if p.Free > 0 {
			value += ", " + FormatNumber(p.Free) + " free"
		}
		t.add(p.Service+" "+p.Dimension, p.Region, value, p.Origin)
	}
	t.flush("price")
	for _, q := range l.Quotas {
		t.add(q.ID, q.Region, fmt.Sprintf("%s %s (adjustable: %s)", FormatNumber(q.Value), q.Unit, q.Adjustable), q.Origin)
	}
	t.flush("quota")
	for _, a := range l.SLAs {
		t.add(a.ID, Global, FormatNumber(a.Percent)+" %", a.Origin)
	}
	t.flush("service level agreement")
	for _, f := range l.Features {
		value := f.Status
		if f.Detail != "" {
			value += ": " + f.Detail
		}
		t.add(f.Service+" "+f.ID, Global, value, f.Origin)
	}
	t.flush("feature")
	if t.out.Len() == 0 {
		t.out.WriteString("no fact matches\n")
	}
	for i, s := range t.sources {
		fmt.Fprintf(&t.out, "[%d] %s\n", i+1, s)
	}
	_, err := io.WriteString(w, t.out.String())
	return err
}

// listing lays out facts in columns and numbers their sources.
type listing struct {
	out     strings.Builder
	rows    [][5]string
	sources []string
	number  map[string]int
	width   int
}

func (t *listing) add(what, region, value string, o Origin) {
	if t.number[o.Source] == 0 {
		t.sources = append(t.sources, o.Source)
		t.number[o.Source] = len(t.sources)
	}
	t.rows = append(t.rows, [5]string{what, region, o.AsOf, string(o.Confidence), fmt.Sprintf("%s [%d]", value, t.number[o.Source])})
}

func (t *listing) flush(kind string) {
	if len(t.rows) == 0 {
		return
	}
	if len(t.rows) > 1 {
		kind += "s"
	}
	fmt.Fprintf(&t.out, "%d %s\n\n", len(t.rows), kind)
	rows := slices.Insert(t.rows, 0, [5]string{"FACT", "REGION", "AS OF", "CONFIDENCE", "VALUE"})
	var widths [5]int
	for _, r := range rows {
		for c, cell := range r {
			widths[c] = max(widths[c], len(cell))
		}
	}
	if before := widths[0] + widths[1] + widths[2] + widths[3] + 10; t.width > 0 && t.width-before < t.width/3 {
		t.records()
		return
	}
	for _, r := range rows {
		fmt.Fprintf(&t.out, "  %-*s  %-*s  %-*s  %-*s  %s\n",
			widths[0], r[0], widths[1], r[1], widths[2], r[2], widths[3], r[3], r[4])
	}
	t.out.WriteString("\n")
	t.rows = nil
}

// records writes each fact below its name, which is said once for all Regions.
func (t *listing) records() {
	name := ""
	for _, r := range t.rows {
		if r[0] != name {
			name = r[0]
			fmt.Fprintf(&t.out, "  %s\n", name)
		}
		fmt.Fprintf(&t.out, "    %s  %s  %s  %s\n", r[1], r[2], r[3], r[4])
	}
	t.out.WriteString("\n")
	t.rows = nil
}
