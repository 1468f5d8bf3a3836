package catalogue

import (
	"maps"
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
			for _, r := range o.Requires {
				other, ok := Find(r.TradeOff)
				if !ok || r.TradeOff == tradeOff.ID || len(r.OneOf) == 0 || r.Reason == "" || strings.HasSuffix(r.Reason, ".") || !dated.MatchString(r.Source) {
					t.Errorf("%s requires without a trade-off, a reason and a dated source: %+v", at, r)
				}
				for _, one := range r.OneOf {
					if _, ok := other.Option(one); !ok {
						t.Errorf("%s requires the unknown %s: %s", at, r.TradeOff, one)
					}
				}
			}
			for beside, name := range o.Becomes {
				if _, ok := tradeOff.Option(name); !ok || !beside.known() {
					t.Errorf("%s becomes %s beside %s, one of which is unknown", at, name, beside)
				}
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
	conflicts := Check(Baseline(), []string{"static-content", "waf"})
	if len(conflicts) != 1 {
		t.Fatalf("%d conflicts: %v", len(conflicts), conflicts)
	}
	const want = `need waf cannot be met with front-door: http-api
   AWS WAF cannot be associated with an HTTP API (Choose between REST APIs and HTTP APIs, Amazon API Gateway developer guide, read 2026-04-13)
   choose front-door: http-api with perimeter: waf, or front-door: rest-api, or front-door: alb, or take waf from needs`
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
			if c.By != (Choice{}) {
				continue // between choices, which the random blueprint made
			}
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
					if again.By == (Choice{}) && again.With.TradeOff == tradeOff {
						t.Fatalf("%s is offered for %s and does not have it", choice, need)
					}
				}
			}
		}
	})
}

// TestRequirementsAndNames holds that an option is refused without what it requires,
// and that a choice goes by the name it has beside the others.
func TestRequirementsAndNames(t *testing.T) {
	withTable(t, []TradeOff{
		{ID: "front-door", Options: []Option{{ID: "http-api", Baseline: true}, {ID: "rest-api"}, {ID: "alb"}}},
		{ID: "load-balancing", Options: []Option{
			{ID: "round-robin", Baseline: true},
			{ID: "least-outstanding", Ground: Blueprint{"front-door": "alb"}, Requires: []Requirement{{
				TradeOff: "front-door", OneOf: []string{"alb"}, Reason: "only a load balancer has target groups", Source: "a page, read 2026-04",
			}}},
		}},
		{ID: "identity", Options: []Option{
			{ID: "jwt", Baseline: true, Becomes: map[Choice]string{{"front-door", "rest-api"}: "cognito-authorizer"}},
			{ID: "cognito-authorizer", Ground: Blueprint{"front-door": "rest-api"}},
		}},
	})
	conflicts := Check(Baseline().With("load-balancing", "least-outstanding"), nil)
	if len(conflicts) != 1 {
		t.Fatalf("%d conflicts: %v", len(conflicts), conflicts)
	}
	const want = `load-balancing: least-outstanding cannot work with front-door: http-api
   only a load balancer has target groups (a page, read 2026-04)
   choose front-door: alb, or load-balancing: round-robin`
	if got := conflicts[0].String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	balancing, _ := Find("load-balancing")
	least, _ := balancing.Option("least-outstanding")
	if got := Check(Of(balancing, least), nil); len(got) != 0 {
		t.Errorf("on its ground: %v", got)
	}
	door, _ := Find("front-door")
	rest, _ := door.Option("rest-api")
	identity, _ := Find("identity")
	authorizer, _ := identity.Option("cognito-authorizer")
	if a, b := Of(door, rest), Of(identity, authorizer); a["identity"] != "cognito-authorizer" || !maps.Equal(a, b) {
		t.Errorf("two names for one blueprint: %v and %v", a, b)
	}
}

// TestEveryOptionWorksOnItsGround wants no option in the table that is refused where
// it is to be shown.
func TestEveryOptionWorksOnItsGround(t *testing.T) {
	for _, tradeOff := range TradeOffs {
		for _, o := range tradeOff.Options {
			if len(tradeOff.Options) < 2 {
				continue
			}
			for _, conflict := range Check(Of(tradeOff, o), nil) {
				t.Errorf("%s: %s on its ground: %s", tradeOff.ID, o.ID, conflict)
			}
		}
	}
}
