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

// reportOf sets the sample design's peak against the limits of a template.
func reportOf(t *testing.T, template string) (Report, cost.Demand) {
	t.Helper()
	d, err := design.Read("../testdata/design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := assembly.Parse([]byte(template))
	if err != nil {
		t.Fatal(err)
	}
	peak := cost.At(d, design.Peak)
	return Of(cost.NewModel(s, "eu-west-1", facts.Default(), price.Options{}, peak), peak, facts.Default()), peak
}

func found(r Report, id string) Limit {
	for _, l := range r.Limits {
		if l.ID == id {
			return l
		}
	}
	return Limit{}
}

// TestDemandsByHand works demands out from the load and wants the same of the checks.
func TestQueuesCachesAndEdges(t *testing.T) {
	_, d := reportOf(t, `{"Resources":{}}`)
	perSecond := func(monthly float64) float64 { return monthly / design.SecondsPerMonth * d.Load.PeakFactor }
	cache := func(limits string) string {
		return `{"Resources":{"C":{"Type":"AWS::ElastiCache::ServerlessCache","Properties":{"Engine":"valkey"` + limits + `}}}}`
	}
	ceilings := `,"CacheUsageLimits":{"ECPUPerSecond":{"Maximum":100},"DataStorage":{"Maximum":2}}`
	for name, x := range map[string]struct {
		template, id  string
		demand, value float64
	}{
		"work of a cache":       {cache(""), "elasticache-serverless/ecpu", perSecond(d.Load.Reads), 15e6},
		"work of a slot":        {cache(""), "elasticache-serverless/ecpu-per-slot", perSecond(d.Load.Reads), 30_000},
		"a ceiling of work":     {cache(ceilings), "setting/C", perSecond(d.Load.Reads), 100},
		"a ceiling of data":     {cache(ceilings), "setting/C/DataStorage", 0.1, 2},
		"queue in order":        {`{"Resources":{"Q":{"Type":"AWS::SQS::Queue","Properties":{"FifoQueue":true}}}}`, "sqs/fifo-transactions", perSecond(d.Load.Deliveries), 300},
		"by groups":             {`{"Resources":{"Q":{"Type":"AWS::SQS::Queue","Properties":{"FifoQueue":true,"FifoThroughputLimit":"perMessageGroupId"}}}}`, "sqs/fifo-high-throughput", perSecond(d.Load.Deliveries), 70_000},
		"any order":             {`{"Resources":{"Q":{"Type":"AWS::SQS::Queue"}}}`, "sqs/fifo-transactions", 0, 0},
		"a month signed in":     {`{"Resources":{"U":{"Type":"AWS::Cognito::UserPool"}}}`, "cognito/user-authentication", perSecond(d.Load.Users), 120},
		"in each session":       {`{"Resources":{"U":{"Type":"AWS::Cognito::UserPool"},"W":{"Type":"AWS::Cognito::UserPoolClient","Properties":{"RefreshTokenValidity":720,"TokenValidityUnits":{"RefreshToken":"minutes"}}}}}`, "cognito/user-authentication", perSecond(d.Load.Connections), 120},
		"an edge before a door": {`{"Resources":{"E":{"Type":"AWS::CloudFront::Distribution","Metadata":{"fulcrum":{"role":"perimeter"}}}}}`, "cloudfront/requests", d.Load.PeakRPS, 250_000},
	} {
		r, _ := reportOf(t, x.template)
		l := found(r, x.id)
		if math.Abs(l.Demand-x.demand) > 1e-9*math.Max(1, x.demand) || l.Value != x.value {
			t.Errorf("%s: %v of %v, want %v of %v", name, l.Demand, l.Value, x.demand, x.value)
		}
		if x.value > 0 && len(l.Evidence) == 0 {
			t.Errorf("%s: no evidence", name)
		}
	}
}
