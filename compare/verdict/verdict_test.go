package verdict

import (
	"math"
	"slices"
	"strings"
	"testing"

	"fulcrum/compare/availability"
	"fulcrum/compare/capability"
	"fulcrum/compare/cost"
	"fulcrum/compare/limits"
	"fulcrum/design"
)

// three options: cheap without requests, cheap with many, and dear always.
func three() ([]Option, []cost.Curve) {
	linear := func(name string, fixed, perMillion float64) cost.Curve {
		return cost.Curve{Option: name, USD: func(n float64) float64 { return fixed + perMillion*n/1e6 }}
	}
	curves := []cost.Curve{linear("metered", 0, 1), linear("hourly", 20, 0.2), linear("dear", 100, 2)}
	var options []Option
	for _, c := range curves {
		floor := availability.Floor{Target: 0.999, Read: availability.Path{Availability: 0.9995}, Write: availability.Path{Availability: 0.9995}}
		options = append(options, Option{ID: c.Option, Region: "eu-west-1", USD: c.USD(10e6), Floor: floor})
	}
	return options, curves
}

func TestCheapestOfThoseThatServe(t *testing.T) {
	d := &design.Design{ServiceLevels: design.ServiceLevels{Availability: 0.999}}
	options, curves := three()
	v := Of(options, curves, nil, 10e6, d)
	if v.Winner != "metered" || math.Abs(v.Until-25e6) > 1 || len(v.Eliminated) != 0 {
		t.Errorf("%+v", v)
	}
	if got := strings.Join(v.Changes, "; "); got != "hourly from 25 M requests a month" {
		t.Errorf("changes: %s", got)
	}
	if want := "Take metered: at base it costs $12.00 a month less than hourly, and stays the cheapest up to 25 M requests a month."; v.Sentence != want {
		t.Errorf("sentence: %s", v.Sentence)
	}
	v = Of(options, curves, nil, 100e6, d)
	if got := strings.Join(v.Changes, "; "); got != "metered below 25 M requests a month" {
		t.Errorf("changes above: %s", got)
	}
}

func TestEliminationComesFirstEachWithItsReason(t *testing.T) {
	for _, x := range []struct {
		gate, reason string
		spoil        func(o *Option, d *design.Design)
	}{
		{"need", "needs waf, but not to be had", func(o *Option, _ *design.Design) {
			o.Unmet = []Unmet{{"waf", capability.Cell{Mark: capability.No, Text: "not to be had"}}}
		}},
		{"limit", "cannot be raised; the design asks for 700", func(o *Option, _ *design.Design) {
			o.Limits = limits.Report{Limits: []limits.Limit{{Name: "hard", Value: 500, Demand: 700, Headroom: 0.7, Adjustable: "no", Unit: "requests/s"}}}
		}},
		{"service level", "promise 99.8 %, the design 99.9 %", func(o *Option, _ *design.Design) { o.Floor.Write.Availability = 0.998 }},
		{"latency", "simulated, the busiest minute of the peak column has p99 900 ms over 800 ms", func(o *Option, _ *design.Design) {
			o.Latency.Busiest[design.Peak].Over = []string{"p99 900 ms over 800 ms"}
		}},
		{"residency", "bookings may rest in eu-west-1 only, and the stack goes to us-east-1", func(o *Option, d *design.Design) {
			o.Region = "us-east-1"
			d.DataClasses = []design.DataClass{{Name: "bookings", Residency: []string{"eu-west-1"}}}
		}},
	} {
		d := &design.Design{ServiceLevels: design.ServiceLevels{Availability: 0.999}}
		options, curves := three()
		x.spoil(&options[0], d)
		v := Of(options, curves, nil, 10e6, d)
		if len(v.Eliminated) != 1 || v.Eliminated[0].Option != "metered" || v.Eliminated[0].Gate != x.gate || !strings.Contains(v.Eliminated[0].Reason, x.reason) {
			t.Errorf("%s: %+v", x.gate, v.Eliminated)
		}
		if v.Winner != "hourly" || len(v.Ranking) != 2 {
			t.Errorf("%s: winner %s of %+v", x.gate, v.Winner, v.Ranking)
		}
	}
}

func TestAShortfallOfAllEliminatesNone(t *testing.T) {
	d := &design.Design{ServiceLevels: design.ServiceLevels{Availability: 0.999}}
	options, curves := three()
	for i := range options {
		options[i].Floor.Write.Availability = 0.998
	}
	v := Of(options, curves, nil, 10e6, d)
	if v.Winner != "metered" || !strings.Contains(v.Shortfall, "promise 99.8 %, less than the design's 99.9 %") {
		t.Errorf("%+v", v)
	}
}

func TestAnAdjustableQuotaIsAWarning(t *testing.T) {
	options, curves := three()
	options[1].Limits = limits.Report{Limits: []limits.Limit{{Name: "throttle", Value: 500, Demand: 700, Headroom: 0.7, Adjustable: "yes", Unit: "requests/s"}}}
	v := Of(options, curves, nil, 10e6, &design.Design{})
	if len(v.Eliminated) != 0 || len(v.Warnings) != 1 || !strings.Contains(v.Warnings[0], "hourly: have throttle raised from 500 to at least 700 requests/s") {
		t.Errorf("%+v", v)
	}
}

func TestNobodyLeft(t *testing.T) {
	options, curves := three()
	for i := range options {
		options[i].Unmet = []Unmet{{"grpc", capability.Cell{Text: "no"}}}
	}
	v := Of(options, curves, nil, 10e6, &design.Design{})
	if v.Winner != "" || !strings.HasPrefix(v.Sentence, "No option can serve the design") || len(v.Eliminated) != 3 {
		t.Errorf("%+v", v)
	}
	if v = Of(nil, nil, nil, 1, &design.Design{}); v.Winner != "" {
		t.Errorf("nothing has a winner: %+v", v)
	}
}

// TestLatencyThatNoOptionKeepsEliminatesNone holds that an allowance decides only
// where another option keeps it, and that one without a model does not count as one
// that does.
func TestLatencyThatNoOptionKeepsEliminatesNone(t *testing.T) {
	options, curves := three()
	for i := range options[:2] {
		options[i].Latency.Busiest[design.Base].Over = []string{"p95 2 s over 1 s"}
	}
	options[2].Latency.Missing = "no latency model"
	v := Of(options, curves, nil, 10e6, &design.Design{})
	if len(v.Eliminated) != 0 || v.Winner != "metered" {
		t.Errorf("%+v", v)
	}
	if len(v.Warnings) != 2 || !strings.Contains(v.Warnings[0], "metered: simulated, the busiest minute of the base column has p95 2 s over 1 s; no option keeps") {
		t.Errorf("warnings %q", v.Warnings)
	}
}

// TestTheSentenceNamesAllThatIsOut wants every option that is out in the sentence, one
// that has no stack among them: each once, with all its reasons, and those of one reason
// together.
func TestTheSentenceNamesAllThatIsOut(t *testing.T) {
	options, curves := three()
	options[1].Conflicts = []string{"front-door: http-api", "compute: lambda"}
	options[2].Conflicts = options[1].Conflicts
	absent := []Eliminated{{"far", "residency", "bookings may not leave"}, {"far", "residency", "nor may events"}}
	v := Of(options, curves, absent, 10e6, &design.Design{})
	if want := "Take metered: it is the only one left. Out: hourly, dear (cannot work with the design's front-door: http-api and compute: lambda); far (bookings may not leave; nor may events)."; v.Sentence != want {
		t.Errorf("got  %s\nwant %s", v.Sentence, want)
	}
	if len(v.Eliminated) != 4 {
		t.Errorf("%+v", v.Eliminated)
	}
	options[2].Unmet = []Unmet{{"waf", capability.Cell{Text: "none"}}}
	v = Of(options, curves, nil, 10e6, &design.Design{})
	if got, want := strings.Join(v.Changes, "; "), "without the need waf, or with another front-door or compute"; got != want {
		t.Errorf("would change: %q, want %q", got, want)
	}
}

// TestALimitThatNoOptionKeepsEliminatesNone holds that a limit decides only where another
// option carries the load, and is said once.
func TestALimitThatNoOptionKeepsEliminatesNone(t *testing.T) {
	exceeded := func(name string) limits.Limit {
		return limits.Limit{Name: name, Value: 500, Demand: 700, Headroom: 0.7, Adjustable: "no", Unit: "calls/s"}
	}
	options, curves := three()
	for i := range options {
		options[i].Limits.Limits = []limits.Limit{exceeded("rate")}
	}
	options[1].Limits.Limits = append(options[1].Limits.Limits, exceeded("size"))
	v := Of(options, curves, nil, 10e6, &design.Design{})
	want := []string{
		"Rate is 500 calls/s and cannot be raised; the design asks for 700; no option carries the load.",
		"hourly: size is 500 calls/s and cannot be raised; the design asks for 700; no option carries the load.",
	}
	if v.Winner != "metered" || len(v.Eliminated) != 0 || !slices.Equal(v.Warnings, want) {
		t.Errorf("winner %q, out %+v, warnings %q", v.Winner, v.Eliminated, v.Warnings)
	}
	options[2].Limits.Limits = nil
	if v = Of(options, curves, nil, 10e6, &design.Design{}); v.Winner != "dear" || len(v.Eliminated) != 3 {
		t.Errorf("winner %q, out %+v", v.Winner, v.Eliminated)
	}
}
