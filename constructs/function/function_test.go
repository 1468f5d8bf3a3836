package function_test

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/function"
	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/network"
	"fulcrum/design/role"
)

const program = "testdata/program"

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Functions", func(stack awscdk.Stack) {
		telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
		function.New(stack, "Api", function.Props{
			Directory:           program,
			Service:             "api",
			Environment:         map[string]string{"SYSTEM": "Dinner"},
			MemoryMB:            1769,
			Timeout:             29 * time.Second,
			ReservedConcurrency: 50,
			Key:                 keys.New(stack, "Bookings", keys.Props{DataClass: "bookings"}),
			LogKey:              telemetry,
			LogDays:             100,
		})
		function.New(stack, "Inside", function.Props{
			Directory: program, Service: "inside", Key: telemetry,
			Network: network.New(stack, "Network", network.Props{Private: true, LogKey: telemetry}),
		})
		function.New(stack, "Least", function.Props{
			Directory: program, Service: "notification", Key: telemetry, Role: role.Consumer, Sandbox: true,
		})
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Baseline"), nil)
	f := function.New(stack, "Api", function.Props{
		Directory:   ".build/functions/api",
		Service:     "api",
		Environment: map[string]string{"SYSTEM": "Dinner"},
		Key:         keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"}),
	})
	awscdk.NewCfnOutput(stack, jsii.String("Function"), &awscdk.CfnOutputProps{Value: f.Lambda.FunctionName()})
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

func TestFunction(t *testing.T) {
	for _, x := range []struct{ id, property, want string }{
		{"Api", "Runtime", "provided.al2023"},
		{"Api", "Architectures", `["arm64"]`},
		{"Api", "MemorySize", "1769"},
		{"Api", "Timeout", "29"},
		{"Api", "ReservedConcurrentExecutions", "50"},
		{"Api", "TracingConfig", `{"Mode":"Active"}`},
		{"Api", "Environment", `{"Variables":{"SYSTEM":"Dinner"}}`},
		{"Least", "MemorySize", "512"},
		{"Least", "Timeout", "10"},
		{"Least", "ReservedConcurrentExecutions", "null"},
	} {
		if got := of(t, "AWS::Lambda::Function", x.id).Properties.At(x.property).String(); got != x.want {
			t.Errorf("%s: %s is %s, want %s", x.id, x.property, got, x.want)
		}
	}
	api := of(t, "AWS::Lambda::Function", "Api").Properties
	if key := api.At("KmsKeyArn", "Fn::GetAtt", 0).String(); !strings.HasPrefix(key, "Bookings") {
		t.Errorf("the environment is under %q", key)
	}
	logging := api.At("LoggingConfig")
	if logging.At("LogFormat").Value != "JSON" || !strings.HasPrefix(logging.At("LogGroup", "Ref").String(), "ApiLog") {
		t.Errorf("logs go out as %s", logging)
	}
}

func TestLog(t *testing.T) {
	kept, gone := of(t, "AWS::Logs::LogGroup", "Api"), of(t, "AWS::Logs::LogGroup", "Least")
	if !strings.HasPrefix(kept.Properties.At("KmsKeyId", "Fn::GetAtt", 0).String(), "Telemetry") {
		t.Errorf("the log is under %s", kept.Properties.At("KmsKeyId"))
	}
	if days := kept.Properties.At("RetentionInDays").Value; days != 90.0 {
		t.Errorf("the log is kept %v days, want 90, the longest period within 100", days)
	}
	if kept.DeletionPolicy != "Retain" || gone.DeletionPolicy != "Delete" {
		t.Errorf("logs: %s, in a sandbox %s", kept.DeletionPolicy, gone.DeletionPolicy)
	}
}

// TestPermissions wants each role to write to its own log and to send traces, and
// nothing more.
func TestPermissions(t *testing.T) {
	for _, r := range template.OfType("AWS::IAM::Role") {
		if r.Properties.At("ManagedPolicyArns").Value != nil {
			t.Errorf("%s has managed policies: %s", r.ID, r.Properties.At("ManagedPolicyArns"))
		}
	}
	for _, id := range []string{"Api", "Least"} {
		var got []string
		for _, s := range of(t, "AWS::IAM::Policy", id).Properties.At("PolicyDocument", "Statement").List() {
			on := s.At("Resource", "Fn::GetAtt", 0).String()
			if s.At("Resource").Value == "*" {
				on = "*"
			}
			got = append(got, s.At("Action").String()+" on "+strings.TrimRight(on, "0123456789ABCDEF"))
		}
		key := map[string]string{"Api": "Bookings", "Least": "Telemetry"}[id]
		want := `["logs:CreateLogStream","logs:PutLogEvents"] on ` + id + `Log; ` +
			`["xray:PutTelemetryRecords","xray:PutTraceSegments"] on *; kms:Decrypt on ` + key
		if strings.Join(got, "; ") != want {
			t.Errorf("%s may\n%s\nwant\n%s", id, strings.Join(got, "; "), want)
		}
	}
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		if !strings.Contains(problem, "xray:") && !strings.Contains(problem, "ec2:CreateNetworkInterface") { // see TestPermissions, TestInside
			t.Error(problem)
		}
	}
}

func TestRoles(t *testing.T) {
	for id, want := range map[string]string{"Api": "compute api", "Least": "consumer notification"} {
		name, about := of(t, "AWS::Lambda::Function", id).Role()
		if got := name + " " + about["service"].(string); got != want {
			t.Errorf("%s is annotated %q, want %q", id, got, want)
		}
	}
}

func TestValidate(t *testing.T) {
	err := function.Props{
		Directory:           t.TempDir(),
		MemoryMB:            64,
		Timeout:             1500 * time.Millisecond,
		ReservedConcurrency: -1,
		LogDays:             -1,
		LogLevel:            "LOUD",
		Environment:         map[string]string{"AWS_REGION": "x", "1": "x", "BIG": strings.Repeat("x", 4096)},
	}.Validate()
	for _, want := range []string{
		"Directory: no program at", "Service: missing", "Key: missing", "MemoryMB: 64", "Timeout: 1.5s",
		"ReservedConcurrency: -1", "LogDays: -1", `LogLevel: "LOUD"`, "Environment[1]:", "Environment[AWS_REGION]:", "Environment: 4",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
}

// TestProgram gives programs that AWS would only refuse to start.
func TestProgram(t *testing.T) {
	var foreign bytes.Buffer
	if err := binary.Write(&foreign, binary.LittleEndian, elf.Header64{
		Ident:   [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:    uint16(elf.ET_EXEC),
		Machine: uint16(elf.EM_X86_64),
		Version: uint32(elf.EV_CURRENT),
	}); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		name    string
		program []byte
		mode    os.FileMode
		want    string
	}{
		{"not executable", []byte("#!/bin/sh\n"), 0o600, "is not executable"},
		{"another machine's", foreign.Bytes(), 0o700, "GOARCH=arm64"},
	} {
		t.Run(x.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "bootstrap"), x.program, x.mode); err != nil {
				t.Fatal(err)
			}
			if err := (function.Props{Directory: dir}).Validate(); err == nil || !strings.Contains(err.Error(), x.want) {
				t.Errorf("got %v, want it to say %s", err, x.want)
			}
		})
	}
}

// TestInside wants a function of a network in its private subnets, in a group of its
// own that lets nothing in, with the rights to stand there and no others.
func TestInside(t *testing.T) {
	config := of(t, "AWS::Lambda::Function", "Inside").Properties.At("VpcConfig")
	if subnets := config.At("SubnetIds").String(); strings.Count(subnets, "Private") != 2 || strings.Contains(subnets, "Public") {
		t.Errorf("in %s", subnets)
	}
	group := of(t, "AWS::EC2::SecurityGroup", "Inside").Properties
	if group.At("SecurityGroupIngress").Value != nil || len(group.At("SecurityGroupEgress").List()) != 1 || group.At("SecurityGroupEgress", 0, "ToPort").Value != 443.0 {
		t.Errorf("its group: %s", group)
	}
	entered := false
	for _, s := range of(t, "AWS::IAM::Policy", "InsideRole").Properties.At("PolicyDocument", "Statement").List() {
		if s.At("Sid").String() == "EnterNetwork" {
			entered = true
			for _, action := range s.At("Action").List() {
				if name := action.String(); !strings.HasSuffix(name, "NetworkInterface") && !strings.HasSuffix(name, "NetworkInterfaces") &&
					!strings.HasSuffix(name, "PrivateIpAddresses") && name != "ec2:DescribeSubnets" {
					t.Errorf("it may %s", name)
				}
			}
		}
	}
	if !entered {
		t.Error("Lambda cannot make its network interfaces")
	}
	if of(t, "AWS::Lambda::Function", "Least").Properties.At("VpcConfig").Value != nil {
		t.Error("a function without a network is in one")
	}
}
