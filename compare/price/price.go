// Package price computes what a usage of one AWS service costs in a month, from
// list prices, without a network.
//
// Each service is one entry of the Services table: its inputs, and how AWS turns
// them into charged quantities. Compute multiplies those by the prices of a
// facts.Book, tier by tier.
//
// All arithmetic is in float64. Every term is a product of non-negative numbers
// and a bill adds a few dozen of them at most, so nothing cancels and the
// relative error stays below 1e-13.
package price

import (
	"errors"
	"math"
	"slices"

	"fulcrum/compare/facts"
	"fulcrum/design/nearest"
)

// HoursPerMonth is the month that AWS's own calculator uses: 365 × 24 / 12.
const HoursPerMonth = 730

// Inputs are a usage's inputs by name. What is left out has its default.
type Inputs map[string]Value

// Value is a number or a word, whichever the input asks for.
type Value struct {
	Number float64
	Word   string
}

// Options change the prices of one calculation.
type Options struct {
	// Set replaces the price of a dimension, by the name its line is printed with.
	Set map[string][]facts.Tier
	// FreeTier applies the permanent free allowances. They are an account's, so
	// this is right for one bill at most.
	FreeTier bool
	// Left is what is left of the allowances, for usages of one account that are priced
	// one after the other. Default: each has them whole.
	Left *Allowances
}

// Allowances are what is left of the permanent free allowances of an account.
type Allowances struct{ left map[allowance]float64 }

type allowance struct{ service, dimension string }

// NewAllowances returns allowances of which nothing is used.
func NewAllowances() *Allowances { return &Allowances{left: map[allowance]float64{}} }

// take uses up to a quantity of an allowance of that size and returns how much of it
// was left. Allowances that AWS shares between two dimensions count for each.
func (a *Allowances) take(service, dimension string, size, quantity float64) float64 {
	if a == nil {
		return min(quantity, size)
	}
	key := allowance{service, dimension}
	left, begun := a.left[key]
	if !begun {
		left = size
	}
	taken := min(quantity, left)
	a.left[key] = left - taken
	return taken
}

// Bill is what a usage costs in a month.
type Bill struct {
	Service  string  `json:"service"`
	Region   string  `json:"region"`
	Lines    []Line  `json:"lines"`
	TotalUSD float64 `json:"usd_total"`
}

// Line is one dimension's quantity within one tier.
type Line struct {
	Dimension  string           `json:"dimension"`
	Quantity   float64          `json:"quantity"`
	Unit       string           `json:"unit"`
	USDPerUnit float64          `json:"usd_per_unit"`
	USD        float64          `json:"usd"`
	Source     string           `json:"source"`
	AsOf       string           `json:"as_of"`
	Confidence facts.Confidence `json:"confidence"`
	// Fixed lines cost the same however many requests the month has.
	Fixed bool `json:"-"`
}

// FixedUSD is the part of the bill that does not depend on requests.
func (b Bill) FixedUSD() float64 {
	sum := 0.0
	for _, l := range b.Lines {
		if l.Fixed {
			sum += l.USD
		}
	}
	return sum
}

// Compute prices a usage of a service in a Region. The error joins everything that
// is wrong with the inputs, or every price that is missing.
func Compute(book *facts.Book, region, service string, in Inputs, opts Options) (Bill, error) {
	b := bill{book: book, region: region, opts: opts, itemized: true}
	total, err := b.compute(service, in)
	if err != nil {
		return Bill{}, err
	}
	return Bill{Service: service, Region: region, Lines: b.lines, TotalUSD: total}, nil
}

// Amount is the total of Compute without its lines. It takes about half a
// microsecond, so that a search may call it many thousand times.
func Amount(book *facts.Book, region, service string, in Inputs, opts Options) (float64, error) {
	b := bill{book: book, region: region, opts: opts}
	return b.compute(service, in)
}

func (b *bill) compute(service string, in Inputs) (total float64, err error) {
	if b.service, err = Find(service); err != nil {
		return 0, err
	}
	u, err := b.service.usage(in)
	if err != nil {
		return 0, err
	}
	b.service.meter(u, b)
	if len(b.errs) > 0 {
		return 0, errors.Join(b.errs...)
	}
	if math.IsInf(b.total, 1) {
		return 0, errors.New("the amount is too large to compute")
	}
	return b.total, nil
}

// Find returns a service by its name.
func Find(name string) (*Service, error) {
	for i := range Services {
		if Services[i].Name == name {
			return &Services[i], nil
		}
	}
	return nil, nearest.Unknown("service", name, Names())
}

// Names lists the services, in the order of the table.
func Names() []string {
	names := make([]string, len(Services))
	for i, s := range Services {
		names[i] = s.Name
	}
	return names
}

// Dimensions lists what a service's lines may be called, and --set may name.
func (s *Service) Dimensions(book *facts.Book) []string {
	var all []string
	for _, from := range s.facts() {
		all = append(all, book.Dimensions(from)...)
	}
	slices.Sort(all)
	return all
}

// facts are the services of the book that the service draws its prices from.
func (s *Service) facts() []string { return append([]string{s.Name}, s.Also...) }
