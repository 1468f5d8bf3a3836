package capability

import (
	"strings"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
)

func stacks(t *testing.T) []*assembly.Stack {
	t.Helper()
	a, err := assembly.Read("../testdata/cdk.out")
	if err != nil {
		t.Fatal(err)
	}
	return a.Stacks // Baseline, FrontDoor-Alb, FrontDoor-RestApi
}

func TestRowsAreReadOffTheTemplates(t *testing.T) {
	table := map[string]Row{}
	for _, r := range Of(stacks(t), facts.Default()) {
		table[r.ID] = r
		for i, c := range r.Cells {
			if c.Mark == Unknown {
				t.Errorf("%s of stack %d is not known: %s", r.ID, i, c.Text)
			}
		}
	}
	for _, x := range []struct {
		row             string
		http, alb, rest string
	}{
		{"token-verification", "yes JWT authorizer", "yes jwt-validation, RS256 only", "yes Cognito authorizer"},
		{"throttle", "yes 750/s", "no none of its own", "yes 750/s"},
		{"per-client-throttling", "no not offered", "no not offered; firewall: 2000 in 5 min an address", "yes usage plan, 10/s a key"},
		{"request-validation", "no left to the function", "no left to the function", "yes against the model's schemas"},
		{"cors", "yes by itself", "no left to the function", "no off"},
		{"waf", "no not offered", "yes 3 rules, bodies to 8 KB", "yes 3 rules, bodies to 16 KB"},
		{"tls", "yes TLS 1.2", "yes TLS 1.3", "yes TLS 1.3"},
		{"plain-http", "yes refused: HTTPS only", "yes redirected to HTTPS", "yes refused: HTTPS only"},
		{"timeout", "yes 10 s, at most 30 s", "yes 60 s idle, at most 4000 s", "yes 10 s, at most 29 s"},
		{"payload", "yes 6 MB to the function, 10 MB at the door", "yes 1 MB to the function", "yes 6 MB to the function, 10 MB at the door"},
		{"streaming", "no not offered", "no not to a function", "offered offered, up to 900 s"},
		{"caching", "no not offered", "no not offered", "offered off here"},
		{"access-logs", "yes to CloudWatch Logs", "yes to S3", "yes to CloudWatch Logs"},
		{"tracing", "no not offered", "no adds the trace header only", "yes on"},
	} {
		for i, want := range []string{x.http, x.alb, x.rest} {
			c := table[x.row].Cells[i]
			if got := string(c.Mark) + " " + c.Text; got != want {
				t.Errorf("%s of stack %d: %q, want %q", x.row, i, got, want)
			}
		}
	}
}

// TestATemplateThatSwitchesOffShowsIt changes one thing in the load balancer's
// template at a time.
func TestATemplateThatSwitchesOffShowsIt(t *testing.T) {
	for _, x := range []struct {
		row, remove, want string
	}{
		{"waf", "AWS::WAFv2::WebACLAssociation", "offered off here"},
		{"token-verification", "AWS::ElasticLoadBalancingV2::ListenerRule", "offered off here"},
		{"plain-http", "AWS::ElasticLoadBalancingV2::Listener", "yes refused: no listener"},
	} {
		s := stacks(t)[1]
		for _, r := range s.OfType(x.remove) {
			r.Type = "Removed::" + r.Type
		}
		for _, r := range Of([]*assembly.Stack{s}, facts.Default()) {
			if r.ID == x.row && string(r.Cells[0].Mark)+" "+r.Cells[0].Text != x.want {
				t.Errorf("%s without %s: %s %s, want %s", x.row, x.remove, r.Cells[0].Mark, r.Cells[0].Text, x.want)
			}
		}
	}
}

func TestLimitsCarryTheirSource(t *testing.T) {
	for _, r := range Of(stacks(t), facts.Default()) {
		if r.ID != "timeout" && r.ID != "payload" {
			continue
		}
		for i, c := range r.Cells {
			sourced := false
			for _, e := range c.Evidence {
				sourced = sourced || e.Source != "" && e.AsOf != "" && e.Confidence != ""
			}
			if !sourced {
				t.Errorf("%s of stack %d has no source: %+v", r.ID, i, c)
			}
		}
	}
}

func TestNeedsAreServedOrNotWithAReason(t *testing.T) {
	needs := Needs(stacks(t), []string{"waf", "grpc", "static-content"})
	for _, x := range []struct {
		need    int
		stack   int
		mark    Mark
		because string
	}{
		{0, 0, No, "AWS WAF cannot be associated with an HTTP API"},
		{0, 1, Yes, "served"},
		{1, 1, No, "not as an HTTP/2 stream"},
		{2, 0, Yes, "served"},
	} {
		c := needs[x.need].Cells[x.stack]
		if c.Mark != x.mark || !strings.Contains(c.Text, x.because) {
			t.Errorf("%s of stack %d: %s %q, want %s %q", needs[x.need].ID, x.stack, c.Mark, c.Text, x.mark, x.because)
		}
		if c.Mark == No && (len(c.Evidence) == 0 || c.Evidence[0].Source == "") {
			t.Errorf("%s of stack %d has no source", needs[x.need].ID, x.stack)
		}
	}
}

func TestAStackWithoutADoorIsUnknown(t *testing.T) {
	s, err := assembly.Parse([]byte(`{"Resources":{"Q":{"Type":"AWS::SQS::Queue"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if rows := Of([]*assembly.Stack{s}, facts.Default()); len(rows) != 0 {
		t.Errorf("a queue has capabilities of a door: %+v", rows)
	}
}

// TestTwoStacksOfOneKindAnswerAlike holds that what a row answers for one stack
// leaves the next one's answer alone.
func TestTwoStacksOfOneKindAnswerAlike(t *testing.T) {
	one := stacks(t)
	for _, r := range Of(append(one, one...), facts.Default()) {
		for i, c := range r.Cells[:len(one)] {
			if again := r.Cells[len(one)+i]; again.Text != c.Text || again.Mark != c.Mark {
				t.Errorf("%s: %s %q, and then %s %q", r.ID, c.Mark, c.Text, again.Mark, again.Text)
			}
		}
	}
}

func TestEventBuses(t *testing.T) {
	s, err := assembly.Parse([]byte(`{"Resources":{
		"Core":{"Type":"AWS::Events::EventBus"},"Generic":{"Type":"AWS::Events::EventBus"},
		"Archive":{"Type":"AWS::Events::Archive","Properties":{"SourceArn":{"Fn::GetAtt":["Core","Arn"]}}},
		"Forward":{"Type":"AWS::Events::Rule","Properties":{"EventBusName":{"Ref":"Core"},"Targets":[{"Arn":{"Fn::GetAtt":["Generic","Arn"]}}]}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if c := eventBuses(&door{stack: s}); c.Mark != Yes || c.Text != "2 buses, 1 can be replayed, 1 rule between them" || len(c.Evidence) != 3 {
		t.Errorf("%+v", c)
	}
	if c := eventBuses(&door{stack: &assembly.Stack{}}); c.Mark != Unknown {
		t.Errorf("without a bus: %+v", c)
	}
}

func TestProcesses(t *testing.T) {
	s, err := assembly.Parse([]byte(`{"Resources":{"Saga":{"Type":"AWS::StepFunctions::StateMachine",
		"Metadata":{"fulcrum":{"role":"workflow","operation":"Reserve Seat"}},"Properties":{"StateMachineType":"EXPRESS"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if c := processes(&door{stack: s}); c.Mark != Yes || c.Text != "Reserve Seat by a state machine, express" {
		t.Errorf("%+v", c)
	}
	if c := processes(&door{stack: &assembly.Stack{}}); c.Mark != Unknown {
		t.Errorf("without one, and without events: %+v", c)
	}
}

func TestAnswersCommands(t *testing.T) {
	for resources, want := range map[string]Mark{
		`"Q":{"Type":"AWS::SQS::Queue","Metadata":{"fulcrum":{"role":"queue","commands":["Reserve Seat"]}},"Properties":{"FifoQueue":true}}`:                    No,
		`"Q":{"Type":"AWS::SQS::Queue","Metadata":{"fulcrum":{"role":"queue"}}},"F":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"compute"}}}`: Yes,
		`"Q":{"Type":"AWS::SQS::Queue"}`: Unknown,
	} {
		s, err := assembly.Parse([]byte(`{"Resources":{` + resources + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		if c := answersCommands(&door{stack: s}); c.Mark != want || want == No && len(c.Evidence) != 2 {
			t.Errorf("%s: %+v", resources, c)
		}
	}
}

func TestDelivery(t *testing.T) {
	for resources, want := range map[string]string{
		`"D":{"Type":"AWS::CloudFront::Distribution"}`:                                           "from a distribution",
		`"B":{"Type":"AWS::S3::Bucket","Metadata":{"fulcrum":{"role":"site","presigned":true}}}`: "from S3, each by a presigned URL",
		`"B":{"Type":"AWS::S3::Bucket","Metadata":{"fulcrum":{"role":"site"}}}`:                  "neither a distribution nor presigned URLs",
	} {
		s, err := assembly.Parse([]byte(`{"Resources":{` + resources + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		if c := delivery(&door{stack: s}); c.Text != want || (c.Mark == Yes) != (len(c.Evidence) == 1) {
			t.Errorf("%s: %+v", resources, c)
		}
	}
}

func TestAgeing(t *testing.T) {
	for rules, want := range map[string]string{
		`[{"Id":"replaced"}]`: "standard class at any age",
		`[{"Id":"replaced"},{"Transitions":[{"StorageClass":"STANDARD_IA","TransitionInDays":90}]}]`: "STANDARD_IA after 90 days; over 128 KB",
	} {
		s, err := assembly.Parse([]byte(`{"Resources":{"B":{"Type":"AWS::S3::Bucket","Metadata":{"fulcrum":{"role":"site"}},"Properties":{"LifecycleConfiguration":{"Rules":` + rules + `}}}}}`))
		if err != nil {
			t.Fatal(err)
		}
		if c := ageing(&door{stack: s}); c.Text != want {
			t.Errorf("%s: %+v", rules, c)
		}
	}
}
