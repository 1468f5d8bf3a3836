package cost

import (
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
)

// TestWhatTheDoorHandsOn prices a stack whose REST API puts signals on a stream,
// against amounts worked out by hand: the sample design's See Dinner is called
// 4,000,000 times at base.
func TestWhatTheDoorHandsOn(t *testing.T) {
	_, d := sample(t, "Baseline")
	s, err := assembly.Parse([]byte(`{"Resources":{
		"Door":{"Type":"AWS::ApiGateway::RestApi","Metadata":{"fulcrum":{"role":"front-door"}}},
		"Interest":{"Type":"AWS::Kinesis::Stream","Metadata":{"fulcrum":{"role":"stream","service":"interest"}},"Properties":{"ShardCount":2}},
		"Counts":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"consumer","service":"interest"}},"Properties":{"Architectures":["arm64"],"MemorySize":512}},
		"Photos":{"Type":"AWS::S3::Bucket","Metadata":{"fulcrum":{"role":"objects"}}},
		"Put":{"Type":"AWS::ApiGateway::Method","Properties":{"RestApiId":{"Ref":"Door"},"Integration":{"Type":"AWS","Uri":"arn:aws:apigateway:eu-west-1:kinesis:action/PutRecord"}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	m := NewModel(s, "eu-west-1", facts.Default(), price.Options{}, d)
	if len(m.Coverage.NotPriced) > 0 {
		t.Errorf("%s", m.Coverage)
	}
	b := m.Bill(d)
	const signals = 4_000_000
	for _, x := range []struct {
		id, service, dimension string
		want                   float64
	}{
		{"Door", "rest-api", "requests", d.Load.Requests + signals},
		{"Interest", "kinesis", "shard-hours", 2 * 730},
		{"Interest", "kinesis", "put-units", signals},
		{"Counts", "lambda", "requests", signals},
		{"Photos", "s3", "standard-puts", d.Load.Users / 12},
		{"Photos", "s3", "standard-gets", d.Load.Connections},
	} {
		if got, ok := b.Quantity(x.id, x.service, x.dimension); !ok || !near(got, x.want, 1e-9) {
			t.Errorf("%s %s %s: %g, want %g", x.id, x.service, x.dimension, got, x.want)
		}
	}
}
