package cost

import (
	"fmt"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
)

// TestServersByHand holds tasks, instances, disks, endpoints and load balancers to
// amounts worked out by hand from list prices of eu-west-1, for a load that two servers
// carry and for one that takes more: 7,200 requests a minute each.
func TestServersByHand(t *testing.T) {
	_, base := sample(t, "Baseline")
	const perMinute = 7200
	policy := func(kind, property string) string {
		return fmt.Sprintf(`"P":{"Type":%q,"Properties":{%q:{"TargetValue":%d,"PredefinedMetricSpecification":{"PredefinedMetricType":"ALBRequestCountPerTarget"}}}}`, kind, property, perMinute)
	}
	fargate := `{"Resources":{
		"S":{"Type":"AWS::ECS::Service","Properties":{"TaskDefinition":{"Ref":"D"}}},
		"T":{"Type":"AWS::ApplicationAutoScaling::ScalableTarget","Properties":{"MinCapacity":2,"MaxCapacity":6,"ResourceId":{"Fn::GetAtt":["S","Name"]}}},
		"D":{"Type":"AWS::ECS::TaskDefinition","Properties":{"Cpu":"256","Memory":"512","RuntimePlatform":{"CpuArchitecture":"ARM64"}}},` +
		policy("AWS::ApplicationAutoScaling::ScalingPolicy", "TargetTrackingScalingPolicyConfiguration") + `}}`
	ec2 := `{"Resources":{
		"S":{"Type":"AWS::AutoScaling::AutoScalingGroup","Properties":{"MinSize":"2","MaxSize":"3","LaunchTemplate":{"LaunchTemplateId":{"Ref":"L"}}}},
		"L":{"Type":"AWS::EC2::LaunchTemplate","Properties":{"LaunchTemplateData":{"InstanceType":"t4g.small","BlockDeviceMappings":[{"Ebs":{"VolumeSize":8}}]}}},` +
		policy("AWS::AutoScaling::ScalingPolicy", "TargetTrackingConfiguration") + `}}`
	const busy = 3 * perMinute * 60 * Hours // what three servers answer in a month
	task := 0.25*0.03238 + 0.5*0.00356
	for _, x := range []struct {
		template string
		requests float64
		usd      float64
	}{
		{fargate, 1e6, 2*730*task + 0.01*0.1},
		{fargate, busy, 3*730*task + 0.01*0.1},
		{ec2, 1e6, 2*730*0.0184 + 2*8*0.088},
		{ec2, busy, 3*730*0.0184 + 3*8*0.088},
	} {
		s, err := assembly.Parse([]byte(x.template))
		if err != nil {
			t.Fatal(err)
		}
		m := NewModel(s, "eu-west-1", facts.Default(), price.Options{}, base)
		if m.Coverage.Priced != 1 || len(m.Coverage.NotPriced) > 0 {
			t.Errorf("coverage %s", m.Coverage)
		}
		if got := m.USD(base.WithRequests(x.requests)); !near(got, x.usd, 1e-9) {
			t.Errorf("%g requests: $%g, want $%g", x.requests, got, x.usd)
		}
	}
}

// TestBehindAnotherDoor wants the load balancer at the end of a link to cost its hours
// and no answers to the internet, which the API before it is charged for.
func TestBehindAnotherDoor(t *testing.T) {
	_, base := sample(t, "Baseline")
	s, err := assembly.Parse([]byte(`{"Resources":{
		"Link":{"Type":"AWS::ElasticLoadBalancingV2::LoadBalancer","Metadata":{"fulcrum":{"role":"network"}},"Properties":{"Scheme":"internal","Subnets":["a","b"]}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	b := NewModel(s, "eu-west-1", facts.Default(), price.Options{}, base).Bill(base)
	if got := b.PartUSD(Network); !near(got, b.USD, 1e-9) || got < 730*0.0252 || b.PartUSD(Traffic) != 0 || b.DoorUSD != 0 {
		t.Errorf("$%g, of it network $%g, traffic $%g, door $%g", b.USD, got, b.PartUSD(Traffic), b.DoorUSD)
	}
}

// TestByTheClock wants a function that a schedule calls to cost the same whatever the
// requests.
func TestByTheClock(t *testing.T) {
	_, base := sample(t, "Baseline")
	s, err := assembly.Parse([]byte(`{"Resources":{
		"F":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"identity"}},"Properties":{"MemorySize":128,"Architectures":["arm64"]}},
		"R":{"Type":"AWS::Events::Rule","Properties":{"ScheduleExpression":"rate(5 minutes)","Targets":[{"Arn":{"Fn::GetAtt":["F","Arn"]}}]}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	m := NewModel(s, "eu-west-1", facts.Default(), price.Options{}, base)
	want := 730*12*0.2e-6 + 730*12*0.2*0.125*0.0000133334
	for _, requests := range []float64{1e4, 1e8} {
		if got := m.USD(base.WithRequests(requests)); !near(got, want, 1e-9) {
			t.Errorf("%g requests: $%g, want $%g", requests, got, want)
		}
	}
}

// TestSessionsInACache holds the least that is metered, and what comes on top: 0.1 GB
// for 730 hours at $0.084 and a unit for each command.
func TestSessionsInACache(t *testing.T) {
	_, base := sample(t, "Baseline")
	s, err := assembly.Parse([]byte(`{"Resources":{"C":{"Type":"AWS::ElastiCache::ServerlessCache","Metadata":{"fulcrum":{"role":"session"}},"Properties":{"Engine":"valkey"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	b := NewModel(s, "us-east-1", facts.Default(), price.Options{}, base).Bill(base)
	if want := 0.1*730*0.084 + base.Load.Writes*0.0023e-6; !near(b.USD, want, 1e-9) || !near(b.FixedUSD, 0.1*730*0.084, 1e-9) {
		t.Errorf("$%g, of it fixed $%g, want $%g", b.USD, b.FixedUSD, want)
	}
}
