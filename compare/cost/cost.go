// Package cost works out what a stack costs in a month: the load of a design
// becomes usage of every billable resource of the stack's template, and usage
// becomes money by the list prices of the stack's Region.
//
// Nothing is free, the permanent free tiers included, unless asked for. What
// cannot be priced is listed by name and never counts as zero.
package cost

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
	"fulcrum/design/role"
)

// Part is the part of a stack that a cost belongs to.
type Part string

// The parts.
const (
	Door       Part = "door"       // the front door itself
	Perimeter  Part = "perimeter"  // the firewall before it
	Traffic    Part = "traffic"    // data out to the internet
	Compute    Part = "compute"    // functions, containers and servers
	Data       Part = "data"       // stores and caches
	Events     Part = "events"     // stream, pipe, bus, queues
	Site       Part = "site"       // static content and its distribution
	Identity   Part = "identity"   // the user pool
	Security   Part = "security"   // keys and secrets
	Operations Part = "operations" // logs, traces, alarms, dashboards
	Network    Part = "network"    // endpoints, gateways, addresses
)

// Parts are all parts, in the order of the report.
var Parts = []Part{Door, Perimeter, Traffic, Compute, Data, Events, Site, Identity, Security, Operations, Network}

// Usage is what a resource uses of one priced service in a month.
type Usage struct {
	Part    Part
	Service string
	Inputs  price.Inputs
	// Fixed marks usage that is there without any request, whatever its price is
	// charged by.
	Fixed bool
	// Region is where it is used, if not where the resource is: a copy of a table.
	Region string
	// Formula says in words how the inputs come from the load.
	Formula string
}

// Line is one priced line of a resource.
type Line struct {
	price.Line
	Service string `json:"service"`
	Part    Part   `json:"part"`
	// IsFixed is true for what costs the same without requests.
	IsFixed bool   `json:"fixed"`
	Formula string `json:"formula,omitempty"`
}

// Item is what one resource costs.
type Item struct {
	ID   string    `json:"id"`
	Type string    `json:"type"`
	Role role.Role `json:"role,omitempty"`
	Path string    `json:"path"`
	USD  float64   `json:"usd"`
	// Lines are the dimensions with a quantity.
	Lines []Line `json:"lines,omitempty"`
	// Commands compute the same lines with fulcrum price.
	Commands []string `json:"commands,omitempty"`
	// Usages are what the lines were priced from, in the order of Commands.
	Usages []Usage `json:"-"`
}

// Bill is what a stack costs in a month under one load.
type Bill struct {
	Requests      float64 `json:"requests"`
	USD           float64 `json:"usd"`
	FixedUSD      float64 `json:"fixed_usd"`
	PerRequestUSD float64 `json:"per_request_usd"`
	// DoorUSD is the front door's own part.
	DoorUSD float64 `json:"door_usd"`
	Items   []Item  `json:"items"`
}

// PartUSD is what a part of the stack costs.
func (b Bill) PartUSD(p Part) float64 {
	sum := 0.0
	for _, i := range b.Items {
		for _, l := range i.Lines {
			if l.Part == p {
				sum += l.USD
			}
		}
	}
	return sum
}

// Quantity is how much a resource uses of a service's dimension in a month, and
// whether it is charged for that at all.
func (b Bill) Quantity(id, service, dimension string) (quantity float64, ok bool) {
	for _, i := range b.Items {
		for _, l := range i.Lines {
			if i.ID == id && l.Service == service && l.Dimension == dimension {
				quantity, ok = quantity+l.Quantity, true
			}
		}
	}
	return quantity, ok
}

// Coverage says how much of a stack could be priced.
type Coverage struct {
	Billable  int      `json:"billable"`
	Priced    int      `json:"priced"`
	NotPriced []string `json:"not_priced,omitempty"`
}

// String returns the coverage in one line, with all that is not priced.
func (c Coverage) String() string {
	s := fmt.Sprintf("%d of %d billable resources priced", c.Priced, c.Billable)
	if len(c.NotPriced) > 0 {
		s += "; not priced: " + strings.Join(c.NotPriced, ", ") + "; a price book of your own fills the gaps (--prices FILE)"
	}
	return s
}

// Missing names what is not priced, the first few of many; empty for nothing.
func (c Coverage) Missing() string {
	const few = 3
	if n := len(c.NotPriced); n > few+1 {
		return fmt.Sprintf("%s and %d more", strings.Join(c.NotPriced[:few], ", "), n-few)
	}
	return strings.Join(c.NotPriced, ", ")
}

// Model is a stack made ready to be priced under any load.
type Model struct {
	Stack    *assembly.Stack
	Region   string
	Coverage Coverage
	book     *facts.Book
	options  price.Options
	parts    []part
}

// part is a billable resource, where it is, and the function that says what it
// uses.
type part struct {
	resource *assembly.Resource
	// id is the resource's, among those of every part of the stack.
	id     string
	region string
	kind   priced
	in     *context
	view   view
	// kinds are the parts that its usages belong to.
	kinds []Part
	// along remembers what it costs along an axis.
	along *amounts
}

// usage is what the resource uses under what it sees of a demand.
func (p part) usage(seen Demand) []Usage { return p.kind.usage(p.in, p.resource, seen) }

// NewModel prepares a stack. Region is where it goes if the stack does not say. The
// demand tells which prices are needed: a resource whose prices are missing in the
// Region is listed under Coverage.NotPriced.
func NewModel(s *assembly.Stack, region string, book *facts.Book, options price.Options, demand Demand) *Model {
	m := &Model{Stack: s, Region: cmp.Or(s.Region, region), book: book, options: options}
	if len(s.Parts) == 0 {
		m.add(s, demand)
	}
	for _, p := range s.Parts {
		m.add(p, demand)
	}
	return m
}

// add prepares one part of the stack, which sees its share of the requests.
func (m *Model) add(s *assembly.Stack, demand Demand) {
	c := newContext(s)
	// What has a price under the demand and under the heaviest on the axes has one
	// everywhere on them.
	glances := []*glance{{demand: demand}, {demand: demand.WithRequests(MostRequests)}, {demand: demand.WithCallBytes(MostBytes)}}
	for _, r := range s.Resources {
		t, known := typeOf(r.Type)
		switch {
		case known && t.usage == nil: // has no price of its own
			continue
		case !known:
			m.Coverage.Billable++
			m.Coverage.NotPriced = append(m.Coverage.NotPriced, s.Prefix()+r.ID+" ("+r.Type+")")
			continue
		}
		m.Coverage.Billable++
		p := part{resource: r, id: s.Prefix() + r.ID, region: cmp.Or(s.Region, m.Region), kind: t, in: c, view: c.viewOf(r), along: &amounts{}}
		if err := m.tryAll(p, glances); err != nil {
			m.Coverage.NotPriced = append(m.Coverage.NotPriced, p.id+" ("+r.Type+": "+strings.ReplaceAll(strings.ReplaceAll(err.Error(), facts.WayOut, ""), "\n", ", ")+")")
			continue
		}
		for _, u := range p.usage(glances[0].of(p)) {
			p.kinds = append(p.kinds, u.Part)
		}
		m.Coverage.Priced++
		m.parts = append(m.parts, p)
	}
}

// tryAll prices a resource under each of several demands and says what is in the way.
func (m *Model) tryAll(p part, glances []*glance) error {
	for _, g := range glances {
		if _, err := m.item(p, p.usage(g.of(p)), false); err != nil {
			return err
		}
	}
	return nil
}

// Bill prices the stack under a load, dearest resource first.
func (m *Model) Bill(d Demand) Bill {
	m = m.afresh()
	b := Bill{Requests: d.Load.Requests}
	seen := glance{demand: d}
	for _, p := range m.parts {
		item, err := m.item(p, p.usage(seen.of(p)), true)
		if err != nil { // the same prices were found when the model was made
			panic("package cost: " + err.Error())
		}
		b.Items = append(b.Items, item)
		for _, l := range item.Lines {
			b.USD += l.USD
			if l.IsFixed {
				b.FixedUSD += l.USD
			} else {
				b.PerRequestUSD += l.USD
			}
			if l.Part == Door {
				b.DoorUSD += l.USD
			}
		}
	}
	slices.SortStableFunc(b.Items, func(x, y Item) int { return cmp.Compare(y.USD, x.USD) })
	return b
}

// USD is the amount of Bill without its lines, of the given parts only if there are
// any.
func (m *Model) USD(d Demand, only ...Part) float64 {
	m = m.afresh()
	sum := 0.0
	seen := glance{demand: d}
	for _, p := range m.parts {
		if p.counts(only) { // spares working out usages that do not count
			sum += m.usd(p, p.usage(seen.of(p)), only)
		}
	}
	return sum
}

// counts reports whether anything that the resource uses belongs to one of the parts.
func (p part) counts(only []Part) bool {
	return len(only) == 0 || len(p.kinds) == 0 || slices.ContainsFunc(p.kinds, func(k Part) bool { return slices.Contains(only, k) })
}

// usd is what usages of a resource cost, those of the given parts only if there are
// any.
func (m *Model) usd(p part, usages []Usage, only []Part) float64 {
	sum := 0.0
	for _, u := range usages {
		if len(only) > 0 && !slices.Contains(only, u.Part) {
			continue
		}
		usd, err := price.Amount(m.book, p.pricedIn(u), u.Service, u.Inputs, m.options)
		if err != nil { // the same prices were found when the model was made
			panic("package cost: " + err.Error())
		}
		sum += usd
	}
	return sum
}

// afresh returns the model with the free allowances of a month not yet used, which
// its resources share.
func (m *Model) afresh() *Model {
	if !m.options.FreeTier {
		return m
	}
	out := *m
	out.options.Left = price.NewAllowances()
	return &out
}

// Without returns the model without the resources of those ids.
func (m *Model) Without(ids map[string]bool) *Model {
	out := *m
	out.parts = slices.DeleteFunc(slices.Clone(m.parts), func(p part) bool { return ids[p.id] })
	return &out
}

// FreeTier reports whether the permanent free allowances count. What a resource costs
// depends on all others then.
func (m *Model) FreeTier() bool { return m.options.FreeTier }

// Common returns the ids of the resources that every model has and that cost the
// same in all of them under each demand. bills holds what each model is billed under
// these demands, which are the same for all.
func Common(models []*Model, bills ...[]Bill) map[string]bool {
	if slices.ContainsFunc(models, (*Model).FreeTier) {
		return nil // no resource can be left out then
	}
	type cost struct {
		id, kind string
		demand   int
		usd      float64
	}
	counts := map[cost]int{}
	for _, under := range bills {
		for k, bill := range under {
			for _, i := range bill.Items {
				counts[cost{i.ID, i.Type, k, i.USD}]++
			}
		}
	}
	agreed := map[string]int{}
	for c, n := range counts {
		if n == len(models) {
			agreed[c.id]++
		}
	}
	common := map[string]bool{}
	for id, n := range agreed {
		if n == len(bills[0]) {
			common[id] = true
		}
	}
	return common
}

// pricedIn returns the Region that a usage of the resource is priced in.
func (p part) pricedIn(u Usage) string { return cmp.Or(u.Region, p.region) }

func (m *Model) item(p part, usages []Usage, commands bool) (Item, error) {
	r := p.resource
	item := Item{ID: p.id, Type: r.Type, Role: r.Role, Path: r.Path()}
	for _, u := range usages {
		b, err := price.Compute(m.book, p.pricedIn(u), u.Service, u.Inputs, m.options)
		if err != nil {
			return Item{}, err
		}
		for _, l := range b.Lines {
			if l.Quantity == 0 {
				continue
			}
			item.USD += l.USD
			item.Lines = append(item.Lines, Line{Line: l, Service: u.Service, Part: u.Part, IsFixed: l.Fixed || u.Fixed, Formula: u.Formula})
		}
		if commands {
			item.Commands = append(item.Commands, price.Command(p.pricedIn(u), u.Service, u.Inputs))
			item.Usages = append(item.Usages, u)
		}
	}
	return item, nil
}
