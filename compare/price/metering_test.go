package price_test

import (
	"strings"
	"testing"

	"fulcrum/compare/facts"
	"fulcrum/compare/price"
)

// A byte is 1/1024 of a KB, exactly representable: 512 KB + 1 byte is 512.0009765625.
func TestMetering(t *testing.T) {
	const million = "requests=1e6 "
	for _, x := range []struct {
		in        string
		dimension string
		quantity  float64
	}{
		{"http-api " + million + "request-kb=0", "requests", 1e6},
		{"http-api " + million + "request-kb=0.001", "requests", 1e6},
		{"http-api " + million + "request-kb=512", "requests", 1e6},
		{"http-api " + million + "request-kb=512.0009765625", "requests", 2e6},
		{"http-api " + million + "request-kb=1024", "requests", 2e6},
		{"http-api " + million + "request-kb=10240", "requests", 20e6},
		{"http-api requests=0 request-kb=9999", "requests", 0},
		{"rest-api requests=0.5", "requests", 0.5},
		{"websocket-api messages=7 message-kb=32", "messages", 7},
		{"websocket-api messages=7 message-kb=32.0009765625", "messages", 14},
		{"websocket-api messages=7 message-kb=128", "messages", 28},

		// LCU: the largest dimension wins, and bytes of both kinds of target are one.
		{"alb hours=1 new-connections-per-second=25", "lcu-hours", 1},
		{"alb hours=1 active-connections-per-minute=3000", "lcu-hours", 1},
		{"alb hours=1 gb-per-hour=1", "lcu-hours", 1},
		{"alb hours=1 lambda-gb-per-hour=0.4", "lcu-hours", 1},
		{"alb hours=1 rule-evaluations-per-second=1000", "lcu-hours", 1},
		{"alb hours=1 gb-per-hour=1 lambda-gb-per-hour=0.4", "lcu-hours", 2},
		{"alb hours=1 gb-per-hour=3 new-connections-per-second=50 rule-evaluations-per-second=1000", "lcu-hours", 3},
		{"alb hours=0.5 gb-per-hour=2", "lcu-hours", 1},
		{"alb hours=0.5", "load-balancer-hours", 0.5},
		{"alb hours=0 gb-per-hour=2", "lcu-hours", 0},
		{"alb public-ipv4=2", "public-ipv4-hours", 1460},
		{"nlb hours=1 new-connections-per-second=800", "nlcu-hours", 1},
		{"nlb hours=1 protocol=udp new-connections-per-second=800", "nlcu-hours", 2},
		{"nlb hours=1 protocol=tls active-connections-per-minute=3000", "nlcu-hours", 1},

		{"lambda requests=1000 duration-ms=1 memory-mb=128", "duration-arm64", 0.125},
		{"lambda requests=1000 duration-ms=0 memory-mb=128", "duration-arm64", 0},
		{"lambda requests=1000 duration-ms=1000 memory-mb=1024 arch=X86_64", "duration-x86_64", 1000},
		{"lambda requests=1000 duration-ms=1000 memory-mb=128 ephemeral-gb=10", "ephemeral-storage", 9500},
		{"fargate tasks=1.5 vcpu=0.25 memory-gb=0.5 hours=0.5", "vcpu-hours-arm64", 0.1875},
		{"fargate tasks=2 vcpu=1 memory-gb=2 hours=10 ephemeral-gb=21", "ephemeral-gb-hours", 20},

		{"dynamodb reads=100", "read-units", 50},
		{"dynamodb reads=100 item-kb=4", "read-units", 50},
		{"dynamodb reads=100 item-kb=4.0009765625", "read-units", 100},
		{"dynamodb reads=100 item-kb=8 consistency=strong", "read-units", 200},
		{"dynamodb reads=100 item-kb=8 transactional=true", "read-units", 400},
		{"dynamodb reads=100 item-kb=8 transactional=yes consistency=strong", "read-units", 400},
		{"dynamodb writes=100 item-kb=0.1", "write-units", 100},
		{"dynamodb writes=100 item-kb=1", "write-units", 100},
		{"dynamodb writes=100 item-kb=1.0009765625", "write-units", 200},
		{"dynamodb writes=100 item-kb=3 transactional=true", "write-units", 600},
		{"dynamodb writes=100 item-kb=2 replicas=1", "write-units", 200},
		{"dynamodb writes=100 item-kb=2 replicas=3", "replicated-write-units", 600},
		{"dynamodb storage-gb=5 replicas=3", "storage-gb", 15},
		{"dynamodb mode=provisioned rcu=5 hours=0.5", "rcu-hours", 2.5},
		{"dynamodb mode=provisioned wcu=5 hours=2 replicas=2", "replicated-wcu-hours", 20},
		{"dynamodb writes=100 class=STANDARD_IA mode=PAY_PER_REQUEST", "ia-write-units", 100},

		{"eventbridge events=10 event-kb=64", "events", 10},
		{"eventbridge events=10 event-kb=64.0009765625", "events", 20},
		{"eventbridge events=10 event-kb=1024", "events", 160},
		{"eventbridge events=0 event-kb=65 replay-events=10", "replayed-events", 20},
		{"eventbridge events=0 event-kb=9 discovered-events=10", "discovered-events", 20},
		{"pipes requests=10 request-kb=64.0009765625", "requests", 20},
		{"sqs requests=10 message-kb=64", "standard-requests", 10},
		{"sqs requests=10 message-kb=64.0009765625", "standard-requests", 20},
		{"sqs requests=10 message-kb=1024 type=fifo", "fifo-requests", 160},
		{"sqs requests=10 message-kb=65 type=fair", "fair-queue-requests", 20},
		{"sns publishes=10 message-kb=256", "publishes", 40},
		{"sns type=fifo publishes=1048576 message-kb=2", "fifo-publish-gb", 2},
		{"kinesis mode=provisioned records=10 record-kb=25", "put-units", 10},
		{"kinesis mode=provisioned records=10 record-kb=25.0009765625", "put-units", 20},
		{"kinesis mode=provisioned records=10 record-kb=45", "put-units", 20},
		{"kinesis records=1048576 record-kb=4.5", "on-demand-in-gb", 5},
		{"step-functions type=express requests=10 duration-ms=100 memory-mb=64", "express-duration", 0.0625},
		{"step-functions type=express requests=10 duration-ms=101 memory-mb=65", "express-duration", 0.25},

		{"s3 class=standard-ia storage-gb=1 objects=1048576", "standard-ia-storage-gb", 128},
		{"s3 class=standard-ia storage-gb=200 objects=1048576", "standard-ia-storage-gb", 200},
		{"waf acls=1 requests=100 wcu=1500", "requests", 100},
		{"waf acls=1 requests=100 wcu=1501", "requests-per-500-wcu", 100},
		{"waf acls=1 requests=100 wcu=2001", "requests-per-500-wcu", 200},
		{"waf acls=1 requests=100 body-kb=48", "requests-per-16-kb-body", 200},
		{"kms keys=3 rotations=2", "keys", 9},
		{"transfer inter-az-gb=10", "inter-az-gb", 20},
		{"transfer inter-region-gb=10 to=us-east-2", "inter-region-gb-to-us-east-2", 10},
		{"valkey-serverless gb-hours=10 hours=730", "gb-hours", 73},
		{"endpoint endpoints=2 azs=3 hours=10", "interface-hours", 60},
	} {
		found := false
		for _, l := range compute(t, "us-east-1", x.in, "", false).Lines {
			if l.Dimension == x.dimension {
				found = true
				if l.Quantity != x.quantity {
					t.Errorf("%s: %s %v, want %v", x.in, l.Dimension, l.Quantity, x.quantity)
				}
			}
		}
		if !found {
			t.Errorf("%s: no line %s", x.in, x.dimension)
		}
	}
}

func TestTierBoundaries(t *testing.T) {
	const tiers = "requests=0.000002@1000,0.000001@2000,0.0000005"
	for _, x := range []struct {
		requests   string
		quantities []float64
	}{
		{"0", []float64{0}},
		{"0.25", []float64{0.25}},
		{"999", []float64{999}},
		{"1000", []float64{1000}},
		{"1001", []float64{1000, 1}},
		{"1999", []float64{1000, 999}},
		{"2000", []float64{1000, 1000}},
		{"2001", []float64{1000, 1000, 1}},
		{"1e18", []float64{1000, 1000, 1e18 - 2000}},
	} {
		bill := compute(t, "us-east-1", "rest-api requests="+x.requests, tiers, false)
		var got []float64
		for _, l := range bill.Lines {
			got = append(got, l.Quantity)
		}
		if len(got) != len(x.quantities) {
			t.Errorf("requests=%s: %v, want %v", x.requests, got, x.quantities)
			continue
		}
		for i := range got {
			if got[i] != x.quantities[i] {
				t.Errorf("requests=%s: %v, want %v", x.requests, got, x.quantities)
			}
		}
	}
}

// Free allowances count within the tiers, as AWS's tables print them.
func TestFreeTier(t *testing.T) {
	for _, x := range []struct {
		in   string
		free bool
		want string // quantity@price of each line
	}{
		{"transfer out-gb=99", false, "99@0.09"},
		{"transfer out-gb=99", true, "99@0"},
		{"transfer out-gb=100", true, "100@0"},
		{"transfer out-gb=101", true, "100@0 1@0.09"},
		{"transfer out-gb=10241", true, "100@0 10140@0.09 1@0.085"},
		{"transfer out-gb=10241", false, "10240@0.09 1@0.085"},
		{"lambda requests=2e6 duration-ms=0 memory-mb=128", true, "1000000@0 1000000@0.0000002 0@0"},
		{"rest-api requests=5", true, "5@0.0000035"}, // free for new accounts only
	} {
		var got []string
		for _, l := range compute(t, "us-east-1", x.in, "", x.free).Lines {
			got = append(got, facts.FormatNumber(l.Quantity)+"@"+facts.FormatNumber(l.USDPerUnit))
		}
		if strings.Join(got, " ") != x.want {
			t.Errorf("%s, free %v: %s, want %s", x.in, x.free, strings.Join(got, " "), x.want)
		}
	}
}

// A tier that ends where the allowance does has nothing left to charge.
func TestFreeTierThatEndsWithATier(t *testing.T) {
	bill := compute(t, "us-east-1", "transfer out-gb=150", "internet-out-gb=0.09@100,0.08", true)
	if len(bill.Lines) != 2 || bill.Lines[1].Quantity != 50 || bill.TotalUSD != 4 {
		t.Errorf("%+v", bill.Lines)
	}
}

func TestViewersAreWhereTheyAre(t *testing.T) {
	eu := compute(t, "us-east-1", "cloudfront gb=0 requests=1e6 region=eu", "", false)
	near := compute(t, "eu-west-1", "cloudfront gb=0 requests=1e6", "", false)
	na := compute(t, "eu-west-1", "cloudfront gb=0 requests=1e6 region=us-east-1", "", false)
	if eu.TotalUSD != near.TotalUSD || eu.TotalUSD <= na.TotalUSD {
		t.Errorf("eu %v, near eu-west-1 %v, na %v", eu.TotalUSD, near.TotalUSD, na.TotalUSD)
	}
}

func TestBadInput(t *testing.T) {
	for _, x := range []struct {
		in   string
		want []string // a part of each line of the error
	}{
		{"lambd requests=1", []string{`unknown service "lambd" (did you mean lambda?)`}},
		{"lambda", []string{"requests is required", "duration-ms is required", "memory-mb is required"}},
		{"lambda requests=-1 duration-ms=NaN memory-mb=1GB arch=mips", []string{
			`requests: "-1" is negative`, `duration-ms: "NaN" is not a finite number`,
			`memory-mb: "1GB" has an unknown unit "GB"`, `unknown arch "mips"; known: arm64, x86_64`,
		}},
		{"rest-api requests=Inf", []string{`"Inf" is not a finite number`}},
		{"rest-api requests=-inf", []string{"is not a finite number"}},
		{"rest-api requests=1e309", []string{`"1e309" is too large`}},
		{"rest-api requests=1e19", []string{"requests=1e+19 exceeds 1e+18 requests"}},
		{"rest-api requests=", []string{"requests: is empty"}},
		{"rest-api requests=0x10", []string{`"0x10"`}},
		{"rest-api requests=1,5", []string{`"1,5" is not a number`}},
		{"rest-api requests=1_000", []string{`"1_000" is not a number`}},
		{"rest-api requests=1 requests=2", []string{"requests is given twice"}},
		{"rest-api request=1", []string{`unknown input of rest-api "request" (did you mean requests?)`, "requests is required"}},
		{"rest-api 12", []string{`"12" is not an input`, "requests is required"}},
		{"rest-api requests=1 cache-gb=2", []string{`unknown cache-gb "2"; known: 0, 0.5, 1.6`}},
		{"rest-api requests=1 cache-gb=", []string{"cache-gb is empty"}},
		{"lambda requests=1 duration-ms=900001 memory-mb=127", []string{"exceeds 900000 ms", "memory-mb=127 is below 128 MB"}},
		{"dynamodb reads=1 rcu=1", []string{"need mode=provisioned"}},
		{"dynamodb mode=provisioned reads=1 class=standard-ia", []string{"need mode=on-demand", "no price with mode=provisioned"}},
		{"ec2 instances=1 type=m9x.huge", []string{"no price for ec2 m9x.huge-hours in us-east-1; add it to a price book and pass --prices FILE"}},
	} {
		fields := strings.Fields(x.in)
		in, parseErr := price.Parse(fields[0], fields[1:])
		_, err := price.Compute(facts.Default(), "us-east-1", fields[0], in, price.Options{})
		got := ""
		for _, e := range []error{parseErr, err} {
			if e != nil {
				got += e.Error() + "\n"
			}
		}
		for _, w := range x.want {
			if !strings.Contains(got, w) {
				t.Errorf("%s:\n%s\nlacks %s", x.in, got, w)
			}
		}
	}
}

// What is there without a request is fixed, the rest is not.
func TestFixedPart(t *testing.T) {
	for _, x := range []struct {
		in    string
		fixed float64
	}{
		{"rest-api requests=1e6", 0},
		{"rest-api requests=1e6 cache-gb=0.5 cache-hours=100", 2},
		{"alb hours=100 gb-per-hour=5", 2.25},
		{"waf acls=1 rules=2 requests=1e6", 7},
		{"dynamodb writes=1e6 storage-gb=4", 1},
	} {
		if got := compute(t, "us-east-1", x.in, "", false).FixedUSD(); got != x.fixed {
			t.Errorf("%s: %v fixed, want %v", x.in, got, x.fixed)
		}
	}
}
