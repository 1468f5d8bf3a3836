package latency

import (
	"math"
	"slices"
	"strings"
	"testing"

	"fulcrum/compare/assembly"
)

// plain is a stack of a door, a function and a table, to which tests add.
const plain = `
 "Door":{"Type":"AWS::ApiGatewayV2::Api","Metadata":{"fulcrum":{"role":"front-door"}}},
 "Api":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"compute"}},"Properties":{"Environment":{"Variables":{"CONSISTENCY":"eventual"SETTINGS}}}},
 "Table":{"Type":"AWS::DynamoDB::GlobalTable","Metadata":{"fulcrum":{"role":"store"}}}`

// with returns the plain stack with settings of its function and more resources.
func with(t *testing.T, settings, resources string) *assembly.Stack {
	t.Helper()
	if settings != "" {
		settings = "," + settings
	}
	return parsed(t, "Plain", `{"Resources":{`+strings.Replace(plain, "SETTINGS", settings, 1)+resources+`}}`)
}

func derived(t *testing.T, s *assembly.Stack) Model {
	t.Helper()
	_, demand, a := sample(t)
	m, err := FromStack(s, demand, a)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Validate(); err != nil {
		t.Fatal(err)
	}
	return m
}

// says wants evidence that has a text.
func says(t *testing.T, m Model, text string) {
	t.Helper()
	for _, e := range m.Evidence {
		if strings.Contains(e.Claim, text) {
			return
		}
	}
	t.Errorf("no evidence says %q: %v", text, m.Evidence)
}

func TestDerivesAuthorizer(t *testing.T) {
	t.Parallel()
	const authorizer = `,"Who":{"Type":"AWS::ApiGatewayV2::Authorizer","Properties":{"ApiId":{"Ref":"Door"},"AuthorizerType":"REQUEST","AuthorizerResultTtlInSeconds":300,"IdentitySource":["$request.header.Authorization","$context.routeKey"]}}`
	_, demand, _ := sample(t)
	m := derived(t, with(t, "", authorizer))
	says(t, m, "a function says who may call")
	// A session has 1.2 and 1.78 calls of the two queries with a token; of their kind no
	// two commands are alike.
	read := func(name string) float64 {
		i := slices.IndexFunc(demand.Calls, func(c Call) bool { return c.Name == name })
		return demand.Calls[i].Share
	}
	reservations, notices := read("My Reservations"), read("My Notices")
	miss := func(share float64) float64 {
		return SessionMisses(12*share, 360, 300) / 12 / (1 - demand.Writes)
	}
	if got, want := m.Door.Authorizer.Reads, miss(reservations)+miss(notices); math.Abs(got-want) > 1e-9 || got < 0.1 || got > 0.2 {
		t.Errorf("%v of the reads ask the authorizer, want %v", got, want)
	}
	if got := m.Door.Authorizer.Writes; got < 0.9 || got > 1 {
		t.Errorf("%v of the writes ask the authorizer", got)
	}
	byToken := derived(t, with(t, "", strings.Replace(authorizer, `,"$context.routeKey"`, "", 1)))
	if byToken.Door.Authorizer.Reads >= m.Door.Authorizer.Reads {
		t.Error("an answer that counts for every route is asked for as often as one for each route")
	}
	never := derived(t, with(t, "", strings.Replace(authorizer, "300", "0", 1)))
	if got := never.Door.Authorizer.Writes; math.Abs(got-1) > 1e-9 {
		t.Errorf("where nothing is kept %v of the writes ask", got)
	}
	if jwt := derived(t, with(t, "", strings.Replace(authorizer, "REQUEST", "JWT", 1))); jwt.Door.Authorizer.Reads != 0 {
		t.Error("a door that verifies tokens by itself asks a function")
	}
}

func TestDerivesCaches(t *testing.T) {
	t.Parallel()
	const (
		edge = `,"Site":{"Type":"AWS::CloudFront::Distribution","Metadata":{"fulcrum":{"role":"delivery"}},"Properties":{"DistributionConfig":{"Origins":[{"DomainName":{"Fn::GetAtt":["Door","ApiEndpoint"]}}]}}}`
		node = `,"Cache":{"Type":"AWS::ElastiCache::CacheCluster","Metadata":{"fulcrum":{"role":"cache"}},"Properties":{"CacheNodeType":"cache.t4g.micro","NumCacheNodes":3}}`
		less = `,"Cache":{"Type":"AWS::ElastiCache::ServerlessCache","Metadata":{"fulcrum":{"role":"cache"}},"Properties":{"CacheUsageLimits":{"DataStorage":{"Maximum":5,"Unit":"GB"}}}}`
	)
	m := derived(t, with(t, `"EDGE_SECONDS":"10","CACHE_SECONDS":"45"`, edge+node))
	if e := m.Door.Edge; e.Seconds != 10 || e.Places != 5 {
		t.Errorf("the edge is %+v", e)
	}
	if c := m.Work.Cache; c.Seconds != 45 || math.Abs(c.Room-3*0.5*0.75*gib) > 1 {
		t.Errorf("the cache is %+v", c)
	}
	says(t, m, "the edge keeps an answer for 10 s")
	says(t, m, "a cache before the store keeps an answer for 45 s")
	if m := derived(t, with(t, `"CACHE_SECONDS":"45"`, edge+less)); m.Door.Edge.Seconds != 0 || math.Abs(m.Work.Cache.Room-5*0.75*gib) > 1 {
		t.Errorf("without a setting the edge is %+v, the cache %+v", m.Door.Edge, m.Work.Cache)
	}
	// Room for a few answers only.
	_, demand, a := sample(t)
	small, err := a.Assume("cache.usable=0.00001")
	if err != nil {
		t.Fatal(err)
	}
	few, err := FromStack(with(t, `"CACHE_SECONDS":"45"`, node), demand, small)
	if err != nil {
		t.Fatal(err)
	}
	all := derived(t, with(t, `"CACHE_SECONDS":"45"`, node))
	if f, w := few.Busiest(1).prepared().Work.Cache.Hits, all.Busiest(1).prepared().Work.Cache.Hits; f >= w/2 {
		t.Errorf("with little memory %v are answered, with enough %v", f, w)
	}
	if m := derived(t, with(t, "", strings.Replace(node, "t4g.micro", "t9.huge", 1))); !slices.ContainsFunc(m.Unseen, func(x Unseen) bool { return x.What == "the memory of cache.t9.huge" }) {
		t.Errorf("nobody says that the memory of a node is not known: %v", m.Unseen)
	}
}

func TestDerivesPersonsAndSessions(t *testing.T) {
	t.Parallel()
	const (
		keys     = `,"Keys":{"Type":"AWS::DynamoDB::GlobalTable","Metadata":{"fulcrum":{"role":"store","data-class":"person-keys"}}}`
		sessions = `,"Sessions":{"Type":"AWS::ElastiCache::ServerlessCache","Metadata":{"fulcrum":{"role":"session"}}}`
	)
	base := mustSimulate(t, derived(t, with(t, "", "")).Busiest(1), Options{Requests: 20_000, Runs: 2, Seed: 1})
	m := derived(t, with(t, "", keys+sessions))
	if p := m.Work.Persons; p.AtOnce != 16 || p.Seconds != 300 || len(p.Opened) != 3 || p.Opened[0].Keys != 20 {
		t.Errorf("persons are %+v", p)
	}
	if m.Work.Session.IsZero() {
		t.Error("no command calls the store of sessions")
	}
	r := mustSimulate(t, m.Busiest(1), Options{Requests: 20_000, Runs: 2, Seed: 1})
	if r.P50.Value < base.P50.Value+0.002 {
		t.Errorf("with keys for persons the median is %v, without %v", r.P50, base.P50)
	}
}

func TestDerivesRegions(t *testing.T) {
	t.Parallel()
	main := with(t, "", "")
	main.Share, main.Region = 0.5, "eu-west-1"
	part := parsed(t, "Plain-Secondary", `{"Resources":{"Api":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"compute"}},"Properties":{"Environment":{"Variables":{"HOME_REGION":"eu-west-1"}}}}}}`)
	part.Of, part.Share, part.Region = "Plain", 0.5, "eu-central-1"
	whole := *main
	whole.Parts = []*assembly.Stack{main, part}
	m := derived(t, &whole)
	alone := derived(t, with(t, "", ""))
	if m.Work.FarWrites != 0.5 || m.Work.Distance.IsZero() || m.Work.Crossings < 1.5 || m.Work.Crossings > 2 {
		t.Errorf("far calls are %+v", m.Work)
	}
	if m.Door.Rate != 2*alone.Door.Rate || m.Lambda.Concurrency != 2*alone.Lambda.Concurrency || m.Lambda.ScaleUnits != 2*alone.Lambda.ScaleUnits {
		t.Errorf("two Regions' limits are %+v and %+v", m.Door, m.Lambda)
	}
	_, demand, a := sample(t)
	if _, err := FromStack(part, demand, a); err == nil || !strings.Contains(err.Error(), "want Plain") {
		t.Errorf("a part alone: %v", err)
	}
	strong := derived(t, parsed(t, "Strong", strings.NewReplacer("SETTINGS", "", `"eventual"`, `"strong"`, `"role":"store"}}`, `"role":"store"}},"Properties":{"MultiRegionConsistency":"STRONG"}`).Replace(`{"Resources":{`+plain+`}}`)))
	if w := strong.Work; w.FarWrites != 1 || w.FarReads != w.Strong || w.Strong == 0 {
		t.Errorf("a table that is consistent over Regions has far calls %+v", w)
	}
}

func TestDerivesWaysOfEvents(t *testing.T) {
	t.Parallel()
	const way = `,"Queue":{"Type":"AWS::SQS::Queue"},"Own":{"Type":"AWS::Events::EventBus"},"Bus":{"Type":"AWS::Events::EventBus"},
 "Rule":{"Type":"AWS::Events::Rule","Metadata":{"fulcrum":{"role":"rule","events":["Seat Reserved"]}},"Properties":{"EventBusName":{"Ref":"Own"},"Targets":[{"Arn":{"Fn::GetAtt":["Queue","Arn"]}}]}},
 "Take":{"Type":"AWS::Lambda::EventSourceMapping","Properties":{"BatchSize":10,"EventSourceArn":{"Fn::GetAtt":["Queue","Arn"]}}}`
	const forward = `,"Forward":{"Type":"AWS::Events::Rule","Properties":{"EventBusName":{"Ref":"Bus"},"Targets":[{"Arn":{"Fn::GetAtt":["Own","Arn"]}}]}}`
	const beside = `,"Signals":{"Type":"AWS::SQS::Queue"},
 "Seen":{"Type":"AWS::Events::Rule","Metadata":{"fulcrum":{"role":"rule","events":["Interest Shown"]}},"Properties":{"EventBusName":{"Ref":"Bus"},"Targets":[{"Arn":{"Fn::GetAtt":["Signals","Arn"]}}]}},
 "Look":{"Type":"AWS::Lambda::EventSourceMapping","Properties":{"BatchSize":100,"MaximumBatchingWindowInSeconds":60,"EventSourceArn":{"Fn::GetAtt":["Signals","Arn"]}}}`
	const stream = `,"Looks":{"Type":"AWS::Kinesis::Stream"},
 "Put":{"Type":"AWS::ApiGateway::Method","Properties":{"RestApiId":{"Ref":"Door"},"Integration":{"Type":"AWS","Uri":"arn:aws:apigateway:eu-west-1:kinesis:action/PutRecord","RequestTemplates":{"application/json":{"Ref":"Looks"}}}}},
 "Read":{"Type":"AWS::Lambda::EventSourceMapping","Properties":{"BatchSize":100,"MaximumBatchingWindowInSeconds":30,"EventSourceArn":{"Fn::GetAtt":["Looks","Arn"]}}}`
	const queue = `,"Commands":{"Type":"AWS::SQS::Queue","Metadata":{"fulcrum":{"role":"queue","commands":["Reserve Seat"]}}}`
	one, two, three := derived(t, with(t, "", way)), derived(t, with(t, "", way+forward)), derived(t, with(t, "", way+beside))
	if one.Events == nil || two.Events == nil || two.Events.Delay.Mean() <= one.Events.Delay.Mean() {
		t.Errorf("a second bus takes no time: %+v, %+v", one.Events, two.Events)
	}
	if four := derived(t, with(t, "", way+stream)); four.Events.Window != 0 {
		t.Errorf("what the door puts on a stream is among the design's events: %+v", four.Events)
	}
	if queued := derived(t, with(t, "", way+queue)); math.Abs(queued.Events.Delay.Mean()-one.Events.Delay.Mean()-queued.applied.Mean()) > 1e-9 || queued.applied.IsZero() {
		t.Errorf("events of commands that wait in a queue come %v after %v", queued.applied.Mean(), one.Events.Delay.Mean())
	}
	if three.Events.Window != 0 || three.Events.Batch != 10 {
		t.Errorf("signals beside the design are its events: %+v", three.Events)
	}
}

// TestUnseenIsNamed has one thing of each kind that models leave out, and wants each to
// be named once, at its place.
func TestUnseenIsNamed(t *testing.T) {
	t.Parallel()
	s := with(t, `"EDGE_SECONDS":"10"`, `,
 "Group":{"Type":"AWS::ElasticLoadBalancingV2::TargetGroup","Properties":{"ProtocolVersion":"GRPC"}},
 "Who":{"Type":"AWS::ApiGatewayV2::Authorizer","Properties":{"AuthorizerType":"REQUEST"}},
 "Steps":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"step"}}},
 "Straight":{"Type":"AWS::ApiGateway::Method","Properties":{"Integration":{"Type":"AWS","Uri":"arn:aws:apigateway:eu-west-1:sqs:path/1/q"}}},
 "Sockets":{"Type":"AWS::ApiGatewayV2::Api","Properties":{"ProtocolType":"WEBSOCKET"}},
 "Zweite":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"compute"}},"Properties":{"VpcConfig":{"SubnetIds":["a"]}}},
 "Listener":{"Type":"AWS::ElasticLoadBalancingV2::Listener","Properties":{"MutualAuthentication":{"Mode":"verify"}}},
 "Route":{"Type":"AWS::ApiGatewayV2::Route","Properties":{"AuthorizationType":"AWS_IAM"}},
 "Copies":{"Type":"AWS::DynamoDB::GlobalTable","Metadata":{"fulcrum":{"role":"store"}},"Properties":{"Replicas":[{"Region":"a"},{"Region":"b"}],"SSESpecification":{"SSEType":"KMS"}}},
 "Check":{"Type":"AWS::Route53::HealthCheck"},
 "Commands":{"Type":"AWS::SQS::Queue","Metadata":{"fulcrum":{"role":"queue","commands":["Reserve Seat"]}}},
 "Held":{"Type":"AWS::DynamoDB::GlobalTable","Metadata":{"fulcrum":{"role":"connections","held-by":"servers"}}},
 "Service":{"Type":"AWS::ECS::Service"},
 "Cache":{"Type":"AWS::ElastiCache::CacheCluster","Metadata":{"fulcrum":{"role":"cache"}},"Properties":{"CacheNodeType":"cache.t4g.micro"}},
 "Shift":{"Type":"AWS::CodeDeploy::DeploymentGroup"}`)
	m := derived(t, s)
	if len(m.Unseen) != len(sightings) {
		t.Errorf("%d of %d kinds are named: %v", len(m.Unseen), len(sightings), m.Unseen)
	}
	seen := map[string]bool{}
	for _, x := range m.Unseen {
		if seen[x.What] || x.Why == "" || !strings.HasPrefix(x.Path, "Resources/") {
			t.Errorf("not named well: %+v", x)
		}
		seen[x.What] = true
	}
	if m := derived(t, with(t, "", "")); len(m.Unseen) != 0 {
		t.Errorf("a plain stack has %v", m.Unseen)
	}
}
