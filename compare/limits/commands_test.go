package limits

import (
	"math"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/cost"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
)

// TestAQueueOfCommandsHasLimits wants the quotas of a FIFO queue, of the queue and of
// one group, and what order itself sets, measured against the commands.
func TestAQueueOfCommandsHasLimits(t *testing.T) {
	_, d := sample(t, "Baseline")
	s, err := assembly.Parse([]byte(`{"Resources":{
		"Api":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"compute"}}},
		"Commands":{"Type":"AWS::SQS::Queue","Metadata":{"fulcrum":{"role":"queue","service":"writer","commands":["Reserve Seat"]}},"Properties":{"FifoQueue":true,"FifoThroughputLimit":"perMessageGroupId"}},
		"Writer":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"writer","service":"writer"}},"Properties":{"MemorySize":512,"Architectures":["arm64"]}},
		"Mapping":{"Type":"AWS::Lambda::EventSourceMapping","Properties":{"EventSourceArn":{"Fn::GetAtt":["Commands","Arn"]},"FunctionName":{"Ref":"Writer"},"ScalingConfig":{"MaximumConcurrency":4}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	rate := 0.0
	for _, o := range d.Load.Operations {
		if o.Name == "Reserve Seat" {
			rate = o.PeakRPS
		}
	}
	r := byID(Of(cost.NewModel(s, "eu-west-1", facts.Default(), price.Options{}, d), d, facts.Default()))
	share := cost.QueuedCommands(s, d).Hottest(d)
	for id, want := range map[string]Limit{
		"sqs/fifo-high-throughput": {Value: 70_000, Demand: rate, Adjustable: "yes"},
		"sqs/fifo-group":           {Value: 300, Demand: rate * share, Adjustable: "no"},
		"setting/Commands":         {Value: 10 / 0.068, Demand: rate * share, Adjustable: "no"},
		"setting/Mapping":          {Value: 4, Demand: rate * 0.040, Adjustable: "configurable"},
	} {
		if l := r[id]; math.Abs(l.Value-want.Value) > 1e-9 || math.Abs(l.Demand-want.Demand) > 1e-9 || l.Adjustable != want.Adjustable || len(l.Evidence) == 0 {
			t.Errorf("%s: %+v, want %+v", id, l, want)
		}
	}
	calls := d.Load.PeakRPS * 0.040
	if got := r["lambda/concurrent-executions"].Demand - calls; math.Abs(got-rate*0.040) > 1e-9 {
		t.Errorf("the writer adds %v executions, want %v", got, rate*0.040)
	}
}
