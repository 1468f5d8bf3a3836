package fleet_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/fleet"
	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/loadbalancer"
	"fulcrum/constructs/network"
	"fulcrum/constructs/route"
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
	synth.Main(m, &template, "Fleets", func(stack awscdk.Stack) {
		telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
		net := network.New(stack, "Network", network.Props{Private: true, Interfaces: fleet.Interfaces(), LogKey: telemetry})
		api := fleet.New(stack, "Api", fleet.Props{
			Network: net, Directory: directory, Service: "api", InstanceType: "c7g.large", VolumeGB: 20,
			Environment:  map[string]string{"SYSTEM": "Dinner", "ODD": "$(id) {{region}}", "TABLE": *telemetry.KMS.KeyId()},
			MinInstances: 3, MaxInstances: 12, CPUTarget: 50, RequestsPerInstance: 6000,
			Drain: 20 * time.Second, StopTimeout: 40 * time.Second, VolumeKey: telemetry, LogKey: telemetry, LogDays: 100,
		})
		door := loadbalancer.New(stack, "FrontDoor", loadbalancer.Props{
			VPC:         net.VPC,
			Certificate: awscertificatemanager.Certificate_FromCertificateArn(stack, jsii.String("Certificate"), jsii.String(certificateARN)),
			Servers:     &loadbalancer.Servers{Type: loadbalancer.Instance, Port: api.Port(), HealthPath: "/health"},
			Routes:      []route.Route{{Method: "GET", Path: "/dinners", Public: true}},
		})
		api.Behind(door.Targets)
		fleet.New(stack, "Least", fleet.Props{
			Network: net, Directory: directory, Service: "least", Port: 9000, MaxInstances: 3, VolumeKey: telemetry, LogKey: telemetry, Sandbox: true,
		})
		bare = fleet.Props{Network: network.New(stack, "Bare", network.Props{LogKey: telemetry})}.Validate()
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Compute-Ec2"), nil)
	telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
	net := network.New(stack, "Network", network.Props{Private: true, Interfaces: fleet.Interfaces(), LogKey: telemetry})
	api := fleet.New(stack, "Api", fleet.Props{
		Network:      net,
		Directory:    ".build/functions/server",
		Service:      "api",
		Environment:  map[string]string{"SYSTEM": "Dinner"},
		MaxInstances: 10,
		VolumeKey:    telemetry,
		LogKey:       telemetry,
	})
	door := loadbalancer.New(stack, "FrontDoor", loadbalancer.Props{
		VPC:         net.VPC,
		Certificate: awscertificatemanager.Certificate_FromCertificateArn(stack, jsii.String("Certificate"), jsii.String(certificateARN)),
		Servers:     &loadbalancer.Servers{Type: loadbalancer.Instance, Port: api.Port(), HealthPath: "/health"},
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

func script(t *testing.T, id string) string {
	t.Helper()
	data := of(t, "AWS::EC2::LaunchTemplate", id).Properties.At("LaunchTemplateData", "UserData", "Fn::Base64")
	return data.Deployed("Fleets", "eu-west-1")
}

// TestPosture allows what has no resource that could be named: the load balancer's
// log bucket under S3's key, and the channels of Session Manager.
func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		logs := strings.HasPrefix(problem, "FrontDoorLogs") && strings.HasSuffix(problem, "has no customer-managed key")
		if !logs && !strings.Contains(problem, `allows ["ssmmessages:`) {
			t.Error(problem)
		}
	}
}

func TestTemplate(t *testing.T) {
	data := of(t, "AWS::EC2::LaunchTemplate", "Api").Properties.At("LaunchTemplateData")
	want(t, data, map[string]string{
		"InstanceType":               "c7g.large",
		"KeyName":                    "null",
		"MetadataOptions.HttpTokens": "required",
		"MetadataOptions.HttpPutResponseHopLimit": "1",
		"Monitoring": `{"Enabled":true}`,
	})
	volume := data.At("BlockDeviceMappings", 0, "Ebs")
	want(t, volume, map[string]string{"Encrypted": "true", "VolumeType": "gp3", "VolumeSize": "20", "DeleteOnTermination": "true"})
	if len(data.At("BlockDeviceMappings").List()) != 1 || !strings.HasPrefix(volume.At("KmsKeyId", "Fn::GetAtt", 0).String(), "Telemetry") {
		t.Errorf("disks %s", data.At("BlockDeviceMappings"))
	}
	if image := data.At("ImageId", "Ref").String(); !strings.Contains(image, "al2023amikernel") || !strings.Contains(image, "arm64") {
		t.Errorf("image %s", data.At("ImageId"))
	}
	for _, card := range data.At("NetworkInterfaces").List() {
		want(t, card, map[string]string{"AssociatePublicIpAddress": "false"})
	}
	want(t, of(t, "AWS::EC2::LaunchTemplate", "Least").Properties.At("LaunchTemplateData"), map[string]string{"InstanceType": "t4g.small"})
}

func TestGroup(t *testing.T) {
	group := of(t, "AWS::AutoScaling::AutoScalingGroup", "Api")
	want(t, group.Properties, map[string]string{
		"MinSize": "3", "MaxSize": "12", "DesiredCapacity": "null", "HealthCheckType": "ELB,EBS", "HealthCheckGracePeriod": "300",
	})
	subnets := group.Properties.At("VPCZoneIdentifier").List()
	for _, subnet := range subnets {
		if !strings.Contains(subnet.String(), "PrivateSubnet") {
			t.Errorf("instances in %s", subnet)
		}
	}
	if len(subnets) < 2 {
		t.Errorf("instances in %d subnets", len(subnets))
	}
	if name, about := group.Role(); name != "compute" || about["service"] != "api" {
		t.Errorf("annotated %s %v", name, about)
	}
	on := (synth.Node{Value: group.DependsOn}).String()
	for _, endpoint := range template.OfType("AWS::EC2::VPCEndpoint") {
		if !strings.Contains(on, endpoint.ID) {
			t.Errorf("instances do not wait for %s", endpoint.ID)
		}
	}
	if policy := of(t, "AWS::IAM::Policy", "ApiRole"); !strings.Contains(on, policy.ID) {
		t.Errorf("instances do not wait for their rights: %s", on)
	}
}

// TestDeployment wants new instances to answer before old ones go.
func TestDeployment(t *testing.T) {
	group := of(t, "AWS::AutoScaling::AutoScalingGroup", "Api")
	want(t, group.CreationPolicy, map[string]string{
		"ResourceSignal": `{"Count":3,"Timeout":"PT10M"}`, "AutoScalingCreationPolicy": `{"MinSuccessfulInstancesPercent":100}`,
	})
	want(t, group.UpdatePolicy.At("AutoScalingRollingUpdate"), map[string]string{
		"MinInstancesInService": "3", "MaxBatchSize": "1", "MinSuccessfulInstancesPercent": "100", "PauseTime": "PT10M", "WaitOnResourceSignals": "true",
	})
}

func TestBehind(t *testing.T) {
	targets := of(t, "AWS::ElasticLoadBalancingV2::TargetGroup", "FrontDoor")
	if attributes := targets.Properties.At("TargetGroupAttributes").String(); !strings.Contains(attributes, `{"Key":"deregistration_delay.timeout_seconds","Value":"20"}`) {
		t.Errorf("the load balancer drains by %s, want 20 s", attributes)
	}
	want(t, of(t, "AWS::AutoScaling::AutoScalingGroup", "Api").Properties, map[string]string{"TargetGroupARNs": `[{"Ref":"` + targets.ID + `"}]`})
	if on := (synth.Node{Value: of(t, "AWS::AutoScaling::AutoScalingGroup", "Api").DependsOn}).String(); !strings.Contains(on, "FrontDoorRules1") {
		t.Errorf("instances start before a listener knows their group: %s", on)
	}
	in := of(t, "AWS::EC2::SecurityGroupIngress", "Api").Properties
	if in.At("FromPort").Value != 8080.0 || !strings.HasPrefix(in.At("SourceSecurityGroupId", "Fn::GetAtt", 0).String(), "FrontDoor") {
		t.Errorf("lets in %s", in)
	}
	for _, r := range template.OfType("AWS::EC2::SecurityGroup") {
		if strings.HasPrefix(r.ID, "Api") && r.Properties.At("SecurityGroupIngress").Value != nil {
			t.Errorf("lets in %s", r.Properties.At("SecurityGroupIngress"))
		}
	}
}

func TestScaling(t *testing.T) {
	targets := map[string]string{}
	for _, p := range template.OfType("AWS::AutoScaling::ScalingPolicy") {
		if strings.HasPrefix(p.ID, "Api") {
			c := p.Properties.At("TargetTrackingConfiguration")
			targets[c.At("PredefinedMetricSpecification", "PredefinedMetricType").String()] = c.At("TargetValue").String()
		}
	}
	if len(targets) != 2 || targets["ASGAverageCPUUtilization"] != "50" || targets["ALBRequestCountPerTarget"] != "6000" {
		t.Errorf("follows %v", targets)
	}
}

// TestScript wants a script that a shell can read, that reports to the right
// resource, and that hands on the environment as it is.
func TestScript(t *testing.T) {
	api := script(t, "Api")
	if strings.Contains(strings.Replace(api, "{{region}}", "", 1), "{{") {
		t.Errorf("blanks left in\n%s", api)
	}
	group := of(t, "AWS::AutoScaling::AutoScalingGroup", "Api")
	for _, want := range []string{
		`--stack "Fleets" --resource "` + group.ID + `" --region "eu-west-1"`,
		"PORT=\"8080\"\nODD=\"$(id) {{region}}\"\nSYSTEM=\"Dinner\"\nTABLE=\"Telemetry",
		"/opt/api/bootstrap\n", "TimeoutStopSec=40\n", "DynamicUser=yes\n", "http://127.0.0.1:8080/health", `"log_group_name":"ApiLog`,
	} {
		if !strings.Contains(api, want) {
			t.Errorf("no %q in\n%s", want, api)
		}
	}
	path := filepath.Join(t.TempDir(), "start.sh")
	if err := os.WriteFile(path, []byte(api), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "bash", "-n", path).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	if len(script(t, "Least")) > 5<<10 {
		t.Errorf("%d bytes are more than is kept free for the script", len(script(t, "Least")))
	}
}

// TestPermissions wants instances to fetch the one program, write the one log,
// report to their own stack and be managed.
func TestPermissions(t *testing.T) {
	got := map[string]string{}
	for _, s := range of(t, "AWS::IAM::Policy", "ApiRole").Properties.At("PolicyDocument", "Statement").List() {
		got[s.At("Sid").String()] = s.At("Action").String()
		if s.At("Resource").Value == "*" && s.At("Sid").Value != "OpenSessions" {
			t.Errorf("on everything: %s", s)
		}
		if s.At("Action").Value == "cloudformation:SignalResource" && s.At("Resource", "Ref").Value != "AWS::StackId" {
			t.Errorf("reports to %s", s.At("Resource"))
		}
		if s.At("Sid").Value == "FetchProgram" && strings.Contains(s.At("Resource").String(), "*") {
			t.Errorf("fetches %s", s.At("Resource"))
		}
	}
	if len(got) != 5 || got["FetchProgram"] != "s3:GetObject" || got["BeManaged"] != "ssm:UpdateInstanceInformation" {
		t.Errorf("allowed %v", got)
	}
	if managed := of(t, "AWS::IAM::Role", "ApiRole").Properties.At("ManagedPolicyArns"); managed.Value != nil {
		t.Errorf("managed policies %s", managed)
	}
}

// TestKey wants Auto Scaling's own role, and nobody else, to use the disks' key.
func TestKey(t *testing.T) {
	found := 0
	for _, s := range of(t, "AWS::KMS::Key", "Telemetry").Properties.At("KeyPolicy", "Statement").List() {
		if s.At("Principal", "AWS").Value != "*" || s.At("Effect").Value == "Deny" {
			continue
		}
		found++
		role := s.At("Condition", "ArnEquals", "aws:PrincipalArn").Deployed("Fleets", "eu-west-1")
		if role != "arn:aws:iam::AWS::AccountId:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling" {
			t.Errorf("lets in %s", role)
		}
		if s.At("Condition", "StringEquals", "kms:CallerAccount").Value == nil {
			t.Errorf("lets in other accounts: %s", s)
		}
		if s.At("Action").Value == "kms:CreateGrant" && s.At("Condition", "Bool", "kms:GrantIsForAWSResource").Value != "true" {
			t.Errorf("grants to anybody: %s", s)
		}
	}
	if found != 2 {
		t.Errorf("%d statements for Auto Scaling, want 2", found)
	}
}

func TestLog(t *testing.T) {
	if log := of(t, "AWS::Logs::LogGroup", "ApiLog"); log.Properties.At("RetentionInDays").Value != 90.0 || log.DeletionPolicy != "Retain" {
		t.Errorf("kept %s days and then %s", log.Properties.At("RetentionInDays"), log.DeletionPolicy)
	}
	if log := of(t, "AWS::Logs::LogGroup", "LeastLog"); log.DeletionPolicy != "Delete" {
		t.Errorf("in a sandbox %s", log.DeletionPolicy)
	}
}

func TestValidate(t *testing.T) {
	for _, x := range []struct {
		p    fleet.Props
		want []string
	}{
		{fleet.Props{
			Directory: t.TempDir(), Service: "Api", Environment: map[string]string{"PORT": "1", "END": "END-OF-FILE", "BIG": strings.Repeat("x", 12<<10)}, Port: 80,
			HealthPath: "health", InstanceType: "g4dn.large", VolumeGB: 4, MinInstances: 1, CPUTarget: 95, RequestsPerInstance: -1,
			Drain: 1500 * time.Millisecond, StopTimeout: time.Hour, LogDays: -1,
		}, []string{
			"Network: missing", "Directory: no program", `Service: "Api"`, "Environment[PORT]:", "Environment[END]:", "Environment: 12", "Port: 80", "VolumeKey: missing",
			"LogKey: missing", `HealthPath: "health"`, `InstanceType: "g4dn.large"`, "VolumeGB: 4", "MinInstances: 1", "MaxInstances: 0", "CPUTarget: 95",
			"RequestsPerInstance: -1", "Drain: 1.5s", "StopTimeout: 1h0m0s", "LogDays: -1",
		}},
		{fleet.Props{MinInstances: 2, MaxInstances: 2, Drain: 61 * time.Second}, []string{
			"Directory: missing", "MaxInstances: 2 is less than MinInstances and 1 more", "Drain: 1m1s is longer than the StopTimeout of 1m0s",
		}},
	} {
		err := x.p.Validate()
		for _, want := range x.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want it to say %s", err, want)
			}
		}
	}
	for _, want := range []string{"Network: has 0 private subnets", "lacks the interface endpoint cloudformation", "logs", "ssm", "ssmmessages"} {
		if bare == nil || !strings.Contains(bare.Error(), want) {
			t.Errorf("got %v, want it to say %s", bare, want)
		}
	}
}
