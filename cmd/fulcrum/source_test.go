package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fulcrum"
	"fulcrum/compare/assembly"
	"fulcrum/design"
)

// foreign makes a directory with a cdk.out of another app and nothing else the working
// directory: one stack that is called, one that only keeps, in a Region of their own.
func foreign(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	stack := func(name string) string {
		return `"` + name + `": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/us-east-1", "properties": {"templateFile": "` + name + `.json"}}`
	}
	for name, content := range map[string]string{
		"manifest.json": `{"version": "54.0.0", "artifacts": {` + stack("Web") + `, ` + stack("Worker") + `}}`,
		"Web.json": `{"Resources": {"Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP"}},
			"Handler": {"Type": "AWS::Lambda::Function", "Properties": {"MemorySize": 512}},
			"Items": {"Type": "AWS::DynamoDB::Table", "Properties": {"BillingMode": "PAY_PER_REQUEST"}}}}`,
		"Worker.json": `{"Resources": {"Items": {"Type": "AWS::DynamoDB::Table", "Properties": {"BillingMode": "PAY_PER_REQUEST"}}}}`,
	} {
		if err := os.MkdirAll("cdk.out", 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join("cdk.out", name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAnotherAppCarriesTheBuiltInLoad wants stacks of another app compared without a
// design, under a load that every form of the output names, and not held to what the
// design of that load asks of its own system.
func TestAnotherAppCarriesTheBuiltInLoad(t *testing.T) {
	foreign(t)
	const note = "There is no design.yaml here"
	for _, args := range [][]string{
		{"compare"}, {"compare", "--summary"}, {"compare", "--format", "md"}, {"compare", "--format", "json"}, {"compare", "--format", "html"},
		{"explain", "cost", "Web"}, {"simulate", "Web", "--requests", "200", "--runs", "1"},
	} {
		out, err := run(t, args...)
		if err != nil || !strings.Contains(strings.Join(strings.Fields(out), " "), note) {
			t.Errorf("%v: %v, does not say %q:\n%.600s", args, err, note, out)
		}
		for _, not := range []string{"static-content", "residency", "99.9 %", "allowance for"} {
			if strings.Contains(out, not) && !strings.Contains(out, "<!doctype") {
				t.Errorf("%v: holds another app to %s:\n%.1500s", args, not, out)
			}
		}
	}
	if _, err := run(t, "compare", "--design", "design.yaml"); err == nil || !strings.Contains(err.Error(), "design.yaml: no such file") {
		t.Errorf("a design that is named and not there: %v", err)
	}
	if _, err := run(t, "decide"); err == nil || !strings.Contains(err.Error(), "nothing to decide") {
		t.Errorf("decisions about stacks of another app: %v", err)
	}
	if err := os.WriteFile("design.yaml", []byte("system: Web\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := run(t, "compare"); err == nil || !strings.Contains(err.Error(), "design.yaml:1:") {
		t.Errorf("a design that lies here and is wrong: %v", err)
	}
}

// TestStacksOfADesignWantIt: what was synthesized from a design is not put under the
// load of another.
func TestStacksOfADesignWantIt(t *testing.T) {
	dir, err := filepath.Abs(sampleAssembly)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for _, args := range [][]string{{"compare"}, {"simulate", "Baseline"}} {
		if _, err := run(t, append(args, "--assembly", dir)...); err == nil || !strings.Contains(err.Error(), "name the design that the stacks were synthesized from with --design") {
			t.Errorf("%v: %v", args, err)
		}
	}
	if err := os.WriteFile("design.yaml", bytes.Replace(fulcrum.Design, []byte("system: Dinner"), []byte("system: Lunch"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"compare"}, {"explain", "cost", "Baseline"}, {"simulate", "Baseline"}} {
		if _, err := run(t, append(args, "--assembly", dir)...); err == nil || !strings.Contains(err.Error(), "was synthesized from the design of Dinner, and design.yaml is of Lunch; run make") {
			t.Errorf("%v under another system's load: %v", args, err)
		}
	}
}

// TestAnotherRegion: stacks of a design that has moved on are refused, but for the
// parts that must stand elsewhere.
func TestAnotherRegion(t *testing.T) {
	d := load{Design: &design.Design{System: "Dinner", Region: "eu-west-1"}}
	edge := &assembly.Stack{Name: "Perimeter-Waf-Edge", System: "Dinner", Region: "us-east-1", Part: "edge", Of: "Perimeter-Waf"}
	web := &assembly.Stack{Name: "Web", Region: "us-east-1"}
	if err := sameDesign(&assembly.Assembly{Stacks: []*assembly.Stack{edge, web}}, d, "cdk.out"); err != nil {
		t.Error(err)
	}
	moved := &assembly.Stack{Name: "Baseline", System: "Dinner", Region: "us-east-1"}
	if err := sameDesign(&assembly.Assembly{Stacks: []*assembly.Stack{edge, moved}}, d, "cdk.out"); err == nil || !strings.Contains(err.Error(), "Baseline was synthesized for us-east-1") {
		t.Errorf("a stack of another Region: %v", err)
	}
}
