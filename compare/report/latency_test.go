package report

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fulcrum/compare"
	"fulcrum/compare/latency"
	"fulcrum/design"
)

// TestChartsHaveAxesUnitsSourceAndData holds every chart of the page to what makes it
// readable.
func TestChartsHaveAxesUnitsSourceAndData(t *testing.T) {
	var b bytes.Buffer
	if err := HTML(&b, comparison(t)); err != nil {
		t.Fatal(err)
	}
	figures := regexp.MustCompile(`(?s)<figure id="([^"]+)".*?</figure>`).FindAllStringSubmatch(b.String(), -1)
	if len(figures) < 6 {
		t.Fatalf("%d charts", len(figures))
	}
	for _, f := range figures {
		for _, want := range []string{`class="axis"`, `class="tick"`, "<title", "<table", "Source: "} {
			if !strings.Contains(f[0], want) {
				t.Errorf("chart %s misses %s", f[1], want)
			}
		}
	}
}

func TestLatencyIsShownAgainstTheAllowance(t *testing.T) {
	c := comparison(t)
	table := TableOf(c, c.TradeOffs[0])
	find := func(label string) Row {
		for _, g := range table.Groups {
			for _, r := range g.Rows {
				if r.Label == label {
					return r
				}
			}
		}
		t.Fatalf("no row %q", label)
		return Row{}
	}
	s, _ := c.Stack("Baseline")
	if got := find("p99, base, allowed 800 ms").Cells[0]; got.Mark != "yes" || got.Text != s.Latency.Busiest[design.Base].P99.String() || len(got.Evidence) == 0 {
		t.Errorf("p99 is %+v", got)
	}
	c.Levels.P99Ms = 100
	table = TableOf(c, c.TradeOffs[0])
	if got := find("p99, base, allowed 100 ms").Cells[0]; got.Mark != "no" {
		t.Errorf("p99 over the allowance is %+v", got)
	}
}

// TestAlikeLatencyIsOneCurve: options that are not told apart by latency need no
// legend, and those without a model say so.
func TestAlikeLatencyIsOneCurve(t *testing.T) {
	c := comparison(t)
	trade, stacks := c.TradeOffs[0], stacksOf(c, c.TradeOffs[0])
	if l := latencyOf(c, trade, stacks); l.Alike || len(l.Charts) != 3 || len(l.Charts[0].Head) != 4 {
		t.Errorf("three doors are alike: %+v", l.Charts)
	}
	same := []compare.Stack{stacks[0], stacks[0], stacks[2]}
	same[2].Latency = latency.Figures{Missing: "no latency model: it is a broker"}
	l := latencyOf(c, trade, same)
	if !l.Alike || len(l.Charts[0].Head) != 2 || len(l.Missing) != 1 || l.Missing[0].Text != "alb: no latency model: it is a broker" {
		t.Errorf("alike %v, %v, missing %v", l.Alike, l.Charts[0].Head, l.Missing)
	}
	if got := l.Figures[0].Rows[1].Cells[2].Text; got != "no model" {
		t.Errorf("a figure of a stack without a model is %q", got)
	}
	for i := range same {
		same[i].Latency = latency.Figures{Missing: "no latency model"}
	}
	if l = latencyOf(c, trade, same); len(l.Charts) != 0 || len(l.Missing) != 3 {
		t.Errorf("no models at all: %+v", l)
	}
}

// TestUnseenOfSomeOptions names what some options have and no model shows once, with
// whose it is, and leaves out what all have.
func TestUnseenOfSomeOptions(t *testing.T) {
	all, one := latency.Unseen{What: "keys", Why: "why"}, latency.Unseen{What: "steps", Why: "no figure"}
	stack := func(list ...latency.Unseen) compare.Stack {
		return compare.Stack{Latency: latency.Figures{NotModelled: list}}
	}
	got := differingUnseen([]string{"a", "b", "c"}, []compare.Stack{stack(all, one), stack(all), stack(one, all)})
	if want := []string{"steps (a, c): no figure"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
