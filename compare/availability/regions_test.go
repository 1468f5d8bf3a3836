package availability

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
)

// region is a template of one Region of a system, with a table or without.
func region(part, of, region, table, environment string) string {
	return `{"Metadata":{"fulcrum":{"region":"` + region + `","part":"` + part + `","of":"` + of + `"}},"Resources":{
		"Api":{"Type":"AWS::ApiGatewayV2::Api","Properties":{"ProtocolType":"HTTP"}},
		"I":{"Type":"AWS::ApiGatewayV2::Integration","Properties":{"ApiId":{"Ref":"Api"},"IntegrationUri":{"Fn::GetAtt":["F","Arn"]}}},
		` + table + `
		"F":{"Type":"AWS::Lambda::Function","Properties":{"Environment":{"Variables":{` + environment + `}}}}}}`
}

func twoRegions(t *testing.T, environment string) *assembly.Stack {
	t.Helper()
	dir := t.TempDir()
	const copied = `"T":{"Type":"AWS::DynamoDB::GlobalTable","Properties":{"Replicas":[{"Region":"eu-west-1"},{"Region":"eu-central-1"}]}},`
	for name, content := range map[string]string{
		"manifest.json": `{"version":"1","artifacts":{
			"A":{"type":"aws:cloudformation:stack","properties":{"templateFile":"A.json"}},
			"A-Secondary":{"type":"aws:cloudformation:stack","properties":{"templateFile":"B.json"}}}}`,
		"A.json": region("", "", "eu-west-1", copied, `"STORE_TABLE":{"Ref":"T"}`),
		"B.json": region("secondary", "A", "eu-central-1", "", environment),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a, err := assembly.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	whole := a.Whole()
	if len(whole) != 1 || len(whole[0].Parts) != 2 {
		t.Fatalf("%d stacks, want one of two parts", len(whole))
	}
	return whole[0]
}

// TestOneOfTwoRegionsIsEnough wants reads and writes to survive a Region, and writes
// not to, where they go to the home Region's copy alone.
func TestOneOfTwoRegionsIsEnough(t *testing.T) {
	const path, store = 0.9995 * 0.9995, 0.99999
	either := 1 - (1-path*store)*(1-path*store)
	for environment, write := range map[string]float64{
		`"SYSTEM":"Dinner"`:         either,
		`"HOME_REGION":"eu-west-1"`: (1 - (1-path)*(1-path)) * store,
	} {
		f := Of(twoRegions(t, environment), 0.9999, facts.Default())
		if math.Abs(f.Read.Availability-either) > 1e-12 || math.Abs(f.Write.Availability-write) > 1e-12 {
			t.Errorf("%s: reads %.9f, writes %.9f; want %.9f and %.9f", environment, f.Read.Availability, f.Write.Availability, either, write)
		}
		if len(f.Read.Regions) != 2 || f.Read.Regions[0].Region != "eu-west-1" || !f.Meets() {
			t.Errorf("%s: %+v, meets %v", environment, f.Read.Regions, f.Meets())
		}
	}
}
