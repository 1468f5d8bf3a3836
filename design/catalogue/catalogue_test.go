package catalogue

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var (
	id    = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	dated = regexp.MustCompile(`read 20[0-9]{2}-[0-9]{2}(-[0-9]{2})?`)
)

// TestTheTableIsWhole holds the rules that code elsewhere relies on.
func TestTheTableIsWhole(t *testing.T) {
	if !slices.Equal(slices.Compact(slices.Sorted(slices.Values(IDs()))), slices.Sorted(slices.Values(IDs()))) {
		t.Error("two trade-offs have one id")
	}
	for _, tradeOff := range TradeOffs {
		if !id.MatchString(tradeOff.ID) || !strings.HasSuffix(tradeOff.Question, "?") {
			t.Errorf("trade-off %q: %q", tradeOff.ID, tradeOff.Question)
		}
		baselines, seen := 0, map[string]bool{}
		for _, o := range tradeOff.Options {
			at := Choice{tradeOff.ID, o.ID}.String()
			if !id.MatchString(o.ID) || seen[o.ID] {
				t.Errorf("%s: the id is malformed or there twice", at)
			}
			seen[o.ID] = true
			if !strings.Contains(o.Sentence, "ake ") || !strings.Contains(o.Sentence, ";") || !strings.HasSuffix(o.Sentence, ".") {
				t.Errorf("%s does not say when to take it and when its sibling: %s", at, o.Sentence)
			}
			if o.Baseline {
				baselines++
			}
			for _, need := range o.Needs {
				if _, ok := FindNeed(need); !ok {
					t.Errorf("%s needs the unknown %s", at, need)
				}
			}
			for need, lack := range o.Lacks {
				if _, ok := FindNeed(need); !ok {
					t.Errorf("%s lacks the unknown %s", at, need)
				}
				if lack.Reason == "" || strings.HasSuffix(lack.Reason, ".") || !dated.MatchString(lack.Source) {
					t.Errorf("%s lacks %s without a reason and a dated source: %+v", at, need, lack)
				}
				if lack.Limit != "" && !strings.Contains(lack.Reason, strings.Fields(lack.Limit)[0]) && lack.Limit != "1 function" {
					t.Errorf("%s lacks %s: the reason does not name the limit %s", at, need, lack.Limit)
				}
			}
		}
		if baselines != 1 {
			t.Errorf("%s has %d baseline options", tradeOff.ID, baselines)
		}
	}
}

func TestNeedsAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, n := range Needs {
		if !id.MatchString(n.ID) || n.Meaning == "" || seen[n.ID] {
			t.Errorf("need %+v", n)
		}
		seen[n.ID] = true
	}
}

func TestStackName(t *testing.T) {
	for _, c := range []struct{ tradeOff, option, want string }{
		{"front-door", "rest-api", "FrontDoor-RestApi"},
		{"front-door", "alb", "FrontDoor-Alb"},
		{"rpc", "grpc", "Rpc-Grpc"},
	} {
		if got := StackName(c.tradeOff, c.option); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

func TestConflictWords(t *testing.T) {
	conflicts := Check(Baseline(), []string{"mtls", "waf"})
	if len(conflicts) != 1 {
		t.Fatalf("%d conflicts: %v", len(conflicts), conflicts)
	}
	const want = `need waf cannot be met with front-door: http-api
   AWS WAF cannot be associated with an HTTP API (Choose between REST APIs and HTTP APIs, Amazon API Gateway developer guide, read 2026-04-13)
   choose front-door: rest-api, or front-door: alb, or take waf from needs`
	if got := conflicts[0].String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// withTable puts a table of the test's own in place of the catalogue's.
func withTable(t *testing.T, table []TradeOff) {
	t.Helper()
	before := TradeOffs
	TradeOffs = table
	t.Cleanup(func() { TradeOffs = before })
}

// TestChoicesAgainstEachOther holds that an option's needs are asked of the others,
// that a choice may remove a lack, and that only what works is offered.
func TestChoicesAgainstEachOther(t *testing.T) {
	lack := Lack{Reason: "it speaks HTTP/1.1", Source: "a page, read 2026-04", Unless: []Choice{{"compute", "fargate"}, {"compute", "abacus"}}}
	withTable(t, []TradeOff{
		{ID: "front-door", Options: []Option{
			{ID: "http-api", Baseline: true, Lacks: map[string]Lack{"grpc": {Reason: "it speaks HTTP/1.1", Source: "a page, read 2026-04"}}},
			{ID: "alb", Lacks: map[string]Lack{"grpc": lack}},
		}},
		{ID: "compute", Options: []Option{{ID: "lambda", Baseline: true}, {ID: "fargate"}}},
		{ID: "rpc", Ground: Blueprint{"front-door": "alb"}, Options: []Option{
			{ID: "json", Baseline: true},
			{ID: "grpc", Needs: []string{"grpc"}, Ground: Blueprint{"compute": "fargate"}},
		}},
	})
	chosen := Baseline().With("rpc", "grpc")
	conflicts := Check(chosen, nil)
	if len(conflicts) != 1 {
		t.Fatalf("%d conflicts: %v", len(conflicts), conflicts)
	}
	const want = `rpc: grpc cannot work with front-door: http-api
   it speaks HTTP/1.1 (a page, read 2026-04)
   choose front-door: alb with compute: fargate, or rpc: json`
	if got := conflicts[0].String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	rpc, _ := Find("rpc")
	grpc, _ := rpc.Option("grpc")
	if got := Check(chosen.On(rpc.GroundOf(grpc)), nil); len(got) != 0 {
		t.Errorf("on its ground: %v", got)
	}
	if chosen["front-door"] != "http-api" {
		t.Error("On changed the blueprint it was called on")
	}
}

// TestWhatIsOfferedWorks holds, for every need, that an option that a conflict
// offers does not lead to the same conflict again.
func TestWhatIsOfferedWorks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := Blueprint{}
		for _, tradeOff := range TradeOffs {
			b[tradeOff.ID] = rapid.SampledFrom(tradeOff.OptionIDs()).Draw(t, tradeOff.ID)
		}
		need := rapid.SampledFrom(NeedIDs()).Draw(t, "need")
		for _, c := range Check(b, []string{need}) {
			if c.Need != need || len(c.Instead) == 0 || !b.Has(c.With) {
				t.Fatalf("conflict %+v", c)
			}
			for _, instead := range c.Instead {
				choice, ok := strings.CutPrefix(instead, "choose ")
				if !ok || strings.Contains(choice, " with ") {
					continue
				}
				tradeOff, option, _ := strings.Cut(choice, ": ")
				for _, again := range Check(b.With(tradeOff, option), []string{need}) {
					if again.With.TradeOff == tradeOff {
						t.Fatalf("%s is offered for %s and does not have it", choice, need)
					}
				}
			}
		}
	})
}
