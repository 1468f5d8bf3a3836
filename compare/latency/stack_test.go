package latency

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/design"
)

func sample(t *testing.T) (*assembly.Assembly, Demand, *Assumptions) {
	t.Helper()
	all, err := assembly.Read("../testdata/cdk.out")
	if err != nil {
		t.Fatal(err)
	}
	d, err := design.Read("../../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	demand, err := DemandOf(d, design.Base)
	if err != nil {
		t.Fatal(err)
	}
	a, err := DefaultAssumptions()
	if err != nil {
		t.Fatal(err)
	}
	return all, demand, a
}

// TestFromStack checks that the models differ where the templates do, and only
// there.
func TestFromStack(t *testing.T) {
	t.Parallel()
	all, demand, a := sample(t)
	models := map[string]Model{}
	for _, s := range all.Stacks {
		m, err := FromStack(s, demand, a)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Validate(); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
		models[s.Name] = m
	}
	base, rest, alb := models["Baseline"], models["FrontDoor-RestApi"], models["FrontDoor-Alb"]
	if base.Door.Rate == 0 || base.Door.Timeout > 30 {
		t.Errorf("the HTTP API's door is %+v", base.Door)
	}
	if rest.Door.Rate == 0 || rest.Door.Timeout > 29 {
		t.Errorf("the REST API's door is %+v", rest.Door)
	}
	if alb.Door.Rate != 0 || alb.Door.Timeout < 1 {
		t.Errorf("the load balancer's door is %+v, it has no throttle", alb.Door)
	}
	if base.Lambda == nil || base.Pool != nil || base.Events == nil || base.Events.Batch != 10 || base.Events.Consumers != 5 {
		t.Errorf("Baseline's compute and events are %+v, %+v", base.Lambda, base.Events)
	}
	for name, m := range models {
		if m.Work.Service.Mean() != base.Work.Service.Mean() || m.Arrivals.Rate() != base.Arrivals.Rate() || m.Lambda.Concurrency != base.Lambda.Concurrency {
			t.Errorf("%s differs from Baseline besides its door", name)
		}
	}
	// The design's mean time of a call is that of the model, front door aside.
	mean := base.Work.Service.Mean() + base.Work.Writes*base.Work.Write.Mean() + (1-base.Work.Writes)*base.Work.Read.Mean()
	invoke := a.dist("lambda.invoke").Mean()
	if math.Abs(mean-invoke-demand.Service) > 1e-9 {
		t.Errorf("a call takes %v s without its invocation, the design says %v", mean-invoke, demand.Service)
	}
}

func TestFromStackSimulates(t *testing.T) {
	t.Parallel()
	all, demand, a := sample(t)
	for _, s := range all.Stacks {
		m, err := FromStack(s, demand, a)
		if err != nil {
			t.Fatal(err)
		}
		r := mustSimulate(t, m, Options{Requests: 20_000, Runs: 2, Seed: 1})
		if r.P50.Value < 0.01 || r.P50.Value > r.P99.Value || r.ColdStart.Value <= 0 || r.DeliveryP50.Value < 0.1 || r.StaleReads.Value >= 0.05 {
			t.Errorf("%s: implausible %s", s.Name, r.Text(Allowance{}))
		}
	}
}

const apis = `{"Resources":{
 "Door":{"Type":"AWS::ApiGateway::RestApi","Metadata":{"fulcrum":{"role":"front-door"}}},
 "Method":{"Type":"AWS::ApiGateway::Method","Properties":{"RestApiId":{"Ref":"Door"},"Integration":{"TimeoutInMillis":12000}}},
 "Other":{"Type":"AWS::ApiGateway::Method","Properties":{"RestApiId":{"Ref":"Door"},"Integration":{"TimeoutInMillis":9000}}},
 "Stage":{"Type":"AWS::ApiGateway::Stage","Properties":{"RestApiId":{"Ref":"Door"},"MethodSettings":[
   {"HttpMethod":"GET","ResourcePath":"/~1dinners","ThrottlingRateLimit":5},
   {"HttpMethod":"*","ResourcePath":"/*","ThrottlingRateLimit":70,"ThrottlingBurstLimit":140}]}},
 "Api":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"compute"}},"Properties":{"Timeout":8,"ReservedConcurrentExecutions":40,"Environment":{"Variables":{"CONSISTENCY":"strong"}}}},
 "Live":{"Type":"AWS::Lambda::Alias","Properties":{"FunctionName":{"Ref":"Api"},"ProvisionedConcurrencyConfig":{"ProvisionedConcurrentExecutions":3}}},
 "Cache":{"Type":"AWS::ElastiCache::ServerlessCache","Metadata":{"fulcrum":{"role":"cache"}}},
 "Table":{"Type":"AWS::DynamoDB::Table","Metadata":{"fulcrum":{"role":"store"}}}
}}`

func TestFromStackReadsTheTemplate(t *testing.T) {
	t.Parallel()
	_, demand, a := sample(t)
	s, err := assembly.Parse([]byte(apis))
	if err != nil {
		t.Fatal(err)
	}
	m, err := FromStack(s, demand, a)
	if err != nil {
		t.Fatal(err)
	}
	if m.Door.Rate != 70 || m.Door.Burst != 140 || m.Door.Timeout != 12 {
		t.Errorf("the door is %+v", m.Door)
	}
	if l := m.Lambda; l == nil || l.Concurrency != 40 || l.Timeout != 8 || l.Provisioned != 3 {
		t.Errorf("compute is %+v", m.Lambda)
	}
	// Of the reads, those of a dinner and of one's reservations work on aggregates.
	if w := m.Work; w.Strong < 0.4 || w.Strong > 0.5 || w.ReadStrong.String() != "lognormal:4ms/14ms" || w.Read.String() != "lognormal:3ms/9ms" {
		t.Errorf("strong reads are %+v", w)
	}
	if c := m.Work.Cache; c.Time.IsZero() || c.Seconds != 30 || c.Room != 0 || len(m.Work.Answers) != 2 {
		t.Errorf("the cache is %+v", c)
	}
	s, err = assembly.Parse([]byte(strings.ReplaceAll(strings.ReplaceAll(apis, "Throttling", "No"), "TimeoutInMillis", "No")))
	if err != nil {
		t.Fatal(err)
	}
	if m, err = FromStack(s, demand, a); err != nil || m.Door.Rate != 10_000 || m.Door.Burst != 5_000 || m.Door.Timeout != 29 {
		t.Errorf("without settings the door is %+v, %v", m.Door, err)
	}
}

const fargate = `{"Resources":{
 "Door":{"Type":"AWS::ElasticLoadBalancingV2::LoadBalancer","Metadata":{"fulcrum":{"role":"front-door"}},"Properties":{"LoadBalancerAttributes":[{"Key":"idle_timeout.timeout_seconds","Value":"45"}]}},
 "Group":{"Type":"AWS::ElasticLoadBalancingV2::TargetGroup","Properties":{"HealthCheckIntervalSeconds":5,"UnhealthyThresholdCount":2,"TargetGroupAttributes":[{"Key":"load_balancing.algorithm.type","Value":"ALGORITHM"},{"Key":"load_balancing.algorithm.anomaly_mitigation","Value":"on"},{"Key":"slow_start.duration_seconds","Value":"30"},{"Key":"deregistration_delay.timeout_seconds","Value":"20"}]}},
 "Service":{"Type":"AWS::ECS::Service","Metadata":{"fulcrum":{"role":"compute"}},"Properties":{"DesiredCount":3}},
 "Target":{"Type":"AWS::ApplicationAutoScaling::ScalableTarget","Properties":{"MinCapacity":2,"MaxCapacity":9}},
 "Policy":{"Type":"AWS::ApplicationAutoScaling::ScalingPolicy","Properties":{"TargetTrackingScalingPolicyConfiguration":{"TargetValue":50,"ScaleOutCooldown":60,"PredefinedMetricSpecification":{"PredefinedMetricType":"ECSServiceAverageCPUUtilization"}}}},
 "Table":{"Type":"AWS::DynamoDB::Table","Metadata":{"fulcrum":{"role":"store"}}}
}}`

func TestFromStackReadsContainers(t *testing.T) {
	t.Parallel()
	_, demand, a := sample(t)
	for algorithm, policy := range map[string]Policy{"round_robin": RoundRobin, "least_outstanding_requests": LeastOutstanding, "weighted_random": WeightedRandom} {
		s, err := assembly.Parse([]byte(strings.Replace(fargate, "ALGORITHM", algorithm, 1)))
		if err != nil {
			t.Fatal(err)
		}
		m, err := FromStack(s, demand, a)
		if err != nil {
			t.Fatal(err)
		}
		p := m.Pool
		if p == nil || p.Policy != policy || p.Servers != 3 || p.Mitigation != (policy == WeightedRandom) || p.HealthCheck != 10 || m.Door.Timeout != 45 {
			t.Fatalf("%s: %+v", algorithm, p)
		}
		if c := p.Scaling; policy == RoundRobin {
			few := strings.Replace(fargate, `"Table":{`, `"Calls":{"Type":"AWS::ApplicationAutoScaling::ScalingPolicy","Properties":{"TargetTrackingScalingPolicyConfiguration":{"TargetValue":6000,"PredefinedMetricSpecification":{"PredefinedMetricType":"ALBRequestCountPerTarget"}}}},"Table":{`, 1)
			busy, err := FromStack(parsed(t, "Few", strings.Replace(few, "ALGORITHM", algorithm, 1)), demand, a)
			if want := 100 * busy.Work.mean() / 32; err != nil || busy.Pool.Scaling.Target >= c.Target || math.Abs(busy.Pool.Scaling.Target-want) > 1e-9 {
				t.Errorf("at 100 requests a second for each server %v are kept busy, want %v: %v", busy.Pool.Scaling.Target, want, err)
			}
		}
		c := p.Scaling
		if c == nil || c.Min != 2 || c.Max != 9 || c.Target != 0.5 || c.OutCooldown != 60 || c.InCooldown != 300 || c.Deregistration != 20 || (c.SlowStart == 30) != (policy == RoundRobin) {
			t.Errorf("%s: %+v", algorithm, c)
		}
		mustSimulate(t, m, Options{Requests: 5000, Runs: 2, Seed: 1})
	}
}

// TestStrongInSeveralRegions wants a command on a table without transactions to write
// twice and to wait for another Region up to four times, a strong read once, and the
// reader of the table's stream not to pass for a consumer.
func TestStrongInSeveralRegions(t *testing.T) {
	t.Parallel()
	_, demand, a := sample(t)
	const stack = `{"Resources":{
 "Door":{"Type":"AWS::ApiGatewayV2::Api","Metadata":{"fulcrum":{"role":"front-door"}},"Properties":{"ProtocolType":"HTTP"}},
 "Api":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"compute"}},"Properties":{"Environment":{"Variables":{"CONSISTENCY":"%s"}}}},
 "Outbox":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"pipe"}}},
 "Stream":{"Type":"AWS::Lambda::EventSourceMapping","Properties":{"BatchSize":100,"MaximumBatchingWindowInSeconds":60,"FunctionName":{"Ref":"Outbox"}}},
 "Search":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"consumer"}}},
 "Queue":{"Type":"AWS::Lambda::EventSourceMapping","Properties":{"BatchSize":7,"FunctionName":{"Ref":"Search"}}},
 "Table":{"Type":"AWS::DynamoDB::GlobalTable","Metadata":{"fulcrum":{"role":"store"}},"Properties":{%s}}
}}`
	model := func(consistency, table string) Model {
		m, err := FromStack(parsed(t, "Strong", fmt.Sprintf(stack, consistency, table)), demand, a)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	one, three := model("strong", ""), model("global-strong", `"MultiRegionConsistency":"STRONG"`)
	if one.Work.Crossings != 0 || three.Work.Crossings < 3 || three.Work.Crossings > 4 || three.Work.Distance.Mean() != a.dist("region.distance").Mean() {
		t.Errorf("a command goes to another Region %g times, %v each, and in one Region %g times", three.Work.Crossings, three.Work.Distance, one.Work.Crossings)
	}
	if got, want := three.Work.Write.Mean(), 2*one.Work.Write.Mean(); math.Abs(got-want) > 1e-9 {
		t.Errorf("a command waits %.4f s for the store's writes, want %.4f", got, want)
	}
	if three.Work.ReadStrong.String() != one.Work.ReadStrong.String() || three.Work.FarReads != three.Work.Strong || three.Work.Strong == 0 {
		t.Errorf("strong reads, %g of them, are %v, %g of them far", three.Work.Strong, three.Work.ReadStrong, three.Work.FarReads)
	}
	if e := three.Events; e == nil || e.Batch != 7 || e.Window != 0 {
		t.Errorf("consumers %+v", e)
	}
}

// TestFromStackReadsWhatLiesBetween has an API that calls instances through a load
// balancer of its own, pushes over WebSockets, and keeps its table in two Regions.
func TestFromStackReadsWhatLiesBetween(t *testing.T) {
	t.Parallel()
	_, demand, a := sample(t)
	s := parsed(t, "Inside", `{"Resources":{
 "APush":{"Type":"AWS::ApiGatewayV2::Api","Metadata":{"fulcrum":{"role":"front-door"}},"Properties":{"ProtocolType":"WEBSOCKET"}},
 "Door":{"Type":"AWS::ApiGatewayV2::Api","Metadata":{"fulcrum":{"role":"front-door"}},"Properties":{"ProtocolType":"HTTP"}},
 "Way":{"Type":"AWS::ApiGatewayV2::Integration","Properties":{"ApiId":{"Ref":"Door"},"IntegrationUri":{"Ref":"Listener"}}},
 "Listener":{"Type":"AWS::ElasticLoadBalancingV2::Listener","Properties":{"LoadBalancerArn":{"Ref":"Inner"},"DefaultActions":[{"TargetGroupArn":{"Ref":"Group"}}]}},
 "Inner":{"Type":"AWS::ElasticLoadBalancingV2::LoadBalancer","Metadata":{"fulcrum":{"role":"network"}}},
 "Other":{"Type":"AWS::ElasticLoadBalancingV2::TargetGroup","Properties":{"TargetGroupAttributes":[{"Key":"load_balancing.algorithm.type","Value":"weighted_random"}]}},
 "Group":{"Type":"AWS::ElasticLoadBalancingV2::TargetGroup","Properties":{"TargetGroupAttributes":[{"Key":"load_balancing.algorithm.type","Value":"least_outstanding_requests"}]}},
 "Fleet":{"Type":"AWS::AutoScaling::AutoScalingGroup","Metadata":{"fulcrum":{"role":"compute"}},"Properties":{"MinSize":"2","MaxSize":"6","TargetGroupARNs":[{"Ref":"Group"}]}},
 "Units":{"Type":"AWS::ApplicationAutoScaling::ScalableTarget","Properties":{"ServiceNamespace":"dynamodb","MinCapacity":50,"MaxCapacity":900}},
 "Table":{"Type":"AWS::DynamoDB::GlobalTable","Metadata":{"fulcrum":{"role":"store"}},"Properties":{"MultiRegionConsistency":"STRONG"}}
}}`)
	m, err := FromStack(s, demand, a)
	if err != nil {
		t.Fatal(err)
	}
	if want := a.dist("http-api.overhead").Mean() + a.dist("alb.overhead").Mean(); math.Abs(m.Door.Overhead.Mean()-want) > 1e-9 {
		t.Errorf("the doors add %v s, want %v", m.Door.Overhead.Mean(), want)
	}
	if p := m.Pool; p == nil || p.Policy != LeastOutstanding || p.Scaling == nil || p.Scaling.Min != 2 || p.Scaling.Max != 6 {
		t.Errorf("compute is %+v", m.Pool)
	}
	if m.Work.Distance.IsZero() {
		t.Error("a table that is consistent over Regions costs no distance")
	}
	if err := m.Validate(); err != nil {
		t.Error(err)
	}
}

// TestFromStackReadsWhatComesFirst has a distribution before the API, and a workflow
// that one of the commands waits for.
func TestFromStackReadsWhatComesFirst(t *testing.T) {
	t.Parallel()
	_, demand, a := sample(t)
	const text = `{"Resources":{
 "Edge":{"Type":"AWS::CloudFront::Distribution","Metadata":{"fulcrum":{"role":"perimeter"}},"Properties":{"DistributionConfig":{"Origins":[{"DomainName":{"Fn::GetAtt":["Door","ApiEndpoint"]}}]}}},
 "Door":{"Type":"AWS::ApiGatewayV2::Api","Metadata":{"fulcrum":{"role":"front-door"}}},
 "Api":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"compute"}}},
 "Saga":{"Type":"AWS::StepFunctions::StateMachine","Metadata":{"fulcrum":{"role":"workflow","operation":"Reserve Seat"}},"Properties":{"StateMachineType":"EXPRESS","DefinitionString":"{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Task\",\"Next\":\"B\"},\"B\":{\"Type\":\"Choice\",\"Default\":\"C\"},\"C\":{\"Type\":\"Task\",\"End\":true},\"D\":{\"Type\":\"Task\"}}}"}},
 "Table":{"Type":"AWS::DynamoDB::Table","Metadata":{"fulcrum":{"role":"store"}}}
}}`
	m, err := FromStack(parsed(t, "First", text), demand, a)
	if err != nil {
		t.Fatal(err)
	}
	if want := a.dist("http-api.overhead").Mean() + a.dist("cloudfront.overhead").Mean(); math.Abs(m.Door.Overhead.Mean()-want) > 1e-9 {
		t.Errorf("the doors add %v s, want %v", m.Door.Overhead.Mean(), want)
	}
	share := demand.Commands["Reserve Seat"]
	if share <= 0 || share > 1 || m.Work.Workflows != share {
		t.Errorf("%v of the writes run a workflow, %v of them reserve a seat", m.Work.Workflows, share)
	}
	slow := mustSimulate(t, m, Options{Requests: 200_000, Runs: 2, Seed: 1})
	wait := m
	wait.Work.Workflows = 0
	quick := mustSimulate(t, wait, Options{Requests: 200_000, Runs: 2, Seed: 1})
	if want := a.dist("workflow.start").Mean() + 2*(a.dist("workflow.step").Mean()+demand.Service); math.Abs(m.Work.Workflow.Mean()-want) > 1e-9 {
		t.Errorf("a workflow of two steps takes %v s, want %v", m.Work.Workflow.Mean(), want)
	}
	want := m.Work.Writes * share * (m.Work.Workflow.Mean() - m.Work.Write.Mean())
	if got := slow.MeanResponse.Value - quick.MeanResponse.Value; math.Abs(got-want) > 0.1*want {
		t.Errorf("the workflow adds %v s on average, want %v", got, want)
	}
	// A workflow that nobody waits for adds nothing.
	m, err = FromStack(parsed(t, "Later", strings.Replace(text, "EXPRESS", "STANDARD", 1)), demand, a)
	if err != nil || m.Work.Workflows != 0 {
		t.Errorf("%v of the writes wait for a standard workflow, %v", m.Work.Workflows, err)
	}
}

// TestFromStackReadsAQueue wants the client of a command to wait for its queue, and
// reads to show it only when it was applied.
func TestFromStackReadsAQueue(t *testing.T) {
	t.Parallel()
	_, demand, a := sample(t)
	const text = `{"Resources":{
 "Door":{"Type":"AWS::ApiGatewayV2::Api","Metadata":{"fulcrum":{"role":"front-door"}}},
 "Api":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"compute"}}},
 "Commands":{"Type":"AWS::SQS::Queue","Metadata":{"fulcrum":{"role":"queue","commands":["Reserve Seat"]}},"Properties":{"FifoQueue":true}},
 "Table":{"Type":"AWS::DynamoDB::Table","Metadata":{"fulcrum":{"role":"store"}}}
}}`
	m, err := FromStack(parsed(t, "Queued", text), demand, a)
	if err != nil {
		t.Fatal(err)
	}
	if m.Work.Write.Mean() != a.dist("sqs.send").Mean() || m.Work.PartitionWrites != 300 {
		t.Errorf("a command takes %v s, up to %v a second for one item", m.Work.Write.Mean(), m.Work.PartitionWrites)
	}
	plain, err := FromStack(parsed(t, "Plain", strings.Replace(text, `"commands"`, `"others"`, 1)), demand, a)
	if err != nil {
		t.Fatal(err)
	}
	want := a.dist("sqs.delay").Mean() + m.Work.Service.Mean() + a.dist("dynamodb.write").Mean()
	if got := m.Work.Lag.Mean() - plain.Work.Lag.Mean(); math.Abs(got-want) > 1e-9 {
		t.Errorf("reads lag %v s more, want %v", got, want)
	}
}

func TestFromStackReportsWhatItMisses(t *testing.T) {
	t.Parallel()
	_, demand, a := sample(t)
	s, err := assembly.Parse([]byte(`{"Resources":{}}`))
	if err != nil {
		t.Fatal(err)
	}
	_, err = FromStack(s, demand, a)
	if err == nil {
		t.Fatal("an empty template has a model")
	}
	for _, want := range []string{"front-door", "compute", "store"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("does not miss %s: %v", want, err)
		}
	}
}

// TestAssumptionsAgreeWithFacts holds the values that are quotas to the fact book.
func TestAssumptionsAgreeWithFacts(t *testing.T) {
	t.Parallel()
	_, _, a := sample(t)
	book := facts.Default()
	checked := 0
	for _, name := range a.Names() {
		x, _ := a.Get(name)
		if x.Fact == "" {
			continue
		}
		checked++
		q, err := book.Quota(x.Fact, "eu-west-1")
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if q.Value != x.number {
			t.Errorf("%s is %v, the fact %s is %v", name, x.number, x.Fact, q.Value)
		}
	}
	if checked == 0 {
		t.Error("no assumption names a fact")
	}
}

func TestAssume(t *testing.T) {
	t.Parallel()
	_, _, a := sample(t)
	b, err := a.Assume("lambda.concurrency=50", "lambda.cold-start=det:1s")
	if err != nil {
		t.Fatal(err)
	}
	if b.number("lambda.concurrency") != 50 || b.dist("lambda.cold-start").Mean() != 1 || a.number("lambda.concurrency") != 1000 {
		t.Error("the set values are not used, or changed the original")
	}
	_, err = a.Assume("lambda.concurency=50", "lambda.concurrency=many", "lambda.cold-start=3", "nonsense", "alb.timeout=-1")
	if err == nil {
		t.Fatal("wrong settings were accepted")
	}
	for _, want := range []string{"did you mean lambda.concurrency", `"many" is not a number`, `"3" is a number: want a distribution`, "want name=value", `"-1" is out of range`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("does not say %q:\n%v", want, err)
		}
	}
}

func TestSensitivity(t *testing.T) {
	t.Parallel()
	all, demand, a := sample(t)
	s, _ := all.Stack("FrontDoor-Alb")
	effects, err := Sensitivity(t.Context(), a, func(a *Assumptions) (Model, error) { return FromStack(s, demand, a) }, Options{Requests: 1000, Runs: 1, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]Effect{}
	for _, e := range effects {
		byName[e.Name] = e
	}
	if e := byName["alb.overhead"]; !(e.Half < e.Double && e.Spread > 0) {
		t.Errorf("the front door's overhead has the effect %+v", e)
	}
	if e, ok := byName["http-api.overhead"]; ok {
		t.Errorf("an assumption that is not used has the effect %+v", e)
	}
}
