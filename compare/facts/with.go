package facts

import (
	"io"
	"maps"
	"slices"
	"strings"

	"fulcrum/design/nearest"
)

// With returns the book with a user's price book laid over it: private prices,
// or those of another Region. The price book is a CSV file with the columns
// service, dimension, region, unit, tiers, source and as-of, and if wanted free,
// confidence and note; tiers are written as ParseTiers reads them. Services,
// dimensions and units are those that `fulcrum facts` lists. All problems are
// returned at once, as Problems.
func (b *Book) With(r io.Reader) (*Book, error) {
	over := &Book{prices: map[priceKey]Price{}, units: map[dimensionKey]string{}}
	services := b.Services()
	err := readTable(r, priceColumns, priceOptional, func(r row) {
		over.takePrice(r, OwnBook)
		b.checkKnown(r, services)
	})
	if err != nil {
		return nil, err
	}
	laid := *b
	laid.prices, laid.units = maps.Clone(b.prices), maps.Clone(b.units)
	maps.Copy(laid.prices, over.prices)
	maps.Copy(laid.units, over.units)
	return &laid, nil
}

// checkKnown refuses a price that no calculation would ever look up, or one per
// another unit than ours: a price per million taken for a price each is the
// dearest of mistakes.
func (b *Book) checkKnown(r row, services []string) {
	service, dimension, unit := r.text("service"), r.text("dimension"), r.text("unit")
	if service == "" || dimension == "" || unit == "" {
		return // said already
	}
	if !slices.Contains(services, service) {
		r.problem(r.cells["service"], "%v", nearest.Unknown("service", service, services))
		return
	}
	ours, known := b.Unit(service, dimension)
	if !known && namesType(service, dimension) {
		ours, known = "hour", true
	}
	switch {
	case !known:
		r.problem(r.cells["dimension"], "%v", nearest.Unknown("dimension of "+service, dimension, b.Dimensions(service)))
	case unit != ours:
		r.problem(r.cells["unit"], "unknown unit %q for %s %s; its price is per %s", unit, service, dimension, ours)
	}
}

// namesType reports whether a dimension may be the hours of an instance or node
// type: those come and go, and a price book may know more of them than we do.
func namesType(service, dimension string) bool {
	switch service {
	case "ec2", "elasticache-node", "dax":
		return strings.HasSuffix(dimension, "-hours")
	}
	return false
}
