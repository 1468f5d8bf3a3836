package cost

import (
	"fmt"
	"math"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/compare/latency"
	"fulcrum/compare/price"
	"fulcrum/design"
)

const cached = `{"Resources": {
	"Door": {"Type": "AWS::ApiGatewayV2::Api", "Metadata": {"fulcrum": {"role": "front-door"}}},
	"Api": {"Type": "AWS::Lambda::Function", "Metadata": {"fulcrum": {"role": "compute"}}, "Properties": {"Environment": {"Variables": %s}}},
	"Store": {"Type": "AWS::DynamoDB::GlobalTable", "Metadata": {"fulcrum": {"role": "store", "data-class": "bookings"}}, "Properties": {"Replicas": [{}]}},
	"Site": {"Type": "AWS::CloudFront::Distribution"},
	"Cache": {"Type": "AWS::ElastiCache::ServerlessCache", "Metadata": {"fulcrum": {"role": "cache"}}, "Properties": {"Engine": "valkey"}},
	"Nodes": {"Type": "AWS::ElastiCache::CacheCluster", "Metadata": {"fulcrum": {"role": "cache"}}, "Properties": {"Engine": "memcached", "CacheNodeType": "cache.t4g.micro", "NumCacheNodes": 3}}}}`

// TestReadsOnTheirWay holds what comes to each place against arithmetic: the edge
// takes what it keeps off the door, the cache what it keeps off the store.
func TestReadsOnTheirWay(t *testing.T) {
	d, err := design.Read("../../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	demand := At(d, design.Base)
	bill := func(variables string) Bill {
		s, err := assembly.Parse([]byte(fmt.Sprintf(cached, variables)))
		if err != nil {
			t.Fatal(err)
		}
		m := NewModel(s, "eu-west-1", facts.Default(), price.Options{}, demand)
		if len(m.Coverage.NotPriced) > 0 {
			t.Fatal(m.Coverage)
		}
		return m.Bill(demand)
	}
	quantity := func(b Bill, id, service, dimension string) float64 {
		q, _ := b.Quantity(id, service, dimension)
		return q
	}
	plain := bill(`{}`)
	aside := bill(`{"CACHE_SECONDS": "30"}`)
	both := bill(`{"CACHE_SECONDS": "30", "EDGE_SECONDS": "10"}`)

	// See Dinner: 4 M calls a month over some 19,700 dinners that are read for 30 days.
	calls, seconds := 4e6, 730.0*3600
	const n = 19_726 // 20,000 × 30 ÷ (730 ÷ 24)
	share := latency.TTLMisses(calls/seconds, n, latency.ZipfExponent(n, d.Capacity.HotShare, 0.8), 30) * seconds / calls
	if share < 0.3 || share > 0.99 {
		t.Errorf("%.2f of the reads of one dinner miss", share)
	}
	saved := quantity(plain, "Store", "dynamodb", "read-units") - quantity(aside, "Store", "dynamodb", "read-units")
	if want := calls * (1 - share) / 2; math.Abs(saved-want) > want/100 { // half a unit for each eventual read
		t.Errorf("the cache takes %.0f read units off the store, want %.0f", saved, want)
	}
	if quantity(plain, "Door", "http-api", "requests") != quantity(aside, "Door", "http-api", "requests") {
		t.Error("a cache behind the door takes calls off it")
	}
	door, kept := quantity(both, "Door", "http-api", "requests"), quantity(plain, "Door", "http-api", "requests")
	if door >= kept || door < 200_000*16 { // what is not public always comes
		t.Errorf("%.0f of %.0f calls come to the door behind the edge", door, kept)
	}
	if got := quantity(both, "Site", "cloudfront", "https-requests") - quantity(plain, "Site", "cloudfront", "https-requests"); got != 0 && math.Abs(got-200_000*44) > 1 {
		t.Errorf("the edge is asked %.0f times, want each call of a public query", got)
	}
	if quantity(aside, "Cache", "valkey-serverless", "ecpu") < calls {
		t.Error("a call of the cache costs an ECPU at least")
	}
	if got := quantity(plain, "Nodes", "elasticache-node", "cache.t4g.micro-memcached-hours"); got != 3*730 {
		t.Errorf("three nodes cost %.0f hours", got)
	}
}
