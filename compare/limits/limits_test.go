package limits

import (
	"math"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/cost"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
	"fulcrum/design"
)

func sample(t *testing.T, stack string) (*cost.Model, cost.Demand) {
	t.Helper()
	d, err := design.Read("../testdata/design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	a, err := assembly.Read("../testdata/cdk.out")
	if err != nil {
		t.Fatal(err)
	}
	s, _ := a.Stack(stack)
	demand := cost.At(d, design.Peak)
	return cost.NewModel(s, "", facts.Default(), price.Options{}, demand), demand
}

func byID(r Report) map[string]Limit {
	out := map[string]Limit{}
	for _, l := range r.Limits {
		out[l.ID] = l
	}
	return out
}

// TestDemandsByHand checks demands worked out by hand from the sample design's peak
// column: 60,002,000 calls a month at 30 times the mean rate, 684.95 a second.
func TestDemandsByHand(t *testing.T) {
	m, d := sample(t, "Baseline")
	r := byID(Of(m, d, facts.Default()))
	const rps = 60_002_000 / 2_628_000.0 * 30
	deliveries := d.Load.Deliveries / 2_628_000 * 30
	for _, x := range []struct {
		id             string
		demand, value  float64
		adjustable     string
		account, grows bool
	}{
		{"api-gateway/requests", rps, 10_000, "yes", true, true},
		{"lambda/concurrent-executions", rps*0.040 + deliveries*0.030, 1000, "yes", true, true},
		{"lambda/scaling-rate", rps * 0.040, 1000, "no", false, true},
		{"http-api/routes", 10, 300, "yes", false, false},
		{"http-api/integration-timeout", 0.8, 30, "no", false, false},
		{"eventbridge/invocations", deliveries, 18_750, "yes", true, true},
		{"http-api/payload", 7.0 / 1024, 10, "no", false, false},
		{"setting/FrontDoorStage", rps, 750, "configurable", false, true},
	} {
		l, ok := r[x.id]
		if !ok {
			t.Errorf("%s is missing", x.id)
			continue
		}
		if math.Abs(l.Demand-x.demand) > 0.03*x.demand || l.Value != x.value || l.Adjustable != x.adjustable || l.AccountWide != x.account {
			t.Errorf("%s: %+v, want demand %g of %g", x.id, l, x.demand, x.value)
		}
		if math.Abs(l.Headroom-l.Value/l.Demand) > 1e-9 {
			t.Errorf("%s: headroom %g of %g in %g", x.id, l.Headroom, l.Demand, l.Value)
		}
		if grows := l.BreaksAt > 0; grows != x.grows || grows && math.Abs(l.BreaksAt-rps*l.Headroom) > 1e-3*l.BreaksAt {
			t.Errorf("%s breaks at %g", x.id, l.BreaksAt)
		}
	}
}

func TestWhatBreaksFirst(t *testing.T) {
	const signIn = "cognito/user-authentication" // the same for every door
	for _, x := range []struct{ stack, next, hard string }{
		{"Baseline", "api-gateway/requests", "lambda/scaling-rate"},
		{"FrontDoor-RestApi", "api-gateway/requests", "lambda/scaling-rate"},
		{"FrontDoor-Alb", "lambda/concurrent-executions", "lambda/scaling-rate"},
	} {
		m, d := sample(t, x.stack)
		r := Of(m, d, facts.Default())
		first, _ := r.First()
		hard, _ := r.FirstHard()
		next, _ := r.first(func(l Limit) bool { return !l.Setting && l.ID != signIn })
		if first.ID != signIn || next.ID != x.next || hard.ID != x.hard {
			t.Errorf("%s: %s breaks first, then %s, %s for good; want %s, %s and %s", x.stack, first.ID, next.ID, hard.ID, signIn, x.next, x.hard)
		}
		if len(r.Exceeded()) != 0 {
			t.Errorf("%s: exceeded %+v", x.stack, r.Exceeded())
		}
		for i := 1; i < len(r.Limits); i++ {
			if r.Limits[i].Headroom < r.Limits[i-1].Headroom {
				t.Errorf("%s: limit %d has less room than the one before it", x.stack, i)
			}
		}
	}
}

func TestALoadBeyondTheQuotaIsReported(t *testing.T) {
	m, d := sample(t, "FrontDoor-Alb")
	r := Of(m, d.WithRequests(100*d.Load.Requests), facts.Default())
	exceeded := map[string]bool{}
	for _, l := range r.Exceeded() {
		exceeded[l.ID] = true
	}
	if !exceeded["lambda/concurrent-executions"] || !exceeded["lambda/scaling-rate"] || exceeded["waf/requests"] {
		t.Errorf("exceeded at a hundredfold load: %v", exceeded)
	}
}

// TestKeysOfAWSAskNothing wants no demand on the account's KMS quota of a bus under
// a key that AWS owns.
func TestKeysOfAWSAskNothing(t *testing.T) {
	m, d := sample(t, "Baseline")
	if _, asked := byID(Of(m, d, facts.Default()))["kms/symmetric"]; !asked {
		t.Error("a bus under its own key asks nothing of KMS")
	}
	bus, _ := m.Stack.Resource("Bus")
	delete(bus.Properties, "KmsKeyIdentifier")
	if l, asked := byID(Of(m, d, facts.Default()))["kms/symmetric"]; asked {
		t.Errorf("without a key of its own: %+v", l)
	}
}

// TestEventsBetweenBusesCountTwice wants what a bus sends on in the demand on the
// account's quotas, and rules counted on one bus.
func TestEventsBetweenBusesCountTwice(t *testing.T) {
	_, d := sample(t, "Baseline")
	first := d.Load.Events[0]
	s, err := assembly.Parse([]byte(`{"Resources":{"A":{"Type":"AWS::Events::EventBus"},"B":{"Type":"AWS::Events::EventBus"},
		"Pipe":{"Type":"AWS::Pipes::Pipe","Properties":{"Target":{"Ref":"A"}}},
		"Forward":{"Type":"AWS::Events::Rule","Metadata":{"fulcrum":{"role":"rule","events":["` + first.Name + `"]}},
			"Properties":{"EventBusName":{"Ref":"A"},"Targets":[{"Arn":{"Ref":"B"}}]}},
		"Rule":{"Type":"AWS::Events::Rule","Metadata":{"fulcrum":{"role":"rule","events":["` + first.Name + `"]}},"Properties":{"EventBusName":{"Ref":"B"}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	r := byID(Of(cost.NewModel(s, "eu-west-1", facts.Default(), price.Options{}, d), d, facts.Default()))
	perSecond := func(monthly float64) float64 { return monthly / design.SecondsPerMonth * d.Load.PeakFactor }
	for id, want := range map[string]float64{
		"eventbridge/put-events": perSecond(d.Load.EventCount + first.Count), "eventbridge/invocations": perSecond(2 * first.Count),
		"eventbridge/rules": 1, "eventbridge/buses": 2,
	} {
		if got := r[id].Demand; math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: demand %v, want %v", id, got, want)
		}
	}
}

// TestStepsAndWhoWaitsForThemCount wants a workflow's steps in the account's
// concurrency twice: as calls of their own, and as the time that its caller waits.
func TestStepsAndWhoWaitsForThemCount(t *testing.T) {
	_, d := sample(t, "Baseline")
	parse := func(machine string) Report {
		s, err := assembly.Parse([]byte(`{"Resources":{` + machine + `"Api":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"compute"}}}}}`))
		if err != nil {
			t.Fatal(err)
		}
		return Of(cost.NewModel(s, "eu-west-1", facts.Default(), price.Options{}, d), d, facts.Default())
	}
	const machine = `"Saga":{"Type":"AWS::StepFunctions::StateMachine","Metadata":{"fulcrum":{"role":"workflow","operation":"Reserve Seat"}},"Properties":{
		"StateMachineType":"EXPRESS","DefinitionString":"{\"StartAt\":\"A\",\"TimeoutSeconds\":60,\"States\":{\"A\":{\"Type\":\"Task\",\"Next\":\"B\"},\"B\":{\"Type\":\"Task\"}}}"}},`
	plain, with := byID(parse("")), byID(parse(machine))
	runs := 0.0
	for _, o := range d.Load.Operations {
		if o.Name == "Reserve Seat" {
			runs = o.PeakRPS
		}
	}
	want := 2 * runs * 2 * d.Design.Capacity.ServiceMs / 1000
	if got := with["lambda/concurrent-executions"].Demand - plain["lambda/concurrent-executions"].Demand; math.Abs(got-want) > 1e-6*want {
		t.Errorf("%v more executions, want %v", got, want)
	}
	if l := with["step-functions/express-run"]; l.Value != 300 || l.Demand != 60 || l.Adjustable != "no" {
		t.Errorf("longest run: %+v", l)
	}
}

// TestFargateProcessors counts the tasks that scaling may start and those of a
// deployment beside them: 6 of a quarter processor, twice.
func TestFargateProcessors(t *testing.T) {
	_, d := sample(t, "Baseline")
	s, err := assembly.Parse([]byte(`{"Resources":{
		"S":{"Type":"AWS::ECS::Service","Properties":{"TaskDefinition":{"Ref":"D"},"DeploymentConfiguration":{"MaximumPercent":200}}},
		"T":{"Type":"AWS::ApplicationAutoScaling::ScalableTarget","Properties":{"MinCapacity":2,"MaxCapacity":6,"ResourceId":{"Fn::GetAtt":["S","Name"]}}},
		"D":{"Type":"AWS::ECS::TaskDefinition","Properties":{"Cpu":"256","Memory":"512"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	l, ok := byID(Of(cost.NewModel(s, "eu-west-1", facts.Default(), price.Options{}, d), d, facts.Default()))["fargate/vcpu"]
	if !ok || l.Demand != 3 || l.Value != 6 || l.Headroom != 2 || !l.AccountWide {
		t.Errorf("%+v", l)
	}
}
