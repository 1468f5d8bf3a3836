package cost

import (
	"strconv"
	"strings"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/latency"
	"fulcrum/design"
)

// TestPricesAndTimesAssumeTheSame holds what is assumed here to what the simulation
// assumes, so that a bill and a latency are of one system.
func TestPricesAndTimesAssumeTheSame(t *testing.T) {
	a, err := latency.DefaultAssumptions()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]float64{
		"cloudfront.places": edgePlaces, "data.hot-requests": hotRequests, "persons.remembered": rememberSeconds,
	} {
		if x, _ := a.Get(name); x.Value != strconv.FormatFloat(want, 'g', -1, 64) {
			t.Errorf("%s is %s, prices assume %v", name, x.Value, want)
		}
	}
}

// TestBatchesAreHandedOutAsSimulated holds the time between two batches to the median of
// the simulated one.
func TestBatchesAreHandedOutAsSimulated(t *testing.T) {
	a, err := latency.DefaultAssumptions()
	if err != nil {
		t.Fatal(err)
	}
	if x, _ := a.Get("sqs.delay"); !strings.HasPrefix(x.Value, "lognormal:"+strconv.Itoa(HandedOutMs)+"ms/") {
		t.Errorf("sqs.delay is %s, batches are handed out after %d ms", x.Value, HandedOutMs)
	}
}

// TestAuthorizerIsAskedOncePerKeptAnswer wants an authorizer whose answers are kept to
// be called less than one whose are not, which is called by each call with a token.
func TestAuthorizerIsAskedOncePerKeptAnswer(t *testing.T) {
	d, err := design.Read("../../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	asked := func(seconds string) float64 {
		s, err := assembly.Parse([]byte(`{"Resources":{
 "Door":{"Type":"AWS::ApiGatewayV2::Api","Metadata":{"fulcrum":{"role":"front-door"}}},
 "Who":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"identity"}}},
 "Authorizer":{"Type":"AWS::ApiGatewayV2::Authorizer","Properties":{"ApiId":{"Ref":"Door"},"AuthorizerType":"REQUEST","AuthorizerResultTtlInSeconds":` + seconds + `,"AuthorizerUri":{"Fn::GetAtt":["Who","Arn"]},"IdentitySource":["$request.header.Authorization","$context.routeKey"]}}
}}`))
		if err != nil {
			t.Fatal(err)
		}
		who, _ := s.Resource("Who")
		calls, _, _ := newContext(s).invocations(who, At(d, design.Base))
		return calls
	}
	tokens := 0.0
	for _, o := range At(d, design.Base).Load.Operations {
		if !o.Route.Public {
			tokens += o.Calls
		}
	}
	never, kept := asked("0"), asked("300")
	if never < 0.999999*tokens || never > 1.000001*tokens {
		t.Errorf("without keeping answers %v calls, want %v", never, tokens)
	}
	if kept > 0.6*tokens || kept < 0.4*tokens {
		t.Errorf("with answers kept for five minutes %v calls of %v", kept, tokens)
	}
}
