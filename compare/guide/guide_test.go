package guide

import (
	"strings"
	"testing"

	"fulcrum/compare"
	"fulcrum/compare/difference"
	"fulcrum/compare/verdict"
	"fulcrum/design/catalogue"
)

// TestPageSaysWhatAnOptionNeedsAndChanges wants sentence, requirement and lack with
// their sources, and the difference grouped by meaning.
func TestPageSaysWhatAnOptionNeedsAndChanges(t *testing.T) {
	before := catalogue.TradeOffs
	t.Cleanup(func() { catalogue.TradeOffs = before })
	catalogue.TradeOffs = []catalogue.TradeOff{
		{ID: "front-door", Options: []catalogue.Option{{ID: "http-api", Baseline: true}, {ID: "alb"}}},
		{ID: "balancing", Question: "How?", Ground: catalogue.Blueprint{"front-door": "alb"}, Options: []catalogue.Option{
			{ID: "in-turn", Baseline: true, Sentence: "Take turns; take chance otherwise."},
			{
				ID: "chance", Sentence: "Take chance; take turns otherwise.",
				Requires: []catalogue.Requirement{{TradeOff: "front-door", OneOf: []string{"alb"}, Reason: "only it has groups", Source: "a page, read 2026-04"}},
				Lacks:    map[string]catalogue.Lack{"grpc": {Reason: "it cannot", Source: "another page, read 2026-05"}},
			},
		}},
	}
	pages := Pages(compare.Comparison{System: "Dinner", Stacks: []compare.Stack{{
		Name: "Balancing-Chance", Region: "eu-west-1", Parts: []compare.Part{{Name: "Balancing-Chance-Edge", Region: "us-east-1"}},
	}}, TradeOffs: []compare.TradeOff{{
		ID: "balancing", Verdict: verdict.Verdict{Sentence: "Take in-turn."},
		Options: []compare.Option{
			{ID: "in-turn", Stack: "Balancing-InTurn", Baseline: true},
			{ID: "chance", Stack: "Balancing-Chance", Varies: "Balancing-InTurn", DiffersUSD: [3]float64{0, 1.5, 0}, Difference: &difference.Difference{
				Added: []difference.Resource{{ID: "A", Type: "AWS::SQS::Queue"}, {ID: "B", Type: "AWS::SQS::Queue"}},
				Changed: []difference.Change{
					{ID: "G", Type: "AWS::ElasticLoadBalancingV2::TargetGroup", Path: "Properties.TargetGroupAttributes[0].Value"},
				},
			}},
		},
	}}})
	for _, want := range []string{
		"# balancing\n\nHow?\n\nThe question arises on front-door: alb.\n",
		"| chance | `Balancing-Chance` | 1.50 |",
		"- **chance**: Take chance; take turns otherwise.",
		"For the design as it is: Take in-turn.",
		"Needs front-door: alb. Only it has groups (a page, read 2026-04).",
		"| grpc | It cannot (another page, read 2026-05) |  |",
		"Deployed as several stacks: `Balancing-Chance` in eu-west-1, `Balancing-Chance-Edge` in us-east-1.",
		"Against `Balancing-InTurn`:",
		"| network |  |  | AWS::ElasticLoadBalancingV2::TargetGroup TargetGroupAttributes |",
		"| events | 2 × AWS::SQS::Queue |  |  |",
	} {
		if !strings.Contains(pages["balancing.md"], want) {
			t.Errorf("lacks %q:\n%s", want, pages["balancing.md"])
		}
	}
	if !strings.Contains(pages["README.md"], "| [balancing](balancing.md) | How? | in-turn, chance |") {
		t.Errorf("index:\n%s", pages["README.md"])
	}
}
