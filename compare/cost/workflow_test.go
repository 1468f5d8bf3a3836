package cost

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
)

// orchestrated parses a stack whose reservations a state machine of the type makes.
func orchestrated(t *testing.T, kind string) *assembly.Stack {
	t.Helper()
	definition, err := os.ReadFile("../../lambdas/saga/reservation.asl.json")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(string(definition))
	if err != nil {
		t.Fatal(err)
	}
	s, err := assembly.Parse([]byte(`{"Resources":{
		"Api":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"compute"}},"Properties":{"MemorySize":512,"Architectures":["arm64"]}},
		"Steps":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"step"}},"Properties":{"MemorySize":512,"Architectures":["arm64"]}},
		"Log":{"Type":"AWS::Logs::LogGroup","Properties":{}},
		"Saga":{"Type":"AWS::StepFunctions::StateMachine","Metadata":{"fulcrum":{"role":"workflow","operation":"Reserve Seat"}},"Properties":{
			"StateMachineType":"` + kind + `","DefinitionString":` + string(text) + `,"DefinitionSubstitutions":{"Steps":{"Fn::GetAtt":["Steps","Arn"]}},
			"LoggingConfiguration":{"Destinations":[{"CloudWatchLogsLogGroup":{"LogGroupArn":{"Fn::GetAtt":["Log","Arn"]}}}]}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestWorkflowByHand prices the state machine of reservations as it is and as a
// Standard one: three steps and seven states on the way without a failure.
func TestWorkflowByHand(t *testing.T) {
	_, d := sample(t, "Baseline")
	runs := 0.0
	for _, o := range d.Load.Operations {
		if o.Name == "Reserve Seat" {
			runs = o.Calls
		}
	}
	if runs == 0 {
		t.Fatal("the sample design has no Reserve Seat")
	}
	ms := d.Design.Capacity.ServiceMs
	bill := func(kind string) Bill {
		m := NewModel(orchestrated(t, kind), "eu-west-1", facts.Default(), price.Options{}, d)
		if len(m.Coverage.NotPriced) > 0 {
			t.Fatal(m.Coverage)
		}
		return m.Bill(d)
	}
	express, standard := bill("EXPRESS"), bill("STANDARD")
	seconds := math.Ceil(3*ms/100) / 10
	for _, x := range []struct {
		what          string
		bill          Bill
		id, dimension string
		service       string
		want          float64
	}{
		{"runs", express, "Saga", "express-requests", "step-functions", runs},
		{"their time, in 64 MB", express, "Saga", "express-duration", "step-functions", runs * seconds / 16},
		{"states of a Standard one, and the start", standard, "Saga", "transitions", "step-functions", runs * 8},
		{"steps", express, "Steps", "requests", "lambda", runs * 3},
		{"the call waits", express, "Api", "duration-arm64", "lambda", (d.Load.Requests*ms + runs*3*ms) / 1000 * 0.5},
		{"history", express, "Log", "standard-ingest-gb", "logs", runs * (3*5 + 4*2 + 2) * 500 / GB},
	} {
		if got, _ := x.bill.Quantity(x.id, x.service, x.dimension); math.Abs(got-x.want) > 1e-6*x.want {
			t.Errorf("%s: %v, want %v", x.what, got, x.want)
		}
	}
}

// TestHoldingASeatReadsAndWritesMore wants a table to serve the steps that one
// transaction does without.
func TestHoldingASeatReadsAndWritesMore(t *testing.T) {
	_, d := sample(t, "Baseline")
	const table = `{"Resources":{"Store":{"Type":"AWS::DynamoDB::GlobalTable","Metadata":{"fulcrum":{"role":"store","data-class":"bookings"}},"Properties":{"Replicas":[{}]}}}}`
	plain, err := assembly.Parse([]byte(table))
	if err != nil {
		t.Fatal(err)
	}
	with := orchestrated(t, "EXPRESS")
	with.Resources = append(with.Resources, plain.Resources...)
	quantity := func(s *assembly.Stack, dimension string) float64 {
		got, _ := NewModel(s, "eu-west-1", facts.Default(), price.Options{}, d).Bill(d).Quantity("Store", "dynamodb", dimension)
		return got
	}
	for _, o := range d.Load.Operations {
		if o.Name != "Reserve Seat" {
			continue
		}
		reads, writes := o.Calls*2*math.Ceil(o.ItemBytes/4096), o.Calls*2*math.Ceil(o.ItemBytes/1024)
		if got := quantity(with, "read-units") - quantity(plain, "read-units"); math.Abs(got-reads) > 1e-6*reads {
			t.Errorf("%v more read units, want %v", got, reads)
		}
		if got := quantity(with, "write-units") - quantity(plain, "write-units"); math.Abs(got-writes) > 1e-6*writes {
			t.Errorf("%v more write units, want %v", got, writes)
		}
	}
}
