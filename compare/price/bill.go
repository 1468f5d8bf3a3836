package price

import (
	"math"

	"fulcrum/compare/facts"
)

// bill collects the lines of one computation.
type bill struct {
	service *Service
	book    *facts.Book
	region  string
	opts    Options
	// total is the sum of all lines; lines are kept if itemized.
	total    float64
	itemized bool
	lines    []Line
	errs     []error
}

// perRequest charges a quantity that follows the requests.
func (b *bill) perRequest(dimension string, quantity float64) { b.charge(dimension, quantity, false) }

// fixed charges a quantity that is there whether or not requests come.
func (b *bill) fixed(dimension string, quantity float64) { b.charge(dimension, quantity, true) }

// perRequestIfAny and fixedIfAny leave out a line that nobody asked for.
func (b *bill) perRequestIfAny(dimension string, quantity float64) {
	if quantity > 0 {
		b.charge(dimension, quantity, false)
	}
}

func (b *bill) fixedIfAny(dimension string, quantity float64) {
	if quantity > 0 {
		b.charge(dimension, quantity, true)
	}
}

// charge adds one line for each tier that the quantity reaches, and one for what
// is free. Tiers count from the first unit, free or not, as AWS's tables do.
func (b *bill) charge(dimension string, quantity float64, fixed bool) {
	p, err := b.price(dimension)
	if err != nil {
		b.errs = append(b.errs, err)
		return
	}
	line := Line{
		Dimension: dimension, Unit: p.Unit, Source: p.Source, AsOf: p.AsOf, Confidence: p.Confidence, Fixed: fixed,
	}
	add := func(q, usd float64) {
		line.Quantity, line.USDPerUnit, line.USD = q, usd, q*usd
		b.total += line.USD
		if b.itemized {
			b.lines = append(b.lines, line)
		}
	}
	below := 0.0
	if b.opts.FreeTier && p.Free > 0 {
		if below = b.opts.Left.take(b.service.Name, dimension, p.Free, quantity); below > 0 || quantity == 0 {
			add(below, 0)
		}
		if below == quantity {
			return
		}
	}
	for _, t := range p.Tiers {
		if t.UpTo <= below {
			continue
		}
		add(min(quantity, t.UpTo)-below, t.USD)
		if quantity <= t.UpTo {
			return
		}
		below = t.UpTo
	}
}

// price finds the price of a dimension among the service's facts, or takes the
// one that was set for this computation.
func (b *bill) price(dimension string) (facts.Price, error) {
	from := b.service.Name
	for _, s := range b.service.Also {
		if _, ok := b.book.Unit(s, dimension); ok {
			from = s
		}
	}
	p, err := b.book.Price(from, dimension, b.region)
	tiers, set := b.opts.Set[dimension]
	switch {
	case set:
		p.Unit, _ = b.book.Unit(from, dimension)
		p.Tiers, p.Source, p.AsOf, p.Confidence = tiers, "--set", "", facts.SetByHand
	case err != nil:
		return p, facts.MissingPrice{Service: from, Dimension: dimension, Region: b.region}
	}
	return p, nil
}

// chunks is how many units of a size something of kb counts for: at least one.
func chunks(kb, size float64) float64 { return max(1, math.Ceil(kb/size)) }
