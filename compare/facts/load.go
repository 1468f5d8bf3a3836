package facts

import (
	"embed"
	"fmt"
	"io"
	"io/fs"
	"maps"
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
	b := &Book{map[priceKey]Price{}, map[quotaKey]Quota{}, map[string]SLA{}, map[featureKey]Feature{}}
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

// With returns the book with a user's price book laid over it: private prices,
// or those of another Region. The price book is a CSV file with the columns
// service, dimension, region, unit, tiers, source and as-of, and if wanted free,
// confidence and note; tiers are written as ParseTiers reads them. Services,
// dimensions and units are those that `fulcrum facts` lists. All problems are
// returned at once, as Problems.
func (b *Book) With(r io.Reader) (*Book, error) {
	over := &Book{prices: map[priceKey]Price{}}
	err := readTable(r, priceColumns, priceOptional, func(r row) {
		over.takePrice(r, OwnBook)
		b.checkKnown(r)
	})
	if err != nil {
		return nil, err
	}
	laid := *b
	laid.prices = maps.Clone(b.prices)
	maps.Copy(laid.prices, over.prices)
	return &laid, nil
}

// checkKnown refuses a price that no calculation would ever look up, or one per
// another unit than ours: a price per million taken for a price each is the
// dearest of mistakes.
func (b *Book) checkKnown(r row) {
	service, dimension, unit := r.text("service"), r.text("dimension"), r.text("unit")
	services, dimensions := b.Services(), b.Dimensions(service)
	ours, known := b.Unit(service, dimension)
	switch {
	case service == "" || dimension == "" || unit == "": // said already
	case !slices.Contains(services, service):
		r.problem(r.cells["service"], "%v", unknown("service", service, services))
	case !known && openEnded(service, dimension):
		ours = "hour"
		fallthrough
	case known: // or a type of instance
		if unit != ours {
			r.problem(r.cells["unit"], "unknown unit %q for %s %s; its price is per %s", unit, service, dimension, ours)
		}
	default:
		r.problem(r.cells["dimension"], "%v", unknown("dimension of "+service, dimension, dimensions))
	}
}

// openEnded reports whether a service may have dimensions that we do not list:
// instance and node types come and go.
func openEnded(service, dimension string) bool {
	switch service {
	case "ec2", "elasticache-node", "dax":
		return strings.HasSuffix(dimension, "-hours")
	}
	return false
}
