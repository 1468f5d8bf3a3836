package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"fulcrum/compare"
	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
	"fulcrum/compare/facts"
	"fulcrum/design"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// comparison returns that of the sample assembly and design. It is worked out once;
// each test gets trade-offs of its own, which it may change.
func comparison(t testing.TB) compare.Comparison {
	t.Helper()
	c, err := compared()
	if err != nil {
		t.Fatal(err)
	}
	c.TradeOffs = slices.Clone(c.TradeOffs)
	for i := range c.TradeOffs {
		x := &c.TradeOffs[i]
		x.Options, x.Capabilities = slices.Clone(x.Options), slices.Clone(x.Capabilities)
		for k := range x.Capabilities {
			x.Capabilities[k].Cells = slices.Clone(x.Capabilities[k].Cells)
		}
	}
	return c
}

var compared = sync.OnceValues(func() (compare.Comparison, error) {
	d, err := design.Read("../testdata/design.yaml")
	if err != nil {
		return compare.Comparison{}, err
	}
	a, err := assembly.Read("../testdata/cdk.out")
	if err != nil {
		return compare.Comparison{}, err
	}
	c := compare.Of(a, d, facts.Default(), compare.Options{})
	c.Placements = []compare.Placement{
		{Algorithm: "ring", Nodes: 10, Keys: 1000, MovedFraction: 0.085, IdealFraction: 1.0 / 11, LoadMaxOverMean: 1.11, LoadStddevOverMean: 0.074},
		{Algorithm: "modulo", Nodes: 10, Keys: 1000, MovedFraction: 0.91, IdealFraction: 1.0 / 11, LoadMaxOverMean: 1.01, LoadStddevOverMean: 0.008},
	}
	return c, nil
})

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(want, got) {
		return
	}
	was, is := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i := range max(len(was), len(is)) {
		if at(was, i) != at(is, i) {
			t.Errorf("%s line %d:\nwas %s\nis  %s\nrun go test ./compare/report -update and review", path, i+1, at(was, i), at(is, i))
			return
		}
	}
}

func TestGolden(t *testing.T) {
	c := comparison(t)
	var text, summary, md bytes.Buffer
	for _, err := range []error{Text(&text, c, TextOptions{}), Summary(&summary, c, TextOptions{}), Markdown(&md, c)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "compare.txt", text.Bytes())
	golden(t, "summary.txt", summary.Bytes())
	golden(t, "report.md", md.Bytes())
}

// TestEveryLineFitsTheTerminal wants all that is written for a terminal as wide as it
// is, and 100 columns where nothing says how wide.
func TestEveryLineFitsTheTerminal(t *testing.T) {
	c := comparison(t)
	var b bytes.Buffer
	for asked, width := range map[int]int{0: Width, 80: 80, 120: 120, 20: narrowest, 500: widest} {
		b.Reset()
		o := TextOptions{Width: asked}
		if err := errors.Join(Text(&b, c, o), Summary(&b, c, o)); err != nil {
			t.Fatal(err)
		}
		for _, s := range c.Stacks {
			for _, kind := range Kinds {
				if _, err := Explain(&b, c, s, kind, "", o); err != nil {
					t.Fatal(err)
				}
			}
		}
		longest := 0
		for i, line := range strings.Split(b.String(), "\n") {
			n := utf8.RuneCountInString(line)
			if longest = max(longest, n); n > width {
				t.Errorf("at %d, line %d has %d columns: %s", width, i+1, n, line)
			}
			if strings.Contains(line, "\x1b") {
				t.Errorf("line %d is coloured", i+1)
			}
		}
		if longest < width-8 {
			t.Errorf("at %d the longest line has %d columns", width, longest)
		}
	}
	b.Reset()
	if err := Text(&b, c, TextOptions{Color: true}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "\x1b[1m") {
		t.Error("no colour where it is allowed")
	}
}

// TestMarkdownShowsTheBreakEvenAndItsArithmetic holds what a reader of the report
// comes for: where a load balancer pays, from which prices.
func TestMarkdownShowsTheBreakEvenAndItsArithmetic(t *testing.T) {
	var b bytes.Buffer
	if err := Markdown(&b, comparison(t)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| us-east-1 | no public IPv4 | rest-api | 4.83 M |",
		"| us-east-1 | 2 public IPv4 | rest-api | 6.98 M |",
		"| us-east-1 | no public IPv4 | http-api | 18.3 M |",
		"| us-east-1 | 2 public IPv4 | http-api | 26.4 M |",
		"(23.73 − 0.00) / (1 − 0.1) = 26.4 M",
		"(25.70 − 0.00) / (3.5 − 0.09295) = 7.5 M",
		"sandbox certificate",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("report.md misses %q", want)
		}
	}
}

func TestPageNeedsNothingElseAndItsLinksLead(t *testing.T) {
	for _, id := range []string{"front-door", "stacks"} { // of the catalogue, and of stacks that are not in it
		c := comparison(t)
		c.TradeOffs[0].ID = id
		var b bytes.Buffer
		if err := HTML(&b, c); err != nil {
			t.Fatal(err)
		}
		selfContained(t, b.String())
	}
}

// selfContained holds a page to its own links, and to needing nothing else.
func selfContained(t *testing.T, page string) {
	t.Helper()
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(`\sid="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if ids[m[1]] {
			t.Errorf("two elements have id %s", m[1])
		}
		ids[m[1]] = true
	}
	links := regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(links) < 100 {
		t.Errorf("only %d links: the evidence is missing", len(links))
	}
	for _, m := range links {
		if id, ok := strings.CutPrefix(m[1], "#"); ok && !ids[id] {
			t.Errorf("link to #%s leads nowhere", id)
		} else if !ok && m[1] != "data:," {
			t.Errorf("link to %s leaves the page", m[1])
		}
	}
	for _, from := range []string{"src=", "@import", "url(", "fetch(", "<link rel=\"stylesheet"} {
		if strings.Contains(page, from) {
			t.Errorf("the page loads something: %s", from)
		}
	}
	for _, wrong := range []string{"ZgotmplZ", "<no value>", "%!"} {
		if strings.Contains(page, wrong) {
			t.Errorf("the page holds %s", wrong)
		}
	}
}

func TestPageEscapesWhatItIsGiven(t *testing.T) {
	c := comparison(t)
	c.System = `<script>alert(1)</script>`
	c.TradeOffs[0].Options[0].ID = `"><img src=x>`
	var b bytes.Buffer
	if err := HTML(&b, c); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{"<script>alert", "<img"} {
		if strings.Contains(b.String(), wrong) {
			t.Errorf("the page holds %s", wrong)
		}
	}
}

// TestSliderReadsOffTheCurves holds the data behind the slider to what --format
// json says.
func TestSliderReadsOffTheCurves(t *testing.T) {
	c := comparison(t)
	v := &view{Comparison: c, sources: newSources(c)}
	for _, f := range v.Sections()[0].Charts {
		raw, err := f.Data()
		if err != nil {
			t.Fatal(err)
		}
		var data struct {
			Requests []float64
			USD      [][]float64
		}
		if err := json.Unmarshal([]byte(raw), &data); err != nil {
			t.Fatal(err)
		}
		if got, want := data.Requests[f.Start], c.Columns[design.Base].Requests; got != want {
			t.Errorf("%s starts at %g requests, want %g", f.ID, got, want)
		}
		for i := range f.Names {
			if data.USD[i][f.Start] != f.At(i) || len(data.USD[i]) != len(data.Requests) {
				t.Errorf("%s: curve %d does not read %g", f.ID, i, f.At(i))
			}
		}
	}
	differs := v.Sections()[0].Charts[0]
	for i, o := range c.TradeOffs[0].Options {
		if got, want := differs.At(i), o.DiffersUSD[design.Base]; got-want > 1e-9 || want-got > 1e-9 {
			t.Errorf("%s: the curve says %g at base, the table %g", o.ID, got, want)
		}
	}
}

func TestFactsFromMemoryAreMarked(t *testing.T) {
	c := comparison(t)
	for i := range c.TradeOffs[0].Capabilities {
		for k := range c.TradeOffs[0].Capabilities[i].Cells {
			c.TradeOffs[0].Capabilities[i].Cells[k].Evidence = []evidence.Item{{Claim: "x", Source: "nobody", Confidence: facts.Memory}}
		}
	}
	var text, md, html bytes.Buffer
	for _, err := range []error{Text(&text, c, TextOptions{}), Markdown(&md, c), HTML(&html, c)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, x := range []struct{ form, got, want string }{
		{"text", text.String(), "* rests on a fact from memory"},
		{"md", md.String(), `\* rests on a fact from memory`},
		{"html", html.String(), `<span class="tag memory">from memory</span>`},
	} {
		if !strings.Contains(x.got, x.want) {
			t.Errorf("%s misses %q", x.form, x.want)
		}
	}
}

func TestExplainNamesFormulaFactAndPlace(t *testing.T) {
	c := comparison(t)
	s, _ := c.Stack("FrontDoor-Alb")
	for _, x := range []struct{ kind, item, want string }{
		{"cost", "loadbalancer", "730 hour × $0.0252"},
		{"cost", "loadbalancer", "← largest"},
		{"cost", "loadbalancer", "fulcrum price alb"},
		{"cost", "loadbalancer", "Resources/FrontDoor, AWS::ElasticLoadBalancingV2::LoadBalancer, role front-door"},
		{"cost", "loadbalancer", "2026-08-16 (sourced-pricelist)"},
		{"limit", "lambda/concurrent", "685 calls/s × 40 ms"},
		{"availability", "", "0.9999 × 0.9995 × 0.9995 × 0.9999"},
		{"latency", "base", "allowed 800 ms"},
		{"latency", "template", "Resources/Api/Properties/Timeout: the function times out after 10 s"},
		{"latency", "dynamodb.read-eventual", "source  assumption, 2026-11-23"},
		{"latency", "lambda.concurrency", "source  Lambda quotas, developer guide, fact lambda/concurrent-executions, 2026-10-01"},
		{"posture", "sandbox", "self-signed sandbox certificate"},
		{"verdict", "", "Take http-api"},
	} {
		var b bytes.Buffer
		found, err := Explain(&b, c, s, x.kind, x.item, TextOptions{})
		if err != nil || !found || !strings.Contains(b.String(), x.want) {
			t.Errorf("explain %s %s misses %q (found %v, %v):\n%s", x.kind, x.item, x.want, found, err, b.String())
		}
	}
	if found, _ := Explain(&bytes.Buffer{}, c, s, "cost", "no such thing", TextOptions{}); found {
		t.Error("no such thing was found")
	}
}

func TestFormats(t *testing.T) {
	for _, x := range []struct{ got, want string }{
		{Money(3102.3), "$3,102.30"}, {Money(0), "$0.00"}, {Money(-0.001), "$0.00"}, {Money(-5), "−$5.00"}, {Money(1234567.891), "$1,234,567.89"},
		{Count(12.0004e6), "12 M"}, {Count(31.4e6), "31.4 M"}, {Count(684.9), "685"}, {Count(10000), "10 k"}, {Count(1500), "1,500"}, {Count(0.46), "0.46"}, {Count(4.567), "4.57"},
		{Unit(0.0000035), "$0.0000035"}, {Unit(0.5), "$0.50"}, {Unit(5), "$5.00"}, {Percent(0.9989), "99.89 %"},
	} {
		if x.got != x.want {
			t.Errorf("got %s, want %s", x.got, x.want)
		}
	}
}

func BenchmarkHTML(b *testing.B) {
	c := comparison(b)
	for b.Loop() {
		if err := HTML(&bytes.Buffer{}, c); err != nil {
			b.Fatal(err)
		}
	}
}
