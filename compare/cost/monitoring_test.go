package cost

import (
	"math"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
)

// TestWhatWatchesCosts holds metrics, traces, logs of files and traffic between zones
// to amounts worked out by hand: what AWS bills beside the resources that serve.
func TestWhatWatchesCosts(t *testing.T) {
	_, d := sample(t, "Baseline")
	names := 0
	for _, o := range d.Load.Operations {
		if o.Calls > 0 {
			names++
		}
	}
	for _, e := range d.Load.Events {
		if e.Count > 0 {
			names++
		}
	}
	const (
		program = `"F":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"compute"}},"Properties":{"LoggingConfig":{"LogGroup":{"Ref":"L"}}}},`
		handler = `"C":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"consumer"}},"Properties":{"TracingConfig":{"Mode":"Active"}}},`
		group   = `"L":{"Type":"AWS::Logs::LogGroup"}`
		ours    = `"Metadata":{"fulcrum":{"system":"Dinner"}},`
		service = `"S":{"Type":"AWS::ECS::Service","Properties":{"Cluster":{"Ref":"K"},"DesiredCount":3,"TaskDefinition":{"Ref":"D"}}},"D":{"Type":"AWS::ECS::TaskDefinition","Properties":{"Cpu":"256","Memory":"512"}},`
	)
	insights := func(value string) string {
		return `{"Resources":{` + service + `"K":{"Type":"AWS::ECS::Cluster","Properties":{"ClusterSettings":[{"Name":"containerInsights","Value":"` + value + `"}]}},
			"L":{"Type":"AWS::Logs::LogGroup","Properties":{"LogGroupName":{"Fn::Join":["",["/aws/ecs/containerinsights/",{"Ref":"AWS::StackName"},"/performance"]]}}}}}`
	}
	files := func(role string) string {
		return `{"Resources":{"B":{"Type":"AWS::S3::Bucket","Metadata":{"fulcrum":` + role + `}},
			"Source":{"Type":"AWS::Logs::DeliverySource","Properties":{"ResourceArn":{"Fn::GetAtt":["B","Arn"]}}},
			"To":{"Type":"AWS::Logs::DeliveryDestination","Properties":{"DestinationResourceArn":{"Fn::GetAtt":["L","Arn"]}}},
			"By":{"Type":"AWS::Logs::Delivery","Properties":{"DeliverySourceName":{"Ref":"Source"},"DeliveryDestinationArn":{"Fn::GetAtt":["To","Arn"]}}},` + group + `}}`
	}
	nodes := func(subnets string) string {
		return `{"Resources":{"F":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"compute"}},"Properties":{"Environment":{"Variables":{"CACHE_SECONDS":"60"}}}},
			"G":{"Type":"AWS::ElastiCache::SubnetGroup","Properties":{"SubnetIds":[` + subnets + `]}},
			"N":{"Type":"AWS::ElastiCache::CacheCluster","Properties":{"CacheSubnetGroupName":{"Ref":"G"},"NumCacheNodes":3,"CacheNodeType":"cache.t4g.micro","Engine":"memcached"}}}}`
	}
	public := 0.0
	for _, o := range d.Load.Operations {
		if o.Shared() {
			public += o.Calls * d.Design.Capacity.Payloads[o.Name].ResponseBytes
		}
	}
	for name, x := range map[string]struct {
		template, id, service, dimension string
		quantity                         float64
	}{
		"own metrics":             {`{` + ours + `"Resources":{` + program + handler + group + `}}`, "L", "alarms", "metrics", 4 * float64(names)},
		"metrics of another app":  {`{"Resources":{` + program + handler + group + `}}`, "L", "alarms", "metrics", 0},
		"traces of a consumer":    {`{"Resources":{` + handler + group + `}}`, "C", "x-ray", "traces-recorded", sampled(d.Load.Deliveries)},
		"insights, cluster":       {insights("enabled"), "K", "alarms", "metrics", 10 + 21},
		"insights, records":       {insights("enabled"), "L", "logs", "standard-ingest-gb", (1 + 1 + 2*3) * 700 * 43800 / float64(GB)},
		"no insights":             {insights("disabled"), "K", "alarms", "metrics", 0},
		"files loaded by a URL":   {files(`{"role":"site","presigned":true}`), "L", "logs", "standard-ingest-gb", d.Load.Connections * filesOfSession * 500 / GB},
		"files behind an edge":    {files(`{"role":"site"}`), "L", "logs", "standard-ingest-gb", 0},
		"objects sent and loaded": {files(`{"role":"objects"}`), "L", "logs", "standard-ingest-gb", (d.uploads() + d.downloads()) * 500 / GB},
		// Charged once on the way, though the price of traffic between zones counts both sides.
		"answers from two zones": {nodes(`"a","b"`), "N", "transfer", "inter-az-gb", public / GB / 2},
		"answers from one zone":  {nodes(`"a"`), "N", "transfer", "inter-az-gb", 0},
		"detailed monitoring": {`{"Resources":{"S":{"Type":"AWS::AutoScaling::AutoScalingGroup","Properties":{"MinSize":"2","LaunchTemplate":{"LaunchTemplateId":{"Ref":"T"}}}},
			"T":{"Type":"AWS::EC2::LaunchTemplate","Properties":{"LaunchTemplateData":{"InstanceType":"t4g.small","Monitoring":{"Enabled":true}}}}}}`, "S", "alarms", "metrics", 14},
	} {
		s, err := assembly.Parse([]byte(x.template))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		m := NewModel(s, "eu-west-1", facts.Default(), price.Options{}, d)
		if len(m.Coverage.NotPriced) > 0 {
			t.Errorf("%s: %s", name, m.Coverage)
		}
		got, _ := m.Bill(d).Quantity(x.id, x.service, x.dimension)
		if math.Abs(got-x.quantity) > 1e-9*math.Max(1, x.quantity) {
			t.Errorf("%s: %v %s, want %v", name, got, x.dimension, x.quantity)
		}
	}
}

// TestADoorThatTracesBeginsTheTrace wants no second trace of an authorizer behind it.
func TestADoorThatTracesBeginsTheTrace(t *testing.T) {
	_, d := sample(t, "Baseline")
	for _, stage := range []string{"true", "false"} {
		s, err := assembly.Parse([]byte(`{"Resources":{"S":{"Type":"AWS::ApiGateway::Stage","Properties":{"TracingEnabled":` + stage + `}},
			"Z":{"Type":"AWS::ApiGateway::Authorizer","Properties":{"AuthorizerUri":{"Fn::GetAtt":["A","Arn"]}}},
			"A":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"identity"}},"Properties":{"TracingConfig":{"Mode":"Active"}}}}}`))
		if err != nil {
			t.Fatal(err)
		}
		b := NewModel(s, "eu-west-1", facts.Default(), price.Options{}, d).Bill(d)
		calls, _ := b.Quantity("A", "lambda", "requests")
		want := sampled(calls)
		if stage == "true" {
			want = 0
		}
		if got, _ := b.Quantity("A", "x-ray", "traces-recorded"); calls == 0 || !near(got, want, 1e-9) {
			t.Errorf("stage tracing %s: %v traces of %v calls, want %v", stage, got, calls, want)
		}
	}
}
