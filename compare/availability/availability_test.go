package availability

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
)

func TestFloorIsTheProductOfTheRequestPath(t *testing.T) {
	a, err := assembly.Read("../testdata/cdk.out")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		stack, links, weakest string
		floor                 float64
	}{
		{"Baseline", "api-gateway lambda dynamodb", "API Gateway, per Region", 0.9995 * 0.9995 * 0.9999},
		{"FrontDoor-RestApi", "api-gateway lambda waf dynamodb", "API Gateway, per Region", 0.9995 * 0.9995 * 0.9995 * 0.9999},
		{"FrontDoor-Alb", "load-balancer/multi-az waf lambda dynamodb", "WAF", 0.9999 * 0.9995 * 0.9995 * 0.9999},
	} {
		s, _ := a.Stack(x.stack)
		f := Of(s, 0.999, facts.Default())
		var links []string
		for _, l := range f.Write.Links {
			links = append(links, l.SLA)
			if len(l.Evidence) == 0 || l.Evidence[0].Source == "" {
				t.Errorf("%s: %s has no source", x.stack, l.SLA)
			}
		}
		if got := strings.Join(links, " "); got != x.links {
			t.Errorf("%s: path %s, want %s", x.stack, got, x.links)
		}
		if math.Abs(f.Write.Availability-x.floor) > 1e-12 || math.Abs(f.Write.MinutesDown-(1-x.floor)*43800) > 1e-6 {
			t.Errorf("%s: %g, %g min, want %g", x.stack, f.Write.Availability, f.Write.MinutesDown, x.floor)
		}
		if f.Write.Weakest != x.weakest || f.Meets() {
			t.Errorf("%s: weakest %s, meets %v", x.stack, f.Write.Weakest, f.Meets())
		}
		var apart []string
		for _, l := range f.Apart {
			apart = append(apart, l.SLA)
		}
		if got := strings.Join(apart, " "); got != "cognito eventbridge sqs" {
			t.Errorf("%s: apart %s", x.stack, got)
		}
		if !Of(s, 0.998, facts.Default()).Meets() {
			t.Errorf("%s does not meet 99.8 %%", x.stack)
		}
	}
}

// TestServersByZones wants the agreement of servers to go by how many zones they are
// in, none to cover tasks in one, and the store of sessions to be no part of the path.
func TestServersByZones(t *testing.T) {
	const template = `{"Resources":{
		"Lb":{"Type":"AWS::ElasticLoadBalancingV2::LoadBalancer","Properties":{"Subnets":["a","b"]}},
		"L":{"Type":"AWS::ElasticLoadBalancingV2::Listener","Properties":{"LoadBalancerArn":{"Ref":"Lb"},"DefaultActions":[{"TargetGroupArn":{"Ref":"G"}}]}},
		"G":{"Type":"AWS::ElasticLoadBalancingV2::TargetGroup"},
		"Sessions":{"Type":"AWS::ElastiCache::ServerlessCache","Metadata":{"fulcrum":{"role":"session"}}},
		"T":{"Type":"AWS::ECS::TaskDefinition","Properties":{"ContainerDefinitions":[{"Environment":[{"Name":"SESSION_NAME","Value":{"Ref":"Sessions"}}]}]}},
		"S":{"Type":%q,"Properties":{%s}}}}`
	task := `"TaskDefinition":{"Ref":"T"},"LoadBalancers":[{"TargetGroupArn":{"Ref":"G"}}],"NetworkConfiguration":{"AwsvpcConfiguration":{"Subnets":[%s]}}`
	group := `"TargetGroupARNs":[{"Ref":"G"}],"VPCZoneIdentifier":[%s]`
	for _, x := range []struct {
		kind, properties, sla string
		floor                 float64
	}{
		{"AWS::ECS::Service", fmt.Sprintf(task, `"a","b"`), "fargate/multi-az", 0.9999 * 0.9999},
		{"AWS::ECS::Service", fmt.Sprintf(task, `"a"`), "fargate/single-az", 0},
		{"AWS::AutoScaling::AutoScalingGroup", fmt.Sprintf(group, `"a","b"`), "ec2/multi-az", 0.9999 * 0.9999},
		{"AWS::AutoScaling::AutoScalingGroup", fmt.Sprintf(group, `"a"`), "ec2/instance", 0.9999 * 0.995},
	} {
		s, err := assembly.Parse([]byte(fmt.Sprintf(template, x.kind, x.properties)))
		if err != nil {
			t.Fatal(err)
		}
		f := Of(s, 0.99, facts.Default())
		var links []string
		for _, l := range f.Read.Links {
			links = append(links, l.SLA)
		}
		if got := strings.Join(links, " "); got != "load-balancer/multi-az "+x.sla || math.Abs(f.Read.Availability-x.floor) > 1e-12 || f.Meets() != (x.floor > 0.99) {
			t.Errorf("%s: %s at %g, want %s at %g", x.kind, got, f.Read.Availability, x.sla, x.floor)
		}
	}
}

func TestZonesReplicasAndCaches(t *testing.T) {
	s, err := assembly.Parse([]byte(`{"Resources":{
		"Lb":{"Type":"AWS::ElasticLoadBalancingV2::LoadBalancer","Properties":{"Subnets":["a"]}},
		"L":{"Type":"AWS::ElasticLoadBalancingV2::Listener","Properties":{"LoadBalancerArn":{"Ref":"Lb"},"DefaultActions":[{"TargetGroupArn":{"Ref":"T"}}]}},
		"T":{"Type":"AWS::ElasticLoadBalancingV2::TargetGroup","Properties":{"Targets":[{"Id":{"Ref":"F"}}]}},
		"F":{"Type":"AWS::Lambda::Function","Properties":{"Environment":{"Variables":{"T":{"Ref":"Table"},"C":{"Ref":"Cache"},"D":{"Ref":"Db"}}}}},
		"Table":{"Type":"AWS::DynamoDB::GlobalTable","Properties":{"Replicas":[{},{}]}},
		"Cache":{"Type":"AWS::ElastiCache::ServerlessCache"},
		"Db":{"Type":"AWS::RDS::DBInstance"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	f := Of(s, 0, facts.Default())
	if want := 0.999 * 0.9995 * 0.99999; math.Abs(f.Write.Availability-want) > 1e-12 {
		t.Errorf("write path %g, want %g", f.Write.Availability, want)
	}
	if want := 0.999 * 0.9995 * 0.99999 * 0.9999; math.Abs(f.Read.Availability-want) > 1e-12 {
		t.Errorf("read path %g, want %g: it passes the cache", f.Read.Availability, want)
	}
	if got := strings.Join(f.Unknown, " "); got != "Db (AWS::RDS::DBInstance)" {
		t.Errorf("unknown: %s", got)
	}
}

func TestAStackWithoutADoorPromisesNothing(t *testing.T) {
	s, err := assembly.Parse([]byte(`{"Resources":{"T":{"Type":"AWS::DynamoDB::Table"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if f := Of(s, 0.999, facts.Default()); f.Known() || !f.Meets() || f.Read.Availability != 0 {
		t.Errorf("%+v", f)
	}
}

// TestOnlyCommandsWaitForAWorkflow wants a state machine and its function on the path
// of a command and on no other, and its dead letters on none.
func TestOnlyCommandsWaitForAWorkflow(t *testing.T) {
	s, err := assembly.Parse([]byte(`{"Resources":{
		"Door":{"Type":"AWS::Lambda::Url","Metadata":{"fulcrum":{"role":"front-door"}},"Properties":{"TargetFunctionArn":{"Ref":"F"}}},
		"F":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"compute"}},"Properties":{"Environment":{"Variables":{"S":{"Ref":"Saga"}}}}},
		"Saga":{"Type":"AWS::StepFunctions::StateMachine","Metadata":{"fulcrum":{"role":"workflow"}},"Properties":{"DefinitionSubstitutions":{"A":{"Ref":"Steps"},"B":{"Ref":"Dead"}}}},
		"Steps":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"step"}},"Properties":{}},
		"Dead":{"Type":"AWS::SQS::Queue","Metadata":{"fulcrum":{"role":"dead-letter"}},"Properties":{}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	f := Of(s, 0, facts.Default())
	names := func(p Path) string {
		var all []string
		for _, l := range p.Links {
			all = append(all, l.SLA+" "+strings.Join(l.Resources, "+"))
		}
		return strings.Join(all, ", ")
	}
	if got, want := names(f.Write), "lambda F+Steps, step-functions Saga"; got != want {
		t.Errorf("write path %s, want %s", got, want)
	}
	if got, want := names(f.Read), "lambda F"; got != want {
		t.Errorf("read path %s, want %s", got, want)
	}
	if len(f.Apart) != 1 || f.Apart[0].SLA != "sqs" {
		t.Errorf("apart: %+v", f.Apart)
	}
}

// TestSigningAsksNothing wants a bucket whose URLs the service signs on no path.
func TestSigningAsksNothing(t *testing.T) {
	s, err := assembly.Parse([]byte(`{"Resources":{
		"Door":{"Type":"AWS::Lambda::Url","Metadata":{"fulcrum":{"role":"front-door"}},"Properties":{"TargetFunctionArn":{"Ref":"F"}}},
		"F":{"Type":"AWS::Lambda::Function","Properties":{"Environment":{"Variables":{"B":{"Ref":"Files"}}}}},
		"Files":{"Type":"AWS::S3::Bucket","Metadata":{"fulcrum":{"role":"site","presigned":true}},"Properties":{}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if f := Of(s, 0, facts.Default()); len(f.Write.Links) != 1 || len(f.Apart) != 1 || f.Apart[0].SLA != "s3" {
		t.Errorf("write path %+v, apart %+v", f.Write.Links, f.Apart)
	}
}

// TestACacheWithAFallbackIsNotNeeded wants a cache whose readers turn to the store to
// be no link of a path, and one that alone knows what is in it to be one.
func TestACacheWithAFallbackIsNotNeeded(t *testing.T) {
	for about, want := range map[string]bool{`"role": "cache", "fallback": "the store"`: false, `"role": "cache"`: true} {
		s, err := assembly.Parse([]byte(`{"Resources":{
			"Door":{"Type":"AWS::Lambda::Url","Properties":{"TargetFunctionArn":{"Ref":"Api"}}},
			"Api":{"Type":"AWS::Lambda::Function","Properties":{"Environment":{"Variables":{"CACHE":{"Ref":"Cache"}}}}},
			"Cache":{"Type":"AWS::ElastiCache::CacheCluster","Properties":{"AZMode":"cross-az"},"Metadata":{"fulcrum":{` + about + `}}}}}`))
		if err != nil {
			t.Fatal(err)
		}
		f := Of(s, 0.99, facts.Default())
		needed := slices.ContainsFunc(f.Read.Links, func(l Link) bool { return l.SLA == "elasticache/multi-az" })
		if needed != want {
			t.Errorf("%s: needed for a read: %v", about, needed)
		}
	}
}

// TestOnlyCommandsWaitForTheirQueue wants the queue of commands on the path of a
// command and on no other, and who applies them on none.
func TestOnlyCommandsWaitForTheirQueue(t *testing.T) {
	s, err := assembly.Parse([]byte(`{"Resources":{
		"Door":{"Type":"AWS::Lambda::Url","Metadata":{"fulcrum":{"role":"front-door"}},"Properties":{"TargetFunctionArn":{"Ref":"F"}}},
		"F":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"compute"}},"Properties":{"Environment":{"Variables":{"Q":{"Ref":"Commands"}}}}},
		"Commands":{"Type":"AWS::SQS::Queue","Metadata":{"fulcrum":{"role":"queue","commands":["Reserve Seat"]}},"Properties":{}},
		"Writer":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"writer"}},"Properties":{}},
		"Mapping":{"Type":"AWS::Lambda::EventSourceMapping","Properties":{"EventSourceArn":{"Fn::GetAtt":["Commands","Arn"]},"FunctionName":{"Ref":"Writer"}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	f := Of(s, 0, facts.Default())
	if links := f.Write.Links; len(links) != 2 || links[1].SLA != "sqs" || len(links[0].Resources) != 1 {
		t.Errorf("write path %+v", links)
	}
	if links := f.Read.Links; len(links) != 1 || links[0].SLA != "lambda" {
		t.Errorf("read path %+v", links)
	}
}
