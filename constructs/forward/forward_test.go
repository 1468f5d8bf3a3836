package forward_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/bus"
	"fulcrum/constructs/forward"
	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/slo"
)

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Forwards", func(stack awscdk.Stack) {
		core := keys.New(stack, "CoreKey", keys.Props{DataClass: "events-core"})
		generic := keys.New(stack, "GenericKey", keys.Props{DataClass: "events-generic"})
		from := bus.New(stack, "From", bus.Props{Key: core, ArchiveDays: 90, Subdomain: "dining"})
		to := bus.New(stack, "To", bus.Props{Key: generic, ArchiveDays: 90, Subdomain: "reach"})
		to.AcceptOnly([]string{"dinner.reservation"})
		forward.New(stack, "Forward", forward.Props{
			From: from, To: to,
			Sources: []string{"dinner.reservation"},
			Events:  []string{"Seat Reserved", "Dinner Full"},
			Alarms:  slo.NewTopic(stack, "Alarms", slo.TopicProps{Key: generic}),
		})
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Bus-PerSubdomain"), nil)
	key := keys.New(stack, "Events", keys.Props{DataClass: "events"})
	forward.New(stack, "ToReach", forward.Props{
		From:    bus.New(stack, "Dining", bus.Props{Key: key, ArchiveDays: 90}),
		To:      bus.New(stack, "Reach", bus.Props{Key: key, ArchiveDays: 90}),
		Sources: []string{"dinner.reservation"},
		Events:  []string{"Seat Reserved"},
	})
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		t.Error(problem)
	}
}

// bus returns the bus of a subdomain.
func busOf(t *testing.T, subdomain string) synth.Resource {
	t.Helper()
	for _, r := range template.WithRole("bus") {
		if _, about := r.Role(); about["subdomain"] == subdomain {
			return r
		}
	}
	t.Fatalf("no bus of %s", subdomain)
	return synth.Resource{}
}

func TestRule(t *testing.T) {
	rule := template.WithRole("rule")[0]
	if got := rule.Properties.At("EventPattern").String(); got != `{"detail-type":["Seat Reserved","Dinner Full"],"source":["dinner.reservation"]}` {
		t.Errorf("pattern %s", got)
	}
	if got := rule.Properties.At("EventBusName", "Ref").String(); got != busOf(t, "dining").ID {
		t.Errorf("the rule is on %s", got)
	}
	target := rule.Properties.At("Targets", 0)
	if target.At("Arn", "Fn::GetAtt", 0).String() != busOf(t, "reach").ID || target.At("DeadLetterConfig", "Arn").Value == nil {
		t.Errorf("target %s", target)
	}
}

// TestRoleCanDoOneThing wants the one action, on the one bus, with the sources of
// the rule, for rules of the sending bus alone.
func TestRoleCanDoOneThing(t *testing.T) {
	rule := template.WithRole("rule")[0]
	id := rule.Properties.At("Targets", 0, "RoleArn", "Fn::GetAtt", 0).String()
	trust := template.Resources[id].Properties.At("AssumeRolePolicyDocument", "Statement").List()
	if len(trust) != 1 || trust[0].At("Principal", "Service").String() != "events.amazonaws.com" ||
		!strings.Contains(trust[0].At("Condition", "ArnLike").String(), `:rule/",{"Ref":"`+busOf(t, "dining").ID+`"},"/*"`) ||
		trust[0].At("Condition", "StringEquals", "aws:SourceAccount").Value == nil {
		t.Errorf("the role is trusted with %v", trust)
	}
	seen := 0
	for _, p := range template.OfType("AWS::IAM::Policy") {
		if p.Properties.At("Roles", 0, "Ref").String() != id {
			continue
		}
		seen++
		want := `[{"Action":"events:PutEvents","Condition":{"ForAllValues:StringEquals":{"events:source":["dinner.reservation"]}},"Effect":"Allow","Resource":{"Fn::GetAtt":["` +
			busOf(t, "reach").ID + `","Arn"]},"Sid":"SendOn"}]`
		if got := p.Properties.At("PolicyDocument", "Statement").String(); got != want {
			t.Errorf("the role may\n%s\nwant\n%s", got, want)
		}
	}
	if seen != 1 {
		t.Errorf("%d policies", seen)
	}
}

func TestTheOtherBusTakesKnownSourcesOnly(t *testing.T) {
	seen := 0
	for _, p := range template.OfType("AWS::Events::EventBusPolicy") {
		if p.Properties.At("StatementId").String() != "cdk-KnownSourcesOnly" {
			continue
		}
		seen++
		s := p.Properties.At("Statement")
		if p.Properties.At("EventBusName", "Ref").String() != busOf(t, "reach").ID || s.At("Effect").Value != "Deny" ||
			s.At("Condition").String() != `{"ForAnyValue:StringNotEquals":{"events:source":["dinner.reservation"]}}` {
			t.Errorf("policy %s", p.Properties)
		}
	}
	if seen != 1 {
		t.Errorf("%d policies", seen)
	}
}

func TestValidate(t *testing.T) {
	if err := (forward.Props{}).Validate(); err == nil || !strings.Contains(err.Error(), "From: missing") ||
		!strings.Contains(err.Error(), "To: missing") || !strings.Contains(err.Error(), "Sources: missing") || !strings.Contains(err.Error(), "Events: missing") {
		t.Errorf("got %v", err)
	}
	one := &bus.Bus{}
	err := forward.Props{From: one, To: one, Sources: []string{"a"}, Events: []string{"b"}}.Validate()
	if err == nil || !strings.Contains(err.Error(), "in a circle") {
		t.Errorf("got %v", err)
	}
}
