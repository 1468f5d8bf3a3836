package failover_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/failover"
	"fulcrum/constructs/internal/synth"
)

var (
	template                    *synth.Template
	alone, primary, nearby      *failover.Member
	host, domain, zone, regionA = "abc.execute-api.eu-west-1.amazonaws.com", "api.example.org", "Z0123456789ABCDEFGHIJ", "eu-west-1"
)

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Members", func(stack awscdk.Stack) {
		p := failover.Props{Host: host, Path: "/health", Region: regionA, Routing: failover.Secondary}
		alone = failover.New(stack, "Alone", p)
		p.Domain, p.HostedZoneID, p.Target, p.TargetZoneID = domain, zone, "d-abc.execute-api.eu-west-1.amazonaws.com", "ZLY8HYME6SFDD"
		p.Routing = failover.Primary
		primary = failover.New(stack, "Primary", p)
		p.Routing, p.Domain = failover.Latency, "near.example.org"
		nearby = failover.New(stack, "Near", p)
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Availability-ActivePassive"), nil)
	failover.New(stack, "Failover", failover.Props{
		Host: "abc.execute-api.eu-west-1.amazonaws.com", Path: "/health", Region: "eu-west-1", Routing: failover.Primary,
	})
}

// TestChecks wants the path asked over TLS, by name, where certificates are.
func TestChecks(t *testing.T) {
	checks := template.OfType("AWS::Route53::HealthCheck")
	if len(checks) != 3 || alone.Record != nil || primary.Record == nil || nearby.Record == nil {
		t.Fatalf("%d checks", len(checks))
	}
	const want = `{"EnableSNI":true,"FailureThreshold":3,"FullyQualifiedDomainName":"abc.execute-api.eu-west-1.amazonaws.com","Port":443,"RequestInterval":30,"ResourcePath":"/health","Type":"HTTPS"}`
	for _, c := range checks {
		if got := c.Properties.At("HealthCheckConfig").String(); got != want {
			t.Errorf("%s asks %s", c.ID, got)
		}
	}
}

// TestRecords wants each to be served only while its own check says so.
func TestRecords(t *testing.T) {
	for _, r := range template.OfType("AWS::Route53::RecordSet") {
		prefix := strings.TrimSuffix(r.ID[:4], "a")
		if check := r.Properties.At("HealthCheckId").String(); !strings.Contains(check, prefix) {
			t.Errorf("%s is served while %s says so", r.ID, check)
		}
		routing := r.Properties.At("Failover").String() + r.Properties.At("Region").String()
		if want := map[bool]string{true: "PRIMARY", false: regionA}[strings.HasPrefix(r.ID, "Primary")]; !strings.Contains(routing, want) {
			t.Errorf("%s is served by %s, want %s", r.ID, routing, want)
		}
		if r.Properties.At("SetIdentifier").Value != regionA {
			t.Errorf("%s is told apart by %s", r.ID, r.Properties.At("SetIdentifier"))
		}
	}
}

func TestValidate(t *testing.T) {
	err := failover.Props{Host: "https://x", Path: "health", Routing: "NEAREST", Domain: "x"}.Validate()
	for _, want := range []string{`Host: "https://x"`, `Path: "health"`, "Region: missing", `Routing: "NEAREST"`, "HostedZoneID: ", "Target: missing"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
}
