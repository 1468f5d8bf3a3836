package cache_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/cache"
	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/network"
)

var (
	template *synth.Template
	public   error
)

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Caches", func(stack awscdk.Stack) {
		key := keys.New(stack, "Key", keys.Props{DataClass: "read-models"})
		vpc := network.New(stack, "Network", network.Props{Private: true, LogKey: key})
		public = cache.Props{Network: network.New(stack, "Public", network.Props{LogKey: key})}.Validate()
		c := cache.New(stack, "Reads", cache.Props{Network: vpc, Key: key, Keys: "dinner:", MaxGB: 2, MaxECPU: 5000})
		group := awsec2.NewSecurityGroup(stack, jsii.String("Members"), &awsec2.SecurityGroupProps{Vpc: vpc.VPC, AllowAllOutbound: jsii.Bool(false)})
		c.Admit(group)
		c.GrantConnect(awsiam.NewRole(stack, jsii.String("Service"), &awsiam.RoleProps{
			AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		}))
		for name, value := range c.Environment() {
			awscdk.NewCfnOutput(stack, jsii.String(strings.ReplaceAll(name, "_", "")), &awscdk.CfnOutputProps{Value: jsii.String(value)})
		}
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Baseline"), nil)
	key := keys.New(stack, "Key", keys.Props{DataClass: "read-models"})
	vpc := network.New(stack, "Network", network.Props{Private: true, LogKey: key})
	reads := cache.New(stack, "Reads", cache.Props{Network: vpc, Key: key, Keys: "dinner:", MaxGB: 1, MaxECPU: 10_000})
	reads.GrantConnect(awsiam.NewRole(stack, jsii.String("Service"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	}))
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		t.Error(problem)
	}
}

func TestCache(t *testing.T) {
	c := template.One("AWS::ElastiCache::ServerlessCache")
	for _, x := range []struct {
		what string
		got  synth.Node
		want string
	}{
		{"engine", c.Properties.At("Engine"), "valkey"},
		{"key", c.Properties.At("KmsKeyId", "Fn::GetAtt", 1), "Arn"},
		{"storage", c.Properties.At("CacheUsageLimits", "DataStorage"), `{"Maximum":2,"Unit":"GB"}`},
		{"processing", c.Properties.At("CacheUsageLimits", "ECPUPerSecond", "Maximum"), "5000"},
	} {
		if x.got.String() != x.want {
			t.Errorf("%s: %s, want %s", x.what, x.got, x.want)
		}
	}
	if subnets := c.Properties.At("SubnetIds").String(); strings.Count(subnets, "Private") != 2 || strings.Contains(subnets, "Public") {
		t.Errorf("in %s, want the two private subnets", subnets)
	}
	if kind, about := c.Role(); kind != "cache" || about["data-class"] != "read-models" {
		t.Errorf("role %s %v", kind, about)
	}
}

// TestUser wants the one user to have no password and no right over what is not
// the service's own.
func TestUser(t *testing.T) {
	user := template.One("AWS::ElastiCache::User").Properties
	if user.At("AuthenticationMode", "Type").String() != "iam" || user.At("Passwords").Value != nil || user.At("NoPasswordRequired").Value != nil {
		t.Errorf("authenticates by %s", user)
	}
	if user.At("UserId").String() != user.At("UserName").String() {
		t.Errorf("id %s and name %s differ, which IAM does not take", user.At("UserId"), user.At("UserName"))
	}
	// lambdas/valkey/redistest gives a real server a user with the same rights.
	const want = "on ~dinner:* resetchannels -@all +@read +@write +@connection -@dangerous +cluster|slots +cluster|shards +command"
	if access := user.At("AccessString").String(); access != want {
		t.Errorf("access string %q, want %q", access, want)
	}
	if name := user.At("UserId").Deployed("S", "eu-west-1"); !strings.HasPrefix(name, "reads-") {
		t.Errorf("user is called %s", name)
	}
}

func TestAccess(t *testing.T) {
	for _, policy := range template.OfType("AWS::IAM::Policy") {
		if !strings.HasPrefix(policy.ID, "Service") {
			continue
		}
		s := policy.Properties.At("PolicyDocument", "Statement", 0)
		if s.At("Action").String() != "elasticache:Connect" || len(s.At("Resource").List()) != 2 {
			t.Errorf("may %s on %s", s.At("Action"), s.At("Resource"))
		}
		return
	}
	t.Error("nobody may connect")
}

func TestPorts(t *testing.T) {
	for _, kind := range []string{"Ingress", "Egress"} {
		rules := template.OfType("AWS::EC2::SecurityGroup" + kind)
		if len(rules) != 2 {
			t.Fatalf("%d rules of %s, want one for each port", len(rules), kind)
		}
		for _, r := range rules {
			if port := r.Properties.At("FromPort").Value; port != 6379.0 && port != 6380.0 {
				t.Errorf("%s opens port %v", r.ID, port)
			}
		}
	}
}

func TestValidate(t *testing.T) {
	err := cache.Props{Keys: "Dinner", MaxGB: 9000, MaxECPU: 1}.Validate()
	for _, want := range []string{"Network: missing", "Key: missing", `Keys: "Dinner"`, "MaxGB: 9000", "MaxECPU: 1 is"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
	if public == nil || !strings.Contains(public.Error(), "has 0 private subnets") {
		t.Errorf("got %v, want it to miss private subnets", public)
	}
}
