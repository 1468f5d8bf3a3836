package app

import (
	"encoding/json"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/difference"
	"fulcrum/design"
	"fulcrum/design/role"
)

// parsed returns a stack as the comparison reads it.
func parsed(t *testing.T, name string) *assembly.Stack {
	t.Helper()
	content, err := json.Marshal(templates[name])
	if err != nil {
		t.Fatal(err)
	}
	s, err := assembly.Parse(content)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// servers returns what runs the use cases in the stacks where no function does.
func servers(t *testing.T) map[string]*assembly.Resource {
	t.Helper()
	found := map[string]*assembly.Resource{}
	for _, stack := range planned {
		if stack.Blueprint["compute"] == "lambda" {
			continue
		}
		s := parsed(t, stack.Name)
		all := s.OfRole(role.Compute)
		if len(all) != 1 {
			t.Fatalf("%s: %d resources of role compute, want one", stack.Name, len(all))
		}
		found[stack.Name] = all[0]
	}
	if len(found) < 2 {
		t.Fatalf("servers in %d stacks only", len(found))
	}
	return found
}

// TestServers wants servers on arm64 in private subnets without a way out but
// endpoints, reached by TLS from the load balancer alone, in two zones unless one was
// chosen, and no function left that serves.
func TestServers(t *testing.T) {
	for name, server := range servers(t) {
		s := parsed(t, name)
		zones := 2
		if s.Blueprint["availability"] == "single-az" {
			zones = 1
		}
		subnets := server.List("NetworkConfiguration", "AwsvpcConfiguration", "Subnets")
		if server.Type == "AWS::AutoScaling::AutoScalingGroup" {
			subnets = server.List("VPCZoneIdentifier")
		}
		for _, subnet := range subnets {
			if !strings.Contains(assembly.Text(subnet), "PrivateSubnet") {
				t.Errorf("%s: servers in %s", name, assembly.Text(subnet))
			}
		}
		if len(subnets) != zones {
			t.Errorf("%s: servers in %d zones, want %d", name, len(subnets), zones)
		}
		for _, way := range []string{"AWS::EC2::NatGateway", "AWS::EC2::EIP", "AWS::EC2::KeyPair"} {
			if list := s.OfType(way); len(list) > 0 {
				t.Errorf("%s: a %s", name, way)
			}
		}
		endpoints := ""
		for _, e := range s.OfType("AWS::EC2::VPCEndpoint") {
			endpoints += e.Service() + " "
		}
		for _, service := range []string{"dynamodb", "s3", "logs"} {
			if !strings.Contains(endpoints, service) {
				t.Errorf("%s: no endpoint for %s among %s", name, service, endpoints)
			}
		}
		for _, g := range s.OfType("AWS::ElasticLoadBalancingV2::TargetGroup") {
			if g.Text("Protocol") != "HTTPS" || !slices.Contains([]string{"ip", "instance"}, g.Text("TargetType")) {
				t.Errorf("%s: %s reached by %s", name, g.Text("TargetType"), g.Text("Protocol"))
			}
		}
	}
}

// TestDraining wants the time a target group waits to be longer than a request takes
// and no longer than the server has between the signal and its end.
func TestDraining(t *testing.T) {
	for name := range servers(t) {
		s := parsed(t, name)
		for _, g := range s.OfType("AWS::ElasticLoadBalancingV2::TargetGroup") {
			drain := 0.0
			for _, a := range g.List("TargetGroupAttributes") {
				if assembly.Text(assembly.Dig(a, "Key")) == "deregistration_delay.timeout_seconds" {
					drain, _ = assembly.Number(assembly.Dig(a, "Value"))
				}
			}
			stop := 60.0
			for _, task := range s.OfType("AWS::ECS::TaskDefinition") {
				stop, _ = task.Number("ContainerDefinitions", "StopTimeout")
			}
			if drain <= 10 || drain > stop {
				t.Errorf("%s: drains %g s, stops %g s after the signal", name, drain, stop)
			}
			// A server that is told to stop serves on for as long as a target group may
			// hand it requests, and has 25 s (lambdas/server) for the last of them.
			if lame := lameDuck(t, s); lame != drain || lame+25 >= stop {
				t.Errorf("%s: serves on for %g s after the signal, with %g s of draining and %g s until the end", name, lame, drain, stop)
			}
		}
	}
}

var lameDuckSetting = regexp.MustCompile(`LAME_DUCK_SECONDS(?:=\W*|\W+Value\W+)(\d+)`)

// lameDuck is what servers find in their environment, in seconds.
func lameDuck(t *testing.T, s *assembly.Stack) float64 {
	t.Helper()
	for _, kind := range []string{"AWS::ECS::TaskDefinition", "AWS::EC2::LaunchTemplate"} {
		for _, r := range s.OfType(kind) {
			if found := lameDuckSetting.FindStringSubmatch(text(t, r.Get())); found != nil {
				seconds, err := strconv.ParseFloat(found[1], 64)
				if err != nil {
					t.Fatal(err)
				}
				return seconds
			}
		}
	}
	return 0
}

// TestScaling holds the number of servers to Little's law over the design's load: L =
// λW requests at once, of which a whole processor works on 32.
func TestScaling(t *testing.T) {
	d, err := design.Read("../../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	atOnce := d.Load(design.Peak).PeakRPS * d.Capacity.ServiceMs / 1000 // 27.4
	for name, server := range servers(t) {
		s := parsed(t, name)
		var least, most float64
		busy := 32 * 0.25 * 0.60
		if server.Type == "AWS::AutoScaling::AutoScalingGroup" {
			busy = 32 * 2 * 0.20
			least, _ = server.Number("MinSize")
			most, _ = server.Number("MaxSize")
		} else {
			target := s.OfType("AWS::ApplicationAutoScaling::ScalableTarget")[0]
			least, _ = target.Number("MinCapacity")
			most, _ = target.Number("MaxCapacity")
		}
		want := math.Ceil(atOnce / busy)
		if name == "Realtime-AlbWebsocket" {
			want = 9 // see TestHeldWebSockets
		}
		if least != 2 || most != want {
			t.Errorf("%s: %g to %g servers, want 2 to %g", name, least, most, want)
		}
	}
}

// TestTokenKeys wants servers to verify tokens with a copy of the issuer's keys that
// is there before they start.
func TestTokenKeys(t *testing.T) {
	for name, server := range servers(t) {
		s := parsed(t, name)
		published := s.OfType("Custom::TokenKeys")
		if len(published) != 1 {
			t.Fatalf("%s: %d copies of the keys", name, len(published))
		}
		template, _ := templates[name]["Resources"].(map[string]any)
		resource, _ := template[server.ID].(map[string]any)
		if on := text(t, resource["DependsOn"]); !strings.Contains(on, published[0].ID) {
			t.Errorf("%s: servers start before they know a key", name)
		}
	}
}

// TestInstances wants instances without SSH, whose metadata takes no request that was
// not asked for, on disks under a key, replaced one by one.
func TestInstances(t *testing.T) {
	s := parsed(t, "Compute-Ec2")
	data := func(path ...string) string {
		return s.OfType("AWS::EC2::LaunchTemplate")[0].Text(append([]string{"LaunchTemplateData"}, path...)...)
	}
	for path, want := range map[string]string{
		"MetadataOptions/HttpTokens": "required", "MetadataOptions/HttpPutResponseHopLimit": "1", "KeyName": "",
		"NetworkInterfaces/AssociatePublicIpAddress": "false", "BlockDeviceMappings/Ebs/Encrypted": "true",
	} {
		if got := data(strings.Split(path, "/")...); got != want && got != "false" {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	if got := data("BlockDeviceMappings", "Ebs", "KmsKeyId"); got == "" {
		t.Error("disks under no key of ours")
	}
	group, _ := templates["Compute-Ec2"]["Resources"].(map[string]any)[s.OfRole(role.Compute)[0].ID].(map[string]any)
	if update := text(t, group["UpdatePolicy"]); !strings.Contains(update, `"WaitOnResourceSignals":true`) {
		t.Errorf("replaced by %s", update)
	}
}

// TestLoadBalancing wants the algorithm and what goes with it, and nothing else, in
// the difference of each option.
func TestLoadBalancing(t *testing.T) {
	standard := varied(t, "LoadBalancing-LeastOutstanding")
	base := targetAttributes(t, standard)
	for key, want := range map[string]string{
		"load_balancing.algorithm.type": "round_robin", "slow_start.duration_seconds": "30", "stickiness.enabled": "false",
	} {
		if base[key] != want {
			t.Errorf("round robin: %s is %q, want %q", key, base[key], want)
		}
	}
	for name, x := range map[string]struct{ algorithm, mitigation string }{
		"LoadBalancing-LeastOutstanding": {"least_outstanding_requests", ""},
		"LoadBalancing-WeightedRandom":   {"weighted_random", "on"},
	} {
		got := targetAttributes(t, name)
		if got["load_balancing.algorithm.type"] != x.algorithm || got["load_balancing.algorithm.anomaly_mitigation"] != x.mitigation || got["slow_start.duration_seconds"] != "" {
			t.Errorf("%s: %v", name, got)
		}
		d := difference.Of(templates[standard], templates[name])
		if len(d.Added)+len(d.Removed) > 0 {
			t.Errorf("%s adds or removes resources", name)
		}
		for _, c := range slices.Concat(d.Changed, d.Sections) {
			if !strings.HasPrefix(c.ID, "FrontDoorServers") {
				t.Errorf("%s changes %s", name, c)
			}
		}
	}
}

// varied returns the stack that another one varies.
func varied(t *testing.T, name string) string {
	t.Helper()
	i := slices.IndexFunc(planned, func(s Stack) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("no stack %s", name)
	}
	return planned[i].Varies
}

// targetAttributes returns the attributes of a stack's only target group.
func targetAttributes(t *testing.T, stack string) map[string]string {
	t.Helper()
	groups := parsed(t, stack).OfType("AWS::ElasticLoadBalancingV2::TargetGroup")
	if len(groups) != 1 {
		t.Fatalf("%s: %d target groups", stack, len(groups))
	}
	list := map[string]string{}
	for _, a := range groups[0].List("TargetGroupAttributes") {
		list[assembly.Text(assembly.Dig(a, "Key"))] = assembly.Text(assembly.Dig(a, "Value"))
	}
	return list
}

// TestOneZone wants servers and their endpoints in one zone, and a load balancer that
// still spans two, since it must.
func TestOneZone(t *testing.T) {
	s := parsed(t, "Availability-SingleAz")
	for _, lb := range s.OfType("AWS::ElasticLoadBalancingV2::LoadBalancer") {
		if len(lb.List("Subnets")) != 2 {
			t.Errorf("the load balancer is in %d zones", len(lb.List("Subnets")))
		}
	}
	for _, e := range s.OfType("AWS::EC2::VPCEndpoint") {
		if e.Text("VpcEndpointType") == "Interface" && len(e.List("SubnetIds")) != 1 {
			t.Errorf("%s is in %d zones", e.ID, len(e.List("SubnetIds")))
		}
	}
	if got := s.OfRole(role.Compute)[0].Text("AvailabilityZoneRebalancing"); got != "DISABLED" {
		t.Errorf("rebalancing between zones is %s", got)
	}
}

// TestCalls wants gRPC to the servers with its own health check, a procedure for each
// operation of the design that the definition has, no token looked at by the load
// balancer, which could not, and failures counted where they can be seen.
func TestCalls(t *testing.T) {
	d, err := design.Read("../../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	definition, err := os.ReadFile("../../lambdas/rpc/dinnerv1/dinner.proto")
	if err != nil {
		t.Fatal(err)
	}
	s := parsed(t, "Rpc-Grpc")
	rules := ""
	for _, r := range s.OfType("AWS::ElasticLoadBalancingV2::ListenerRule") {
		rules += text(t, r.Properties)
	}
	if strings.Contains(rules, "jwt-validation") {
		t.Error("the load balancer is told to verify tokens of gRPC")
	}
	operations := d.Operations()
	for _, o := range operations {
		name := strings.ReplaceAll(o.Name, " ", "")
		if !strings.Contains(string(definition), "\n  rpc "+name+"("+name+"Request) returns ("+name+"Response);") {
			t.Errorf("the definition has no procedure %s for %s", name, o.Name)
		}
		if !strings.Contains(rules, `^/dinner\\.v1\\.Dinners/`+name+`$`) {
			t.Errorf("no rule for %s in %s", name, rules)
		}
	}
	if n := strings.Count(string(definition), "\n  rpc "); n != len(operations) {
		t.Errorf("the definition has %d procedures for %d operations", n, len(operations))
	}
	group := s.OfType("AWS::ElasticLoadBalancingV2::TargetGroup")[0]
	for property, want := range map[string]string{
		"ProtocolVersion": "GRPC", "Protocol": "HTTPS", "HealthCheckPath": "/grpc.health.v1.Health/Check",
	} {
		if got := group.Text(property); got != want {
			t.Errorf("%s is %q, want %q", property, got, want)
		}
	}
	if got := group.Text("Matcher", "GrpcCode"); got != "0" {
		t.Errorf("well is what answers %q", got)
	}
	if alarms := text(t, templates["Rpc-Grpc"]); !strings.Contains(alarms, `"MetricName":"Faults"`) || len(s.OfType("AWS::Logs::MetricFilter")) != 1 {
		t.Error("nobody counts the calls that fail")
	}
}

// TestSessions wants clients kept with their server as long as the design's session
// lasts, or a store that all servers share, over TLS, under a key, opened to them
// alone.
func TestSessions(t *testing.T) {
	d, err := design.Read("../../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	length := strconv.Itoa(int(d.Capacity.SessionSeconds))
	sticky := targetAttributes(t, "Session-Sticky")
	if sticky["stickiness.enabled"] != "true" || sticky["stickiness.type"] != "lb_cookie" || sticky["stickiness.lb_cookie.duration_seconds"] != length {
		t.Errorf("sticky: %v", sticky)
	}
	for name, where := range map[string]string{"Session-Sticky": "process", "Session-SharedStore": "shared"} {
		s := parsed(t, name)
		environment := map[string]string{}
		for _, v := range s.OfType("AWS::ECS::TaskDefinition")[0].List("ContainerDefinitions", "Environment") {
			environment[assembly.Text(assembly.Dig(v, "Name"))] = assembly.Text(assembly.Dig(v, "Value"))
		}
		if environment["SESSION"] != where || environment["SESSION_SECONDS"] != length || (environment["SESSION_ENDPOINT"] != "") != (where == "shared") {
			t.Errorf("%s: told %v", name, environment)
		}
		rules := ""
		for _, r := range s.OfType("AWS::ElasticLoadBalancingV2::ListenerRule") {
			rules += text(t, r.Properties)
		}
		if n := strings.Count(rules, "^/me/draft$"); n != 3 {
			t.Errorf("%s: %d ways to a draft, want 3", name, n)
		}
	}
	s := parsed(t, "Session-SharedStore")
	caches := s.OfRole(role.Session)
	if len(caches) != 1 || caches[0].Text("KmsKeyId") == "" || caches[0].Text("UserGroupId") == "" {
		t.Fatalf("%d caches: %+v", len(caches), caches)
	}
	group := assembly.Text(caches[0].List("SecurityGroupIds")[0])
	for _, r := range s.OfType("AWS::EC2::SecurityGroupIngress") {
		if r.Text("GroupId") == group && !strings.Contains(r.Text("SourceSecurityGroupId"), "ApiSecurityGroup") {
			t.Errorf("the store lets in %s", r.Text("SourceSecurityGroupId"))
		}
	}
	allowed := false
	for _, p := range s.OfType("AWS::IAM::Policy") {
		if strings.Contains(text(t, p.Properties), "elasticache:Connect") {
			allowed = strings.HasPrefix(p.ID, "ApiRole")
		}
	}
	if !allowed {
		t.Error("servers may not connect, or somebody else may")
	}
}
