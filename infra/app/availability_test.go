package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fulcrum/design"
	"fulcrum/design/catalogue"
)

// ofType returns the properties of the resources of a type in a template.
func ofType(template map[string]any, kind string) []map[string]any {
	var all []map[string]any
	for _, r := range resources(template) {
		if r["Type"] == kind {
			properties, _ := r["Properties"].(map[string]any)
			all = append(all, properties)
		}
	}
	return all
}

// TestCopiesAreKeptLikeTheTables wants the copies in the second Region under keys of
// that Region, protected and restorable as the tables are.
func TestCopiesAreKeptLikeTheTables(t *testing.T) {
	tables := ofType(templates["Consistency-GlobalEventual"], "AWS::DynamoDB::GlobalTable")
	if len(tables) != 2 {
		t.Fatalf("%d tables", len(tables))
	}
	for _, table := range tables {
		replicas := table["Replicas"].([]any)
		if len(replicas) != 2 {
			t.Fatalf("%d copies: %s", len(replicas), text(t, replicas))
		}
		regions := map[any]bool{}
		for _, r := range replicas {
			replica := r.(map[string]any)
			regions[replica["Region"]] = true
			for _, want := range []string{`"DeletionProtectionEnabled":true`, `"PointInTimeRecoveryEnabled":true`, `"KMSMasterKeyId":{"Fn::GetAtt":[`} {
				if !strings.Contains(text(t, replica), want) {
					t.Errorf("%v: no %s", replica["Region"], want)
				}
			}
		}
		if !regions["eu-west-1"] || !regions["eu-central-1"] {
			t.Errorf("copies in %v", regions)
		}
	}
	if keys := ofType(templates["Consistency-GlobalEventual-SecondaryKeys"], "AWS::KMS::Key"); len(keys) != 2 {
		t.Errorf("%d keys in the second Region, want one for each table", len(keys))
	}
}

var inTwoRegions = []string{"Availability-ActivePassive", "Availability-ActiveActive"}

// TestEventsAreHandedOnOnce wants each Region's pipe to take what was written in its
// Region and nothing else: each stream shows every write.
func TestEventsAreHandedOnOnce(t *testing.T) {
	for _, name := range inTwoRegions {
		for stack, region := range map[string]string{name: "eu-west-1", name + "-Secondary": "eu-central-1"} {
			pipes := ofType(templates[stack], "AWS::Pipes::Pipe")
			if len(pipes) != 1 {
				t.Fatalf("%s: %d pipes", stack, len(pipes))
			}
			filters := pipes[0]["SourceParameters"].(map[string]any)["FilterCriteria"].(map[string]any)["Filters"].([]any)
			if len(filters) != 1 {
				t.Fatalf("%s: %d filters, any of which lets an event in", stack, len(filters))
			}
			var pattern struct {
				DynamoDB struct {
					NewImage map[string]map[string][]string
				} `json:"dynamodb"`
			}
			if err := json.Unmarshal([]byte(filters[0].(map[string]any)["Pattern"].(string)), &pattern); err != nil {
				t.Fatal(err)
			}
			if got := pattern.DynamoDB.NewImage["region"]["S"]; len(got) != 1 || got[0] != region {
				t.Errorf("%s hands on what was written in %v", stack, got)
			}
		}
	}
}

// TestWhereCommandsWrite wants one copy to decide where both Regions answer, and each
// Region's own where the second one waits.
func TestWhereCommandsWrite(t *testing.T) {
	for stack, home := range map[string]any{
		"Availability-ActiveActive": nil, "Availability-ActiveActive-Secondary": "eu-west-1",
		"Availability-ActivePassive": nil, "Availability-ActivePassive-Secondary": nil,
	} {
		told := 0
		for _, f := range ofType(templates[stack], "AWS::Lambda::Function") {
			environment, _ := f["Environment"].(map[string]any)
			variables, _ := environment["Variables"].(map[string]any)
			if _, writes := variables["STORE_TABLE"]; !writes {
				continue
			}
			told++
			if variables["HOME_REGION"] != home {
				t.Errorf("%s writes in %v, want %v", stack, variables["HOME_REGION"], home)
			}
		}
		if told == 0 {
			t.Errorf("%s: no function writes the store", stack)
		}
		may := strings.Contains(text(t, ofType(templates[stack], "AWS::IAM::Policy")), `"arn:aws:dynamodb:eu-west-1:`)
		if may != (home != nil) {
			t.Errorf("%s may reach the home Region's table: %v", stack, may)
		}
	}
}

// TestHealthChecksTouchTheStore wants each Region asked by its own endpoint, at the
// path that reads the store.
func TestHealthChecksTouchTheStore(t *testing.T) {
	for _, name := range inTwoRegions {
		for _, stack := range []string{name, name + "-Secondary"} {
			checks := ofType(templates[stack], "AWS::Route53::HealthCheck")
			if len(checks) != 1 {
				t.Fatalf("%s: %d health checks", stack, len(checks))
			}
			config := text(t, checks[0])
			for _, want := range []string{`"ResourcePath":"/health"`, `"Type":"HTTPS"`, `"Fn::GetAtt":["FrontDoor`} {
				if !strings.Contains(config, want) {
					t.Errorf("%s: no %s in %s", stack, want, config)
				}
			}
		}
	}
}

// TestOneUserPool wants the second Region to take the tokens of the first one's pool,
// and to have none of its own that would know nobody.
func TestOneUserPool(t *testing.T) {
	for _, name := range inTwoRegions {
		template := templates[name+"-Secondary"]
		if pools := ofType(template, "AWS::Cognito::UserPool"); len(pools) != 0 {
			t.Errorf("%s: %d user pools", name, len(pools))
		}
		for _, a := range ofType(template, "AWS::ApiGatewayV2::Authorizer") {
			if got := text(t, a["JwtConfiguration"]); !strings.Contains(got, `"TokenIssuer"`) || !strings.Contains(got, `"WebClientId"`) {
				t.Errorf("%s takes tokens of %s", name, got)
			}
		}
	}
}

// TestOneNameLeadsToBothRegions wants, with a domain, a record for each Region that is
// served while its own check says so.
func TestOneNameLeadsToBothRegions(t *testing.T) {
	functions, out := t.TempDir(), t.TempDir()
	if err := placeholders("../../lambdas/cmd", functions); err != nil {
		t.Fatal(err)
	}
	t.Chdir("../..")
	s, err := settings()
	if err != nil {
		t.Fatal(err)
	}
	s.Workload.Functions, s.Workload.Domain, s.Workload.HostedZone = functions, "api.example.org", "Z0123456789ABCDEFGHIJ"
	d, err := design.Read(s.Design)
	if err != nil {
		t.Fatal(err)
	}
	stacks, err := Plan(d, "availability", "")
	if err != nil {
		t.Fatal(err)
	}
	var two []Stack
	for _, stack := range stacks {
		if stack.Blueprint.Has(catalogue.Choice{TradeOff: "availability", Option: "active-passive"}) ||
			stack.Blueprint.Has(catalogue.Choice{TradeOff: "availability", Option: "active-active"}) {
			two = append(two, stack)
		}
	}
	if err := synthesize(d, two, s, out, newProgress(len(two))); err != nil {
		t.Fatal(err)
	}
	for stack, want := range map[string]string{
		"Availability-ActivePassive":           `"Failover":"PRIMARY"`,
		"Availability-ActivePassive-Secondary": `"Failover":"SECONDARY"`,
		"Availability-ActiveActive":            `"Region":"eu-west-1"`,
		"Availability-ActiveActive-Secondary":  `"Region":"eu-central-1"`,
	} {
		content, err := os.ReadFile(filepath.Join(out, stack+".template.json"))
		if err != nil {
			t.Fatal(err)
		}
		var template map[string]any
		if err := json.Unmarshal(content, &template); err != nil {
			t.Fatal(err)
		}
		record := ""
		for _, r := range ofType(template, "AWS::Route53::RecordSet") {
			if r["Name"] == "api.example.org" || r["Name"] == "api.example.org." {
				record += text(t, r)
			}
		}
		for _, w := range []string{want, `"HealthCheckId":`, `"RegionalDomainName"`} {
			if !strings.Contains(record, w) {
				t.Errorf("%s: no %s in %s", stack, w, record)
			}
		}
		names := ofType(template, "AWS::ApiGatewayV2::DomainName")
		if len(names) != 1 || !strings.Contains(text(t, names[0]), `"SecurityPolicy":"TLS_1_2"`) {
			t.Errorf("%s answers to %s", stack, text(t, names))
		}
	}
}
