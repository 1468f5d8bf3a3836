package cost

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
	"fulcrum/design"
)

// FuzzTemplate prices made-up templates under loads of every size: nothing panics, and
// every amount is a number that JSON can hold.
func FuzzTemplate(f *testing.F) {
	files, err := filepath.Glob("../testdata/cdk.out/*.template.json")
	if err != nil || len(files) == 0 {
		f.Fatal("no templates: ", err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		// One resource at a time is small enough to be changed to something that matters.
		var template struct{ Resources map[string]json.RawMessage }
		if err := json.Unmarshal(text, &template); err != nil {
			f.Fatal(err)
		}
		for id, body := range template.Resources {
			one, err := json.Marshal(map[string]any{"Resources": map[string]json.RawMessage{id: body}})
			if err != nil {
				f.Fatal(err)
			}
			f.Add(one)
		}
	}
	f.Add([]byte(`{"Resources":{"A":{"Type":"AWS::AutoScaling::AutoScalingGroup","Properties":{"MinSize":"1e18","LaunchTemplate":{"LaunchTemplateId":{"Ref":"L"}}}},"L":{"Type":"AWS::EC2::LaunchTemplate","Properties":{"LaunchTemplateData":{"InstanceType":"t4g.small","Monitoring":{"Enabled":true}}}}}}`))
	f.Add([]byte(`{"Resources":{"A":{"Type":"AWS::Lambda::Function","Properties":{"MemorySize":-1}},"B":{"Type":"AWS::CloudWatch::Alarm","Properties":{"Period":"x","Metrics":[1,{}]}}}}`))
	d, err := design.Read("../testdata/design.yaml")
	if err != nil {
		f.Fatal(err)
	}
	base := At(d, design.Base)
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := assembly.Parse(text)
		if err != nil {
			return
		}
		m := NewModel(s, "eu-west-1", facts.Default(), price.Options{}, base)
		for _, demand := range []Demand{base, base.WithRequests(0), base.WithRequests(MostRequests), base.WithCallBytes(MostBytes)} {
			usd := m.USD(demand)
			if usd < 0 || math.IsNaN(usd) || math.IsInf(usd, 0) {
				t.Fatalf("$%v", usd)
			}
			if _, err := json.Marshal(m.Bill(demand)); err != nil {
				t.Fatal(err)
			}
		}
	})
}
