package service_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/loadbalancer"
	"fulcrum/constructs/network"
	"fulcrum/constructs/route"
	"fulcrum/constructs/service"
)

const (
	directory      = "testdata/program"
	certificateARN = "arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
)

var (
	template *synth.Template
	// bare is what a network without private subnets has wrong.
	bare error
)

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Services", func(stack awscdk.Stack) {
		other := otherProgram()
		defer func() { _ = os.RemoveAll(other) }() // CDK has its copy
		telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
		net := network.New(stack, "Network", network.Props{Private: true, Interfaces: service.Interfaces(), LogKey: telemetry})
		api := service.New(stack, "Api", service.Props{
			Network: net, Directory: directory, Service: "api", Environment: map[string]string{"SYSTEM": "Dinner"},
			CPU: 1024, MemoryMB: 3072, MinTasks: 3, MaxTasks: 12, CPUTarget: 50, RequestsPerTask: 6000,
			Drain: 20 * time.Second, StopTimeout: 40 * time.Second, LogKey: telemetry, LogDays: 100,
		})
		door := loadbalancer.New(stack, "FrontDoor", loadbalancer.Props{
			VPC:         net.VPC,
			Certificate: awscertificatemanager.Certificate_FromCertificateArn(stack, jsii.String("Certificate"), jsii.String(certificateARN)),
			Servers:     &loadbalancer.Servers{Type: loadbalancer.IP, Port: api.Port(), HealthPath: "/health"},
			Routes:      []route.Route{{Method: "GET", Path: "/dinners", Public: true}},
		})
		api.Behind(door.Targets)
		bare = service.Props{Network: network.New(stack, "Bare", network.Props{LogKey: telemetry})}.Validate()
		for id, directory := range map[string]string{"Least": directory, "Other": other} {
			service.New(stack, id, service.Props{
				Network: net, Directory: directory, Service: "least", Port: 9000, MaxTasks: 2, LogKey: telemetry, Sandbox: true,
			})
		}
	})
}

// otherProgram returns a directory with a program unlike the one in directory.
func otherProgram() string {
	other, err := os.MkdirTemp("", "program")
	if err != nil {
		panic(err)
	}
	if err := os.WriteFile(filepath.Join(other, "bootstrap"), []byte("#!/bin/sh\nexit 2\n"), 0o700); err != nil { //nolint:gosec // a program
		panic(err)
	}
	return other
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Compute-Fargate"), nil)
	telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
	net := network.New(stack, "Network", network.Props{Private: true, Interfaces: service.Interfaces(), LogKey: telemetry})
	api := service.New(stack, "Api", service.Props{
		Network:         net,
		Directory:       ".build/functions/server",
		Authorities:     "/etc/ssl/certs/ca-certificates.crt",
		Service:         "api",
		Environment:     map[string]string{"SYSTEM": "Dinner"},
		MaxTasks:        10,
		RequestsPerTask: 6000,
		LogKey:          telemetry,
	})
	door := loadbalancer.New(stack, "FrontDoor", loadbalancer.Props{
		VPC:         net.VPC,
		Certificate: awscertificatemanager.Certificate_FromCertificateArn(stack, jsii.String("Certificate"), jsii.String(certificateARN)),
		Servers:     &loadbalancer.Servers{Type: loadbalancer.IP, Port: api.Port(), HealthPath: "/health"},
		Routes:      []route.Route{{Method: "GET", Path: "/dinners", Public: true}},
	})
	api.Behind(door.Targets)
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

func program(t *testing.T, id string) synth.Node {
	t.Helper()
	return of(t, "AWS::ECS::TaskDefinition", id).Properties.At("ContainerDefinitions", 0)
}

func want(t *testing.T, in synth.Node, properties map[string]string) {
	t.Helper()
	for path, want := range properties {
		var keys []any
		for _, key := range strings.Split(path, ".") {
			keys = append(keys, key)
		}
		if got := in.At(keys...).String(); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
}

// TestPosture allows what has no resource that could be named: the load balancer's
// log bucket under S3's key, and the token to a registry.
func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		logs := strings.HasPrefix(problem, "FrontDoorLogs") && strings.HasSuffix(problem, "has no customer-managed key")
		if !logs && !strings.Contains(problem, "allows ecr:GetAuthorizationToken on") {
			t.Error(problem)
		}
	}
}

func TestTasks(t *testing.T) {
	want(t, of(t, "AWS::ECS::TaskDefinition", "Api").Properties, map[string]string{
		"Cpu": "1024", "Memory": "3072", "NetworkMode": "awsvpc", "RequiresCompatibilities": `["FARGATE"]`,
		"RuntimePlatform": `{"CpuArchitecture":"ARM64","OperatingSystemFamily":"LINUX"}`,
	})
	want(t, program(t, "Api"), map[string]string{
		"ReadonlyRootFilesystem": "true", "User": "65532:65532", "Privileged": "false", "StopTimeout": "40",
		"LinuxParameters": `{"Capabilities":{"Drop":["ALL"]}}`, "Secrets": "null",
		"Ulimits":      `[{"HardLimit":65535,"Name":"nofile","SoftLimit":65535}]`,
		"Environment":  `[{"Name":"PORT","Value":"8080"},{"Name":"SYSTEM","Value":"Dinner"}]`,
		"PortMappings": `[{"ContainerPort":8080,"Protocol":"tcp"}]`,
	})
	want(t, program(t, "Least"), map[string]string{"StopTimeout": "60", "Environment": `[{"Name":"PORT","Value":"9000"}]`})
	want(t, of(t, "AWS::ECS::TaskDefinition", "Least").Properties, map[string]string{"Cpu": "256", "Memory": "512"})
	if log := program(t, "Api").At("LogConfiguration", "Options"); !strings.HasPrefix(log.At("awslogs-group", "Ref").String(), "ApiLog") || log.At("mode").Value != "non-blocking" {
		t.Errorf("logs to %s", log)
	}
}

// TestImage wants the image's name to follow the program, and nothing else.
func TestImage(t *testing.T) {
	var images [3]string // of one program, the same program again, another one
	for i, id := range []string{"Api", "Least", "Other"} {
		text := program(t, id).At("Image").String()
		images[i] = text[strings.LastIndex(text, ":")+1:]
	}
	if images[0] != images[1] || images[0] == images[2] {
		t.Errorf("images %q: want the first two alike and the third another", images)
	}
}

func TestService(t *testing.T) {
	api := of(t, "AWS::ECS::Service", "Api")
	want(t, api.Properties, map[string]string{
		"LaunchType":                  "FARGATE",
		"DesiredCount":                "null",
		"EnableExecuteCommand":        "false",
		"AvailabilityZoneRebalancing": "ENABLED",
		"NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp": "DISABLED",
		"DeploymentConfiguration.DeploymentCircuitBreaker":        `{"Enable":true,"Rollback":true}`,
		"DeploymentConfiguration.MinimumHealthyPercent":           "100",
		"DeploymentConfiguration.MaximumPercent":                  "200",
	})
	subnets := api.Properties.At("NetworkConfiguration", "AwsvpcConfiguration", "Subnets").List()
	for _, subnet := range subnets {
		if !strings.Contains(subnet.String(), "PrivateSubnet") {
			t.Errorf("tasks in %s", subnet)
		}
	}
	if len(subnets) < 2 {
		t.Errorf("tasks in %d subnets", len(subnets))
	}
	if name, about := api.Role(); name != "compute" || about["service"] != "api" {
		t.Errorf("annotated %s %v", name, about)
	}
	if balancer := api.Properties.At("LoadBalancers"); balancer.At(0, "ContainerPort").Value != 8080.0 || len(balancer.List()) != 1 {
		t.Errorf("behind %s", balancer)
	}
	on := (synth.Node{Value: api.DependsOn}).String()
	for _, endpoint := range template.OfType("AWS::EC2::VPCEndpoint") {
		if !strings.Contains(on, endpoint.ID) {
			t.Errorf("tasks do not wait for %s", endpoint.ID)
		}
	}
}

// TestEndpoints wants every service that a task needs to be in the network.
func TestEndpoints(t *testing.T) {
	have := ""
	for _, endpoint := range template.OfType("AWS::EC2::VPCEndpoint") {
		have += endpoint.Properties.At("ServiceName").String()
	}
	for _, name := range []string{"ecr.api", "ecr.dkr", "logs", ".s3", ".dynamodb"} {
		if !strings.Contains(have, name) {
			t.Errorf("no endpoint %s in %s", name, have)
		}
	}
}

func TestDrain(t *testing.T) {
	attributes := of(t, "AWS::ElasticLoadBalancingV2::TargetGroup", "FrontDoor").Properties.At("TargetGroupAttributes").String()
	if !strings.Contains(attributes, `{"Key":"deregistration_delay.timeout_seconds","Value":"20"}`) {
		t.Errorf("the load balancer drains by %s, want 20 s", attributes)
	}
}

func TestScaling(t *testing.T) {
	want(t, of(t, "AWS::ApplicationAutoScaling::ScalableTarget", "Api").Properties, map[string]string{"MinCapacity": "3", "MaxCapacity": "12"})
	want(t, of(t, "AWS::ApplicationAutoScaling::ScalableTarget", "Least").Properties, map[string]string{"MinCapacity": "2", "MaxCapacity": "2"})
	targets := map[string]string{}
	for _, p := range template.OfType("AWS::ApplicationAutoScaling::ScalingPolicy") {
		if strings.HasPrefix(p.ID, "Api") {
			c := p.Properties.At("TargetTrackingScalingPolicyConfiguration")
			targets[c.At("PredefinedMetricSpecification", "PredefinedMetricType").String()] = c.At("TargetValue").String()
		}
	}
	if len(targets) != 2 || targets["ECSServiceAverageCPUUtilization"] != "50" || targets["ALBRequestCountPerTarget"] != "6000" {
		t.Errorf("follows %v", targets)
	}
}

func TestSecurityGroup(t *testing.T) {
	for _, r := range template.OfType("AWS::EC2::SecurityGroup") {
		if strings.HasPrefix(r.ID, "Api") {
			if in := r.Properties.At("SecurityGroupIngress"); in.Value != nil {
				t.Errorf("lets in %s", in)
			}
			want(t, r.Properties.At("SecurityGroupEgress", 0), map[string]string{"CidrIp": "0.0.0.0/0", "FromPort": "443", "ToPort": "443"})
		}
	}
	in := of(t, "AWS::EC2::SecurityGroupIngress", "Api").Properties
	if in.At("FromPort").Value != 8080.0 || !strings.HasPrefix(in.At("SourceSecurityGroupId", "Fn::GetAtt", 0).String(), "FrontDoor") {
		t.Errorf("lets in %s", in)
	}
}

func TestCluster(t *testing.T) {
	cluster := of(t, "AWS::ECS::Cluster", "Api")
	if got := cluster.Properties.At("ClusterSettings").String(); got != `[{"Name":"containerInsights","Value":"enabled"}]` {
		t.Errorf("settings %s", got)
	}
	log := of(t, "AWS::Logs::LogGroup", "ApiInsights")
	called := cluster.Properties.At("ClusterName").Deployed("Services", "eu-west-1")
	if got := log.Properties.At("LogGroupName").Deployed("Services", "eu-west-1"); got != "/aws/ecs/containerinsights/"+called+"/performance" {
		t.Errorf("cluster %s writes its insights to %s", called, got)
	}
	if !strings.Contains(called, `{"Ref":"AWS::StackId"}`) {
		t.Errorf("cluster %s and its log have the names of the next one, which cannot be made while they are there", called)
	}
	if on := (synth.Node{Value: cluster.DependsOn}).String(); !strings.Contains(on, log.ID) {
		t.Errorf("the cluster makes its log group itself: waits for %s", on)
	}
	if own := of(t, "AWS::Logs::LogGroup", "ApiLog"); own.Properties.At("RetentionInDays").Value != 90.0 || own.DeletionPolicy != "Retain" {
		t.Errorf("the log is kept %s days and then %s", own.Properties.At("RetentionInDays"), own.DeletionPolicy)
	}
}

// TestPermissions wants the program to have no rights of its own, and ECS those to
// fetch the image and to write the log.
func TestPermissions(t *testing.T) {
	var got []string
	for _, policy := range template.OfType("AWS::IAM::Policy") {
		if !strings.HasPrefix(policy.ID, "Api") {
			continue
		}
		if !strings.Contains(policy.Properties.At("Roles").String(), "ApiExecutionRole") {
			t.Errorf("%s is for %s", policy.ID, policy.Properties.At("Roles"))
		}
		for _, s := range policy.Properties.At("PolicyDocument", "Statement").List() {
			got = append(got, s.At("Action").String())
		}
	}
	want := `["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"] ecr:GetAuthorizationToken ["logs:CreateLogStream","logs:PutLogEvents"]`
	if strings.Join(got, " ") != want {
		t.Errorf("allowed %s, want %s", strings.Join(got, " "), want)
	}
	for _, id := range []string{"ApiRole", "ApiExecutionRole"} {
		trust := of(t, "AWS::IAM::Role", id).Properties.At("AssumeRolePolicyDocument", "Statement", 0)
		if trust.At("Condition", "StringEquals", "aws:SourceAccount").Value == nil || !strings.Contains(trust.At("Condition", "ArnLike", "aws:SourceArn").String(), ":ecs:eu-west-1:") {
			t.Errorf("%s trusts %s", id, trust)
		}
	}
}

func TestValidate(t *testing.T) {
	notPEM := filepath.Join(t.TempDir(), "authorities.pem")
	if err := os.WriteFile(notPEM, []byte("none"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		p    service.Props
		want []string
	}{
		{service.Props{
			Directory: t.TempDir(), Authorities: notPEM, Environment: map[string]string{"PORT": "1"}, Port: 80, CPU: 300, MinTasks: 1,
			CPUTarget: 95, RequestsPerTask: -1, Drain: 1500 * time.Millisecond, StopTimeout: time.Hour, LogDays: -1,
		}, []string{
			"Network: missing", "Directory: no program", "Authorities: no certificate in", "Service: missing", "Environment[PORT]:", "Port: 80", "LogKey: missing",
			"CPU: 300", "MinTasks: 1", "MaxTasks: 0", "CPUTarget: 95", "RequestsPerTask: -1", "Drain: 1.5s", "StopTimeout: 1h0m0s", "LogDays: -1",
		}},
		{service.Props{MemoryMB: 1536, MaxTasks: 2, Drain: 61 * time.Second}, []string{
			"Directory: missing", "MemoryMB: 1536 does not go with 256 units of processor: 512, 1024 or 2048 do", "Drain: 1m1s is longer than the StopTimeout of 1m0s",
		}},
		{service.Props{CPU: 8192, MemoryMB: 17000, Authorities: "nowhere.pem"}, []string{"16384 to 61440 in steps of 4096 do", "nowhere.pem"}},
	} {
		err := x.p.Validate()
		for _, want := range x.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want it to say %s", err, want)
			}
		}
	}
}

func TestNetwork(t *testing.T) {
	for _, want := range []string{"Network: has 0 private subnets", "lacks the interface endpoint ecr.api", "ecr.dkr", "logs"} {
		if bare == nil || !strings.Contains(bare.Error(), want) {
			t.Errorf("got %v, want it to say %s", bare, want)
		}
	}
}

// TestAuthorities gives a program in Go, this very test, that carries no authorities.
func TestAuthorities(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	directory := t.TempDir()
	if err := os.Symlink(self, filepath.Join(directory, "bootstrap")); err != nil {
		t.Fatal(err)
	}
	if err := (service.Props{Directory: directory}).Validate(); err == nil || !strings.Contains(err.Error(), "Authorities: missing") {
		t.Errorf("got %v", err)
	}
}
