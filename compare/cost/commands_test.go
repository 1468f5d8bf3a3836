package cost

import (
	"strings"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
)

// queueing is a stack whose commands wait in a queue, and the same without one.
const queueing = `{"Resources":{
		"Api":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"compute"}},"Properties":{"MemorySize":512,"Architectures":["arm64"]}},
		"Store":{"Type":"AWS::DynamoDB::GlobalTable","Metadata":{"fulcrum":{"role":"store","data-class":"bookings"}},"Properties":{"BillingMode":"PAY_PER_REQUEST"}},
		"Commands":{"Type":"AWS::SQS::Queue","Metadata":{"fulcrum":{"role":"queue","service":"writer","commands":["Reserve Seat","Create Dinner"]}},"Properties":{"FifoQueue":true,"FifoThroughputLimit":"perMessageGroupId"}},
		"Writer":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"writer","service":"writer"}},"Properties":{"MemorySize":512,"Architectures":["arm64"]}},
		"Mapping":{"Type":"AWS::Lambda::EventSourceMapping","Properties":{"EventSourceArn":{"Fn::GetAtt":["Commands","Arn"]},"FunctionName":{"Ref":"Writer"},"ScalingConfig":{"MaximumConcurrency":4}}}}}`

// TestQueuedCommandsByHand prices what a queue of commands adds: three requests for
// each, an outcome that is written twice and read twice, and one that is asked for.
func TestQueuedCommandsByHand(t *testing.T) {
	_, d := sample(t, "Baseline")
	bill := func(text string) Bill {
		m := NewModel(mustParse(t, text), "eu-west-1", facts.Default(), price.Options{}, d)
		if len(m.Coverage.NotPriced) > 0 {
			t.Fatal(m.Coverage)
		}
		return m.Bill(d)
	}
	commands := 0.0
	for _, o := range d.Load.Operations {
		if o.Name == "Reserve Seat" || o.Name == "Create Dinner" {
			commands += o.Calls
		}
	}
	if commands == 0 {
		t.Fatal("the sample design has no such commands")
	}
	with, without := bill(queueing), bill(strings.Replace(queueing, `"commands":["Reserve Seat","Create Dinner"]`, `"x":1`, 1))
	quantity := func(b Bill, id, service, dimension string) float64 {
		n, _ := b.Quantity(id, service, dimension)
		return n
	}
	polls := float64(pollers*Hours*3600/pollSeconds) - commands
	for _, x := range []struct {
		what      string
		got, want float64
	}{
		{"requests of the queue", quantity(with, "Commands", "sqs", "fifo-requests"), 3*commands + max(0, polls)},
		{"calls of the writer", quantity(with, "Writer", "lambda", "requests"), commands},
		{"calls of the API", quantity(with, "Api", "lambda", "requests"), d.Load.Requests + commands},
		{"writes", quantity(with, "Store", "dynamodb", "write-units") - quantity(without, "Store", "dynamodb", "write-units"), 2 * commands},
		{"reads", quantity(with, "Store", "dynamodb", "read-units") - quantity(without, "Store", "dynamodb", "read-units"), 2 * commands},
	} {
		if !near(x.got, x.want, 1e-9) {
			t.Errorf("%s: %v, want %v", x.what, x.got, x.want)
		}
	}
	if q := QueuedCommands(mustParse(t, queueing), d); q.Hottest(d) <= 0 || q.Hottest(d) >= 1 {
		t.Errorf("the most popular aggregate has the share %v", q.Hottest(d))
	}
}

func mustParse(t *testing.T, text string) *assembly.Stack {
	t.Helper()
	s, err := assembly.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
