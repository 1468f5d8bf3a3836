package facts

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"fulcrum/design/nearest"
)

// Book is a set of facts. It never changes once made, and may be read by many.
type Book struct {
	prices   map[priceKey]Price
	units    map[dimensionKey]string
	quotas   map[quotaKey]Quota
	slas     map[string]SLA
	features map[featureKey]Feature
}

type priceKey struct{ service, dimension, region string }
type dimensionKey struct{ service, dimension string }
type quotaKey struct{ id, region string }
type featureKey struct{ service, id string }

// Price returns the price of a service's dimension in a Region, or the one that
// holds in every Region.
func (b *Book) Price(service, dimension, region string) (Price, error) {
	if p, ok := b.prices[priceKey{service, dimension, region}]; ok {
		return p, nil
	}
	if p, ok := b.prices[priceKey{service, dimension, Global}]; ok {
		return p, nil
	}
	return Price{}, b.noPrice(service, dimension, region)
}

// noPrice says why there is no price, and what to do about it.
func (b *Book) noPrice(service, dimension, region string) error {
	dimensions := b.Dimensions(service)
	switch {
	case len(dimensions) == 0:
		return nearest.Unknown("priced service", service, b.Services())
	case !slices.Contains(dimensions, dimension):
		return nearest.Unknown("dimension of "+service, dimension, dimensions)
	}
	return MissingPrice{service, dimension, region}
}

// MissingPrice is a price that is known, but not in this Region.
type MissingPrice struct{ Service, Dimension, Region string }

// WayOut ends what is said of a price that is not known.
const WayOut = "; add it to a price book and pass --prices FILE"

// Error names the Region and the way out.
func (m MissingPrice) Error() string {
	return fmt.Sprintf("no price for %s %s in %s"+WayOut,
		m.Service, m.Dimension, m.Region)
}

// Quota returns the quota with an id, such as "lambda/concurrent-executions", in
// a Region: the Region's own, or else the one that holds wherever no other is
// given.
func (b *Book) Quota(id, region string) (Quota, error) {
	if q, ok := b.quotas[quotaKey{id, region}]; ok {
		return q, nil
	}
	if q, ok := b.quotas[quotaKey{id, Global}]; ok {
		return q, nil
	}
	known := map[string]bool{}
	for k := range b.quotas {
		known[k.id] = true
	}
	if known[id] {
		return Quota{}, fmt.Errorf("no quota %s in %s", id, region)
	}
	return Quota{}, nearest.Unknown("quota", id, sortedKeys(known))
}

// SLA returns the agreement with an id, such as "lambda" or "alb/multi-az".
func (b *Book) SLA(id string) (SLA, error) {
	if s, ok := b.slas[id]; ok {
		return s, nil
	}
	return SLA{}, nearest.Unknown("SLA", id, sortedKeys(b.slas))
}

// Feature returns what is known of a service's feature, such as "rest-api", "waf".
func (b *Book) Feature(service, id string) (Feature, error) {
	if f, ok := b.features[featureKey{service, id}]; ok {
		return f, nil
	}
	var known []string
	for k := range b.features {
		known = append(known, k.service+" "+k.id)
	}
	slices.Sort(known)
	return Feature{}, nearest.Unknown("feature", service+" "+id, known)
}

// Services lists the services that have prices.
func (b *Book) Services() []string {
	seen := map[string]bool{}
	for k := range b.units {
		seen[k.service] = true
	}
	return sortedKeys(seen)
}

// Dimensions lists what a service is charged for, in any Region.
func (b *Book) Dimensions(service string) []string {
	seen := map[string]bool{}
	for k := range b.units {
		if k.service == service {
			seen[k.dimension] = true
		}
	}
	return sortedKeys(seen)
}

// Unit returns the unit a dimension is charged by; it is the same in every Region.
func (b *Book) Unit(service, dimension string) (string, bool) {
	unit, ok := b.units[dimensionKey{service, dimension}]
	return unit, ok
}

// Prices returns every price, by service, dimension and Region.
func (b *Book) Prices() []Price {
	return slices.SortedFunc(maps.Values(b.prices), func(x, y Price) int {
		return cmp.Or(cmp.Compare(x.Service, y.Service), cmp.Compare(x.Dimension, y.Dimension), cmp.Compare(x.Region, y.Region))
	})
}

// Quotas returns every quota, by id and Region.
func (b *Book) Quotas() []Quota {
	return slices.SortedFunc(maps.Values(b.quotas), func(x, y Quota) int {
		return cmp.Or(cmp.Compare(x.ID, y.ID), cmp.Compare(x.Region, y.Region))
	})
}

// SLAs returns every SLA, by id.
func (b *Book) SLAs() []SLA {
	return slices.SortedFunc(maps.Values(b.slas), func(x, y SLA) int { return cmp.Compare(x.ID, y.ID) })
}

// Features returns every feature, by service and id.
func (b *Book) Features() []Feature {
	return slices.SortedFunc(maps.Values(b.features), func(x, y Feature) int {
		return cmp.Or(cmp.Compare(x.Service, y.Service), cmp.Compare(x.ID, y.ID))
	})
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
