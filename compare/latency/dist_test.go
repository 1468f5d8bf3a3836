package latency

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// hgrm is a percentile table as HdrHistogram prints it, of ten values.
const hgrm = `       Value     Percentile TotalCount 1/(1-Percentile)

       1.000 0.000000000000          1           1.00
       5.000 0.500000000000          5           2.00
       9.000 0.900000000000          9          10.00
      20.000 1.000000000000         10
#[Mean    =        5.900, StdDeviation   =        4.000]
#[Max     =       20.000, Total count    =           10]
`

// TestDistributions compares the moments and quantiles of samples with those the
// distribution states.
func TestDistributions(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "latency.hgrm")
	if err := os.WriteFile(file, []byte(hgrm), 0o600); err != nil {
		t.Fatal(err)
	}
	for spec, want := range map[string]struct{ mean, variation, median float64 }{
		"exp:10ms":            {0.01, 1, 0.01 * math.Ln2},
		"det:0.25":            {0.25, 0, 0.25},
		"uniform:5ms:15ms":    {0.01, 1.0 / 12, 0.01},
		"lognormal:10ms:1.5":  {0.01, 2.25, 0.01 / math.Sqrt(3.25)},
		"lognormal:10ms/50ms": {0.01 * math.Exp(math.Pow(math.Log(5)/2.3263478740408408, 2)/2), math.Exp(math.Pow(math.Log(5)/2.3263478740408408, 2)) - 1, 0.01},
		"pareto:10ms:3":       {0.01, 1.0 / 3, 0.01 * 2 / 3 * math.Pow(2, 1.0/3)},
		"hdr:" + file:         {0.00575, 0.431632, 0.005},
	} {
		d, err := ParseDist(spec)
		if err != nil {
			t.Error(err)
			continue
		}
		if d.String() != spec {
			t.Errorf("%s prints as %s", spec, d)
		}
		if math.Abs(d.Mean()/want.mean-1) > 1e-3 || math.Abs(d.Variation()-want.variation) > 1e-3*(1+want.variation) {
			t.Errorf("%s: mean %v, variation %v; want %v, %v", spec, d.Mean(), d.Variation(), want.mean, want.variation)
		}
		if got := seconds(d.sample(0.5)); math.Abs(got/want.median-1) > 1e-6 {
			t.Errorf("%s: median %v, want %v", spec, got, want.median)
		}
		const n = 200_000
		sum, last := 0.0, int64(-1)
		for i := range n {
			v := d.sample((float64(i) + 0.5) / n)
			if v < last {
				t.Fatalf("%s: the sample falls at %v", spec, float64(i)/n)
			}
			last, sum = v, sum+seconds(v)
		}
		if math.Abs(sum/n/want.mean-1) > 0.003 {
			t.Errorf("%s: samples have the mean %v, want %v", spec, sum/n, want.mean)
		}
		if got := d.scaled(3).Mean(); math.Abs(got/(3*d.Mean())-1) > 1e-9 {
			t.Errorf("%s: three times it has the mean %v", spec, got)
		}
	}
	if v := Pareto(1, 1.5).Variation(); !math.IsInf(v, 1) {
		t.Errorf("a Pareto distribution of exponent 1.5 has the variation %v", v)
	}
}

func TestWrongSpecifications(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", "exp", "exp:", "exp:-1ms", "exp:0", "exp:1ms:2", "det:x", "uniform:5ms", "uniform:9ms:5ms", "lognormal:10ms", "lognormal:10ms:0", "lognormal:10ms:x",
		"lognormal:50ms/10ms", "lognormal:0/1ms", "pareto:10ms:1", "pareto:10ms:NaN", "exp:NaN", "exp:Inf", "gamma:1ms", "hdr:/no/such/file", "exp:1e9",
	} {
		if _, err := ParseDist(s); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%q", s)) || !strings.Contains(err.Error(), "want") {
			t.Errorf("distribution %q: %v", s, err)
		}
	}
	for _, s := range []string{"", "x/s", "0/s", "-1/s", "1/y", "NaN", "mmpp:1/s", "mmpp:1/s,2/s", "mmpp:1/s,2/s:1s", "daily:1/s", "daily:1/s:1", "daily:1/s:1000", "det:", "burst:1/s", "1/s:3"} {
		if _, err := ParseArrivals(s); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%q", s)) {
			t.Errorf("arrivals %q: %v", s, err)
		}
	}
	for _, s := range []string{"", "slow", "slow:1", "slow:1@1-2", "slow:1@2-1x3", "slow:0@1-2x3", "slow:9999999@1-2x3", "down:1@1-2x3", "down:store@1-2", "hot:1@1-2x3", "slow:1@1-2x0", "slow:1@1-2xNaN", "slow:door@1-2x3"} {
		if _, err := ParseFault(s); err == nil || !strings.Contains(err.Error(), faultForm) {
			t.Errorf("fault %q: %v", s, err)
		}
	}
	for _, s := range []string{"", "1 0.5", "x y\n", "1 0.5\n2 0.4\n", "2 0.1\n1 0.5\n", "1 1.5\n2 2\n", "0 0\n0 1\n", "NaN 0\n1 1\n", "5\n"} {
		if _, err := ReadHDR(s, 1e-3); err == nil {
			t.Errorf("percentile table %q was accepted", s)
		}
	}
}

func TestParseFault(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]Fault{
		"slow:1@60s-120s×10":  {Kind: "slow", Target: "server", Server: 1, From: 60, To: 120, Factor: 10},
		"slow:store@1m-2mx5":  {Kind: "slow", Target: "store", From: 60, To: 120, Factor: 5},
		"down:2@0-1.5":        {Kind: "down", Target: "server", Server: 2, From: 0, To: 1.5, Factor: 1},
		"down:compute@1s-2s":  {Kind: "down", Target: "compute", From: 1, To: 2, Factor: 1},
		"slow:cache@1s-2sx.5": {Kind: "slow", Target: "cache", From: 1, To: 2, Factor: 0.5},
	} {
		if got, err := ParseFault(s); err != nil || got != want {
			t.Errorf("%s: %+v, %v", s, got, err)
		}
	}
}

// TestArrivals counts what comes in a span of time.
func TestArrivals(t *testing.T) {
	t.Parallel()
	for spec, rate := range map[string]float64{"100/s": 100, "6000/m": 100, "det:50": 50, "mmpp:20/s,200/s:3s,1s": 65, "daily:2/s:5": 2} {
		a, err := ParseArrivals(spec)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(a.Rate()/rate-1) > 1e-9 {
			t.Errorf("%s has the rate %v, want %v", spec, a.Rate(), rate)
		}
		s := newSource(a, stream(1, 1))
		n := 0
		for s.next() < int64(86400e9) {
			n++
			if n > 20_000_000 {
				break
			}
		}
		if math.Abs(float64(n)/86400/rate-1) > 0.02 {
			t.Errorf("%s: %v a second arrive, want %v", spec, float64(n)/86400, rate)
		}
	}
}

// TestDay checks the peak factor of a day, and when the peak is.
func TestDay(t *testing.T) {
	t.Parallel()
	for _, peak := range []float64{1.5, 3, 30, 100} {
		a := Daily(1, peak)
		most := slices.Max(a.day)
		if math.Abs(most/peak-1) > 0.03 || slices.Index(a.day, most) != dayMinutes/4 {
			t.Errorf("peak factor %v: the busiest minute is %d with %v times the mean", peak, slices.Index(a.day, most), most)
		}
		if b := a.Busiest(); math.Abs(b.Rate()/most-1) > 1e-9 || b.kind != poisson {
			t.Errorf("peak factor %v: the busiest minute has the rate %v", peak, b.Rate())
		}
	}
}

// TestHistogramError adds known times and compares quantiles within the stated
// error.
func TestHistogramError(t *testing.T) {
	t.Parallel()
	for _, scale := range []float64{1, 1e3, 1e6, 1e9, 1e12} {
		var h, part histogram
		const n = 10_000
		for i := range n {
			v := int64(math.Exp(float64(i)/1000) * scale)
			if i%2 == 0 {
				h.add(v)
			} else {
				part.add(v)
			}
		}
		h.merge(&part)
		for _, p := range []float64{0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1} {
			want := math.Floor(math.Exp((math.Ceil(p*n)-1)/1000)*scale) / 1e9
			if got := h.quantile(p); math.Abs(got-want) > QuantileError*want*1.001 {
				t.Errorf("scale %v: quantile %v is %v, want %v", scale, p, got, want)
			}
		}
	}
	if bucket(math.MaxInt64)>>subBits >= len(histogram{}.octaves) {
		t.Error("the longest time has no bucket")
	}
}

func TestAgendaKeepsOrder(t *testing.T) {
	t.Parallel()
	var a agenda
	r := stream(3, 3)
	for range 20_000 {
		a.plan(int64(r.Uint64()%500), depart, 0, 0)
		if r.Uint64()%3 == 0 && len(a.events) > 10 {
			a.pop()
		}
	}
	last := event{at: -1}
	for len(a.events) > 0 {
		e := a.pop()
		if !last.before(&e) {
			t.Fatalf("event %v came after %v", e, last)
		}
		last = e
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"exp:10ms", "lognormal:1ms/2ms", "pareto:1:2", "uniform:1:2", "mmpp:1/s,2/s:1s,1s", "daily:1/s:3", "slow:1@1s-2s×3", "down:compute@0-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !strings.HasPrefix(s, "hdr:") { // which would read any file
			if d, err := ParseDist(s); err == nil {
				for _, u := range []float64{1e-12, 0.5, 1 - 1e-12} {
					if d.sample(u) < 0 {
						t.Fatalf("%q: sample %v at %v", s, d.sample(u), u)
					}
				}
			}
		}
		if a, err := ParseArrivals(s); err == nil && !(a.Rate() > 0) {
			t.Fatalf("%q: rate %v", s, a.Rate())
		}
		if x, err := ParseFault(s); err == nil && !(x.To > x.From && x.Factor > 0) {
			t.Fatalf("%q: %+v", s, x)
		}
	})
}

func FuzzReadHDR(f *testing.F) {
	f.Add(hgrm)
	f.Add("1 0\n2 1\n")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ReadHDR(text, 1e-3)
		if err != nil {
			return
		}
		last := int64(-1)
		for _, u := range []float64{0.0001, 0.3, 0.6, 0.9, 0.9999} {
			v := d.sample(u)
			if v < last || v < 0 {
				t.Fatalf("%q: quantile %v is %d after %d", text, u, v, last)
			}
			last = v
		}
	})
}
