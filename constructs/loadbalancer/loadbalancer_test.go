package loadbalancer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/function"
	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/loadbalancer"
	"fulcrum/constructs/network"
	"fulcrum/constructs/route"
	"fulcrum/constructs/webacl"
)

const certificateARN = "arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"

var template *synth.Template

var routes = []route.Route{
	{Method: "GET", Path: "/dinners/{dinnerId}", Public: true},
	{Method: "GET", Path: "/dinners", Public: true},
	{Method: "GET", Path: "/health", Public: true},
	{Method: "GET", Path: "/a.b", Public: true},
	{Method: "GET", Path: "/", Public: true},
	{Method: "POST", Path: "/dinners", Scope: "dinner/host"},
	{Method: "POST", Path: "/dinners/{dinnerId}/reservations", Scope: "dinner/guest"},
}

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Balancers", func(stack awscdk.Stack) {
		telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
		net := network.New(stack, "Network", network.Props{LogKey: telemetry})
		certificate := awscertificatemanager.Certificate_FromCertificateArn(stack, jsii.String("Certificate"), jsii.String(certificateARN))
		loadbalancer.New(stack, "FrontDoor", loadbalancer.Props{
			VPC:         net.VPC,
			Certificate: certificate,
			Handler:     function.New(stack, "Api", function.Props{Directory: "../function/testdata/program", Service: "api", Key: telemetry}).Lambda,
			Routes:      routes,
			Issuer:      "https://issuer.example.org/pool",
			JWKS:        "https://issuer.example.org/pool/keys",
			Clients:     []string{"web", "machine"},
			CORS:        true,
			WebACL:      webacl.New(stack, "Perimeter", webacl.Props{RateLimit: 500, LogKey: telemetry}),
			LogDays:     45,
		})
		loadbalancer.New(stack, "Servers", loadbalancer.Props{
			VPC:          net.VPC,
			Certificate:  certificate,
			Domain:       "api.example.org",
			HostedZoneID: "Z0123456789",
			Servers: &loadbalancer.Servers{
				Type: loadbalancer.IP, Port: 8443, TLS: true, HealthPath: "/health", SlowStart: 45 * time.Second, Stickiness: 6 * time.Minute,
			},
			Routes:     routes[1:2],
			AllowCIDRs: []string{"198.51.100.0/24"},
			Sandbox:    true,
		})
		loadbalancer.New(stack, "Calls", loadbalancer.Props{
			VPC:         net.VPC,
			Certificate: certificate,
			Servers: &loadbalancer.Servers{
				Type: loadbalancer.Instance, Port: 8443, GRPC: true, HealthPath: "/grpc.health.v1.Health/Check",
				Algorithm: loadbalancer.WeightedRandom, Mitigation: true,
			},
			Routes: []route.Route{{Method: "POST", Path: "/dinner.v1.Dinners/SeeDinner", Public: true}},
		})
		defineInternal(stack, telemetry)
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("FrontDoor-Alb"), nil)
	telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
	door := loadbalancer.New(stack, "FrontDoor", loadbalancer.Props{
		VPC:         network.New(stack, "Network", network.Props{LogKey: telemetry}).VPC,
		Certificate: awscertificatemanager.Certificate_FromCertificateArn(stack, jsii.String("Certificate"), jsii.String(certificateARN)),
		Domain:      "api.example.org",
		Handler: function.New(stack, "Api", function.Props{
			Directory: ".build/functions/api", Service: "api", Key: telemetry,
		}).Lambda,
		Routes: []route.Route{
			{Method: "GET", Path: "/dinners", Public: true},
			{Method: "POST", Path: "/dinners", Scope: "dinner/host"},
		},
		Issuer: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE",
		JWKS:   "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE/.well-known/jwks.json",
		WebACL: webacl.New(stack, "Perimeter", webacl.Props{RateLimit: 1000, LogKey: telemetry}),
	})
	awscdk.NewCfnOutput(stack, jsii.String("Endpoint"), &awscdk.CfnOutputProps{Value: jsii.String(door.Endpoint())})
}

func of(t *testing.T, kind, id string) synth.Resource {
	t.Helper()
	for _, r := range template.OfType(kind) {
		if strings.HasPrefix(r.ID, id) {
			return r
		}
	}
	t.Fatalf("no %s whose id begins with %s", kind, id)
	return synth.Resource{}
}

// TestPosture allows the two log buckets S3's own key, the only one that Elastic
// Load Balancing delivers under.
func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		exception := strings.Contains(problem, "Logs") && strings.HasSuffix(problem, "has no customer-managed key")
		if !exception && !strings.Contains(problem, "xray:") {
			t.Error(problem)
		}
	}
}

func TestBalancer(t *testing.T) {
	for id, protected := range map[string]string{"FrontDoor": "true", "Servers": "false"} {
		lb := of(t, "AWS::ElasticLoadBalancingV2::LoadBalancer", id)
		got := map[string]string{}
		for _, a := range lb.Properties.At("LoadBalancerAttributes").List() {
			got[a.At("Key").String()] = a.At("Value").String()
		}
		for key, want := range map[string]string{
			"deletion_protection.enabled":                     protected,
			"routing.http.drop_invalid_header_fields.enabled": "true",
			"routing.http.desync_mitigation_mode":             "strictest",
			"routing.http.preserve_host_header.enabled":       "true",
			"access_logs.s3.enabled":                          "true",
			"connection_logs.s3.enabled":                      "true",
		} {
			if got[key] != want {
				t.Errorf("%s: %s is %q, want %q", id, key, got[key], want)
			}
		}
		if scheme := lb.Properties.At("Scheme").Value; scheme != "internet-facing" {
			t.Errorf("%s: %v", id, scheme)
		}
		if n := len(lb.Properties.At("Subnets").List()); n < 2 {
			t.Errorf("%s: in %d zones", id, n)
		}
		if name, _ := lb.Role(); name != "front-door" {
			t.Errorf("%s: annotated %q", id, name)
		}
	}
}

func TestListeners(t *testing.T) {
	for _, l := range template.OfType("AWS::ElasticLoadBalancingV2::Listener") {
		p := l.Properties
		if strings.HasPrefix(l.ID, "Internal") {
			continue // see TestInternal
		}
		switch p.At("Port").Value {
		case 80.0:
			if got := p.At("DefaultActions").String(); got != `[{"RedirectConfig":{"Port":"443","Protocol":"HTTPS","StatusCode":"HTTP_301"},"Type":"redirect"}]` {
				t.Errorf("%s: plain HTTP does %s", l.ID, got)
			}
		case 443.0:
			if got := p.At("SslPolicy").String(); !strings.HasPrefix(got, "ELBSecurityPolicy-TLS13-1-3-") {
				t.Errorf("%s: policy %s lets in less than TLS 1.3", l.ID, got)
			}
			if got := p.At("Certificates").String(); got != `[{"CertificateArn":"`+certificateARN+`"}]` {
				t.Errorf("%s: certificates %s", l.ID, got)
			}
			if got := p.At("DefaultActions", 0, "FixedResponseConfig", "StatusCode").Value; got != "404" {
				t.Errorf("%s: what nobody asked for gets %v", l.ID, got)
			}
			if attributes := p.At("ListenerAttributes").String(); !strings.Contains(attributes, "strict_transport_security") {
				t.Errorf("%s: no HSTS in %s", l.ID, attributes)
			}
		default:
			t.Errorf("%s listens on %s", l.ID, p.At("Port"))
		}
	}
}

// TestRules wants preflights first, then each route by its exact path, and a token
// verified before anything protected is forwarded.
func TestRules(t *testing.T) {
	var got []string
	for _, r := range template.OfType("AWS::ElasticLoadBalancingV2::ListenerRule") {
		if !strings.HasPrefix(r.ID, "FrontDoor") {
			continue
		}
		what := fmt.Sprint(r.Properties.At("Priority").Value)
		for _, c := range r.Properties.At("Conditions").List() {
			what += c.At("HttpRequestMethodConfig", "Values").String() + c.At("PathPatternConfig", "RegexValues").String()
		}
		for _, a := range r.Properties.At("Actions").List() {
			what += " " + a.At("Type").String() + a.At("JwtValidationConfig", "AdditionalClaims", 0, "Values").String()
		}
		got = append(got, strings.ReplaceAll(what, "null", ""))
	}
	want := []string{
		`1["OPTIONS"] forward`,
		`2["GET"]["^/dinners$","^/health$","^/a\\.b$"] forward`,
		`3["GET"]["^/$"] forward`,
		`4["POST"]["^/dinners$"] jwt-validation["dinner/host"] forward`,
		`5["GET"]["^/dinners/[^/]+$"] forward`,
		`6["POST"]["^/dinners/[^/]+/reservations$"] jwt-validation["dinner/guest"] forward`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("rules\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTokens(t *testing.T) {
	verify := of(t, "AWS::ElasticLoadBalancingV2::ListenerRule", "FrontDoorRules4").Properties.At("Actions", 0)
	want := `{"JwtValidationConfig":{"AdditionalClaims":[` +
		`{"Format":"space-separated-values","Name":"scope","Values":["dinner/host"]},` +
		`{"Format":"single-string","Name":"client_id","Values":["web","machine"]}],` +
		`"Issuer":"https://issuer.example.org/pool","JwksEndpoint":"https://issuer.example.org/pool/keys"},"Order":1,"Type":"jwt-validation"}`
	if verify.String() != want {
		t.Errorf("verifies\n%s\nwant\n%s", verify, want)
	}
}

func TestSecurityGroups(t *testing.T) {
	for id, want := range map[string]struct{ in, out string }{
		"FrontDoor": {"0.0.0.0/0 443, 0.0.0.0/0 80", "0.0.0.0/0 443"}, // out: the issuer's keys
		"Servers":   {"198.51.100.0/24 443, 198.51.100.0/24 80", "255.255.255.255/32 252"},
	} {
		group := of(t, "AWS::EC2::SecurityGroup", id).Properties
		if got := flows(group.At("SecurityGroupIngress")); got != want.in {
			t.Errorf("%s: lets in %s, want %s", id, got, want.in)
		}
		if got := flows(group.At("SecurityGroupEgress")); got != want.out {
			t.Errorf("%s: lets out %s, want %s", id, got, want.out)
		}
	}
}

func flows(rules synth.Node) string {
	var list []string
	for _, r := range rules.List() {
		list = append(list, r.At("CidrIp").String()+" "+r.At("FromPort").String())
	}
	return strings.Join(list, ", ")
}

// TestFunctionTarget wants the permission to be there before the target is
// registered, and to be for this group only.
func TestFunctionTarget(t *testing.T) {
	group := of(t, "AWS::ElasticLoadBalancingV2::TargetGroup", "FrontDoor")
	if got := group.Properties.At("TargetGroupAttributes").String(); got != `[{"Key":"lambda.multi_value_headers.enabled","Value":"true"}]` {
		t.Errorf("attributes %s", got)
	}
	if group.Properties.At("HealthCheckEnabled").Value == true {
		t.Error("health checks call the function, at a price")
	}
	permission := template.One("AWS::Lambda::Permission")
	// Eight characters of the stack's id end the name.
	name := group.Properties.At("Name", "Fn::Join", 1)
	from := permission.Properties.At("SourceArn").String()
	if begins := name.At(0).String(); len(begins)+8 > 32 || !strings.Contains(from, ":targetgroup/"+begins) || !strings.Contains(from, name.At(1).String()) {
		t.Errorf("group %s, permission from %s", name, from)
	}
	if permission.Properties.At("SourceAccount").Value == nil {
		t.Error("permission for every account")
	}
	if on := (synth.Node{Value: group.DependsOn}).String(); !strings.Contains(on, permission.ID) {
		t.Errorf("the group does not wait for the permission: %s", on)
	}
}

func TestServers(t *testing.T) {
	group := of(t, "AWS::ElasticLoadBalancingV2::TargetGroup", "Servers").Properties
	for property, want := range map[string]string{
		"TargetType": "ip", "Port": "8443", "Protocol": "HTTPS", "HealthCheckProtocol": "HTTPS", "HealthCheckPath": "/health",
	} {
		if got := group.At(property).String(); got != want {
			t.Errorf("%s is %s, want %s", property, got, want)
		}
	}
	for id, want := range map[string]string{
		"Servers": "deregistration_delay.timeout_seconds=60 load_balancing.algorithm.type=round_robin slow_start.duration_seconds=45 " +
			"stickiness.enabled=true stickiness.lb_cookie.duration_seconds=360 stickiness.type=lb_cookie",
		"Calls": "deregistration_delay.timeout_seconds=60 load_balancing.algorithm.anomaly_mitigation=on " +
			"load_balancing.algorithm.type=weighted_random stickiness.enabled=false",
		"InternalServers": "deregistration_delay.timeout_seconds=60 load_balancing.algorithm.type=round_robin stickiness.enabled=false",
	} {
		var got []string
		for _, a := range of(t, "AWS::ElasticLoadBalancingV2::TargetGroup", id).Properties.At("TargetGroupAttributes").List() {
			got = append(got, a.At("Key").String()+"="+a.At("Value").String())
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %s, want %s", id, strings.Join(got, " "), want)
		}
	}
	calls := of(t, "AWS::ElasticLoadBalancingV2::TargetGroup", "Calls").Properties
	for property, want := range map[string]string{
		"ProtocolVersion": "GRPC", "HealthCheckPath": "/grpc.health.v1.Health/Check", "Matcher": `{"GrpcCode":"0"}`, "TargetType": "instance",
	} {
		if got := calls.At(property).String(); got != want {
			t.Errorf("%s of gRPC is %s, want %s", property, got, want)
		}
	}
	record := template.One("AWS::Route53::RecordSet").Properties
	if record.At("Name").Value != "api.example.org" || record.At("HostedZoneId").Value != "Z0123456789" || record.At("Type").Value != "A" {
		t.Errorf("points %s", record)
	}
}

// TestLogs wants Elastic Load Balancing of this account and Region, and nobody else,
// to be let into the bucket before the load balancer tries it.
func TestLogs(t *testing.T) {
	bucket, policy := of(t, "AWS::S3::Bucket", "FrontDoorLogs"), of(t, "AWS::S3::BucketPolicy", "FrontDoorLogs")
	if got := bucket.Properties.At("BucketEncryption", "ServerSideEncryptionConfiguration", 0, "ServerSideEncryptionByDefault", "SSEAlgorithm").Value; got != "AES256" {
		t.Errorf("under %v, which Elastic Load Balancing cannot deliver to", got)
	}
	if got := bucket.Properties.At("PublicAccessBlockConfiguration").String(); strings.Count(got, "true") != 4 {
		t.Errorf("public access: %s", got)
	}
	if got := bucket.Properties.At("LifecycleConfiguration", "Rules", 0, "ExpirationInDays").Value; got != 45.0 {
		t.Errorf("kept %v days, want 45", got)
	}
	allowed := 0
	for _, s := range policy.Properties.At("PolicyDocument", "Statement").List() {
		if s.At("Effect").Value != "Allow" {
			continue
		}
		allowed++
		if s.At("Principal", "Service").Value != "logdelivery.elasticloadbalancing.amazonaws.com" || s.At("Action").Value != "s3:PutObject" {
			t.Errorf("lets in %s", s)
		}
		for i, kind := range []string{"access", "connection"} {
			if got := s.At("Resource", i).String(); !strings.Contains(got, `"/`+kind+`/AWSLogs/",{"Ref":"AWS::AccountId"},"/*"`) {
				t.Errorf("%s logs may go to %s", kind, got)
			}
		}
		if got := s.At("Condition", "ArnLike", "aws:SourceArn").String(); !strings.Contains(got, "arn:aws:elasticloadbalancing:eu-west-1:") || !strings.Contains(got, "AWS::AccountId") {
			t.Errorf("from %s", got)
		}
	}
	if allowed != 1 {
		t.Errorf("%d statements let somebody in, want 1", allowed)
	}
	lb := of(t, "AWS::ElasticLoadBalancingV2::LoadBalancer", "FrontDoor")
	if on := (synth.Node{Value: lb.DependsOn}).String(); !strings.Contains(on, policy.ID) {
		t.Errorf("the load balancer does not wait for the policy: %s", on)
	}
}

func TestWebACL(t *testing.T) {
	if got := template.One("AWS::WAFv2::WebACLAssociation").Properties.At("ResourceArn", "Ref").String(); !strings.HasPrefix(got, "FrontDoor") {
		t.Errorf("guards %s", got)
	}
}

func TestValidate(t *testing.T) {
	long := strings.Repeat("x", 130)
	for _, x := range []struct {
		p    loadbalancer.Props
		want []string
	}{
		{loadbalancer.Props{
			Domain: "API", HostedZoneID: "zone", Servers: &loadbalancer.Servers{Type: "lambda", Port: 70000, HealthPath: "health"},
			Routes: []route.Route{{Method: "GET", Path: "/" + long, Scope: "a"}}, Clients: make([]string, 11), AllowCIDRs: []string{"::/0"}, LogDays: -1,
		}, []string{
			"VPC: missing", "Certificate: missing", `Domain: "API"`, `HostedZoneID: "zone"`, `Servers.Type: "lambda"`, "Servers.Port: 70000",
			`Servers.HealthPath: "health"`, "longer than the 128", "Issuer: missing", "JWKS: missing", "Clients: 11", `AllowCIDRs[0]: "::/0"`, "LogDays: -1",
		}},
		{loadbalancer.Props{HostedZoneID: "Z1", Routes: []route.Route{{Method: "GET", Path: "/a", Scope: "a"}}, Issuer: "http://a.example.org", JWKS: "https://a.example.org"}, []string{
			"Domain: missing", "Handler: give a Handler or Servers", `Issuer: "http://a.example.org"`,
		}},
	} {
		err := x.p.Validate()
		for _, want := range x.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want it to say %s", err, want)
			}
		}
	}
	many := make([]route.Route, 303)
	for i := range many {
		many[i] = route.Route{Method: "GET", Path: fmt.Sprintf("/p%d", i), Public: true}
	}
	if err := (loadbalancer.Props{Routes: many}).Validate(); err == nil || !strings.Contains(err.Error(), "need 101 listener rules") {
		t.Errorf("a load balancer has 100 rules: %v", err)
	}
}

// TestBalance refuses what a target group would refuse at deployment.
func TestBalance(t *testing.T) {
	routes := []route.Route{{Method: "GET", Path: "/a", Public: true}, {Method: "POST", Path: "/b", Scope: "s"}}
	for _, x := range []struct {
		s    loadbalancer.Servers
		want []string
	}{
		{loadbalancer.Servers{Algorithm: "best"}, []string{`Servers.Algorithm: "best" is none of`}},
		{loadbalancer.Servers{SlowStart: time.Second}, []string{"Servers.SlowStart: 1s is not"}},
		{loadbalancer.Servers{SlowStart: time.Minute, Algorithm: loadbalancer.LeastOutstanding}, []string{"Servers.SlowStart: does not go with least_outstanding_requests"}},
		{loadbalancer.Servers{SlowStart: time.Minute, Algorithm: loadbalancer.WeightedRandom, Stickiness: time.Minute}, []string{
			"Servers.SlowStart: does not go with weighted_random", "Servers.Stickiness: does not go with weighted_random",
		}},
		{loadbalancer.Servers{Mitigation: true, Stickiness: 8 * 24 * time.Hour}, []string{"Servers.Mitigation: does not go with round_robin", "Servers.Stickiness: 192h0m0s"}},
		{loadbalancer.Servers{GRPC: true}, []string{"Routes[0]: GET /a is no method of gRPC", "Routes[1]: POST /b asks for a token", "CORS: preflight"}},
	} {
		err := loadbalancer.Props{Servers: &x.s, Routes: routes, CORS: true}.Validate()
		for _, want := range x.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%+v: got %v, want it to say %s", x.s, err, want)
			}
		}
	}
}
