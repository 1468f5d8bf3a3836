package facts

import (
	"embed"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

//go:embed data
var data embed.FS

var (
	priceColumns   = []string{"service", "dimension", "region", "unit", "tiers", "source", "as-of"}
	priceOptional  = []string{"free", "confidence", "note"}
	originColumns  = []string{"source", "as-of", "confidence", "note"}
	quotaColumns   = slices.Concat([]string{"id", "name", "region", "value", "unit", "adjustable"}, originColumns)
	slaColumns     = slices.Concat([]string{"id", "name", "percent"}, originColumns)
	featureColumns = slices.Concat([]string{"service", "feature", "name", "status", "detail", "since"}, originColumns)

	adjustables = []string{"yes", "no", "configurable", "automatic"}
	statuses    = []string{"yes", "no", "limited"}
)

// Default returns the facts that Fulcrum ships with.
var Default = sync.OnceValue(func() *Book {
	b, err := load(data)
	if err != nil {
		panic("package facts: " + err.Error()) // the files are compiled in and tested
	}
	return b
})

// load reads data/prices/*.csv, data/quotas.csv, data/slas.csv and data/features.csv.
func load(files fs.FS) (*Book, error) {
	b := &Book{
		prices: map[priceKey]Price{}, units: map[dimensionKey]string{},
		quotas: map[quotaKey]Quota{}, slas: map[string]SLA{}, features: map[featureKey]Feature{},
	}
	names, err := fs.Glob(files, "data/prices/*.csv")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		err := open(files, name, func(f io.Reader) error {
			return readTable(f, priceColumns, priceOptional, func(r row) { b.takePrice(r, "") })
		})
		if err != nil {
			return nil, err
		}
	}
	for _, x := range []struct {
		name    string
		columns []string
		take    func(row)
	}{
		{"data/quotas.csv", quotaColumns, b.takeQuota},
		{"data/slas.csv", slaColumns, b.takeSLA},
		{"data/features.csv", featureColumns, b.takeFeature},
	} {
		err := open(files, x.name, func(f io.Reader) error { return readTable(f, x.columns, nil, x.take) })
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

func open(files fs.FS, name string, read func(io.Reader) error) error {
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	if err := read(f); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// takePrice reads one price. Without a confidence of its own it has unlabelled's.
func (b *Book) takePrice(r row, unlabelled Confidence) {
	p := Price{
		Service: r.need("service"), Dimension: r.need("dimension"), Region: r.need("region"), Unit: r.need("unit"),
		Free: r.number("free", true), Origin: r.origin(unlabelled),
	}
	var err error
	if p.Tiers, err = ParseTiers(r.text("tiers")); err != nil {
		r.problem(r.cells["tiers"], "tiers: %v", err)
	}
	put(r, b.prices, priceKey{p.Service, p.Dimension, p.Region}, p, p.ID())
	key := dimensionKey{p.Service, p.Dimension}
	if unit, ok := b.units[key]; ok && unit != p.Unit {
		r.problem(r.cells["unit"], "unit %q differs from %q of the same dimension in another Region", p.Unit, unit)
	}
	b.units[key] = p.Unit
}

func (b *Book) takeQuota(r row) {
	q := Quota{
		ID: r.need("id"), Name: r.need("name"), Region: r.need("region"), Value: r.number("value", false),
		Unit: r.need("unit"), Adjustable: r.oneOf("adjustable", adjustables), Origin: r.origin(""),
	}
	q.Service = serviceOf(r, q.ID)
	put(r, b.quotas, quotaKey{q.ID, q.Region}, q, q.ID+"@"+q.Region)
}

func (b *Book) takeSLA(r row) {
	s := SLA{ID: r.need("id"), Name: r.need("name"), Percent: r.number("percent", false), Origin: r.origin("")}
	s.Service, _, _ = strings.Cut(s.ID, "/")
	if s.Percent > 100 {
		r.problem(r.cells["percent"], "percent %v exceeds 100", s.Percent)
	}
	put(r, b.slas, s.ID, s, s.ID)
}

func (b *Book) takeFeature(r row) {
	f := Feature{
		Service: r.need("service"), ID: r.need("feature"), Name: r.need("name"),
		Status: r.oneOf("status", statuses), Detail: r.text("detail"), Since: r.text("since"), Origin: r.origin(""),
	}
	put(r, b.features, featureKey{f.Service, f.ID}, f, f.Service+" "+f.ID)
}

func serviceOf(r row, id string) string {
	service, _, ok := strings.Cut(id, "/")
	if !ok {
		r.problem(r.cells["id"], "id %q has no service: write service/name", id)
	}
	return service
}

// put adds a fact, once.
func put[K comparable, V any](r row, m map[K]V, key K, fact V, id string) {
	if _, twice := m[key]; twice {
		r.problem(r.place, "%s is there twice", id)
	}
	m[key] = fact
}
