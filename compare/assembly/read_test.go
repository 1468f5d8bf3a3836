package assembly

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fulcrum/design/role"
)

const sample = "../testdata/cdk.out"

func TestRead(t *testing.T) {
	a, err := Read(sample)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(a.Names(), " "), "Baseline FrontDoor-Alb FrontDoor-RestApi"; got != want {
		t.Fatalf("stacks %s, want %s", got, want)
	}
	s, _ := a.Stack("FrontDoor-Alb")
	for _, x := range []struct{ what, got, want string }{
		{"system", s.System, "Dinner"},
		{"trade-off", s.TradeOff, "front-door"},
		{"option", s.Option, "alb"},
		{"varies", s.Varies, "Baseline"},
		{"region", s.Region, "eu-west-1"},
		{"blueprint", s.Blueprint["front-door"], "alb"},
		{"file", s.File, "FrontDoor-Alb.template.json"},
	} {
		if x.got != x.want {
			t.Errorf("%s is %q, want %q", x.what, x.got, x.want)
		}
	}
	door, ok := s.Resource("FrontDoor")
	if !ok || door.Role != role.FrontDoor || !door.Declared {
		t.Errorf("front door: %+v", door)
	}
	rule, _ := s.Resource("SearchRule")
	if rule.Service() != "search" || len(rule.Events()) != 6 {
		t.Errorf("rule of %q selects %v", rule.Service(), rule.Events())
	}
}

// write lays files out in a new directory; a name that ends in a slash is a folder.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func stackOf(file string) string {
	return `{"version":"54.0.0","artifacts":{"S":{"type":"aws:cloudformation:stack","properties":{"templateFile":"` + file + `"}}}}`
}

func TestReadRefusesInOneLineEach(t *testing.T) {
	for _, x := range []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"no manifest", map[string]string{"x": ""}, []string{"manifest.json: is missing; synthesize again"}},
		{"empty manifest", map[string]string{"manifest.json": ""}, []string{"manifest.json: is empty; it is not the manifest"}},
		{"truncated manifest", map[string]string{"manifest.json": `{"version":"54`}, []string{"manifest.json: is not JSON: it ends too early"}},
		{"not JSON", map[string]string{"manifest.json": "{\n<html>"}, []string{"manifest.json: is not JSON: invalid character '<'", "in line 2"}},
		{"not a manifest", map[string]string{"manifest.json": `{"a":1}`}, []string{`manifest.json: has no "version"`}},
		{"a list", map[string]string{"manifest.json": `[1]`}, []string{"holds an array where an object should be"}},
		{"no stack", map[string]string{"manifest.json": `{"version":"1"}`}, []string{"holds no stack"}},
		{"missing template", map[string]string{"manifest.json": stackOf("S.json")}, []string{"S.json: is missing"}},
		{"template outside", map[string]string{"manifest.json": stackOf("../../etc/passwd")}, []string{"lies outside the assembly"}},
		{"no resources", map[string]string{"manifest.json": stackOf("S.json"), "S.json": `{}`}, []string{`S.json: has no object "Resources"`}},
		{"no type", map[string]string{"manifest.json": stackOf("S.json"), "S.json": `{"Resources":{"A":3}}`}, []string{`resource "A" has no Type`}},
		{"no templateFile", map[string]string{"manifest.json": stackOf("")}, []string{`stack "S" names no templateFile`}},
		{
			"all problems at once",
			map[string]string{
				"manifest.json": `{"version":"1","artifacts":{"A":{"type":"aws:cloudformation:stack","properties":{"templateFile":"a"}},"B":{"type":"cdk:cloud-assembly","properties":{"directoryName":"b"}}}}`,
				"a":             "{", "b/manifest.json": stackOf("c"),
			},
			[]string{"a: is not JSON", "b/c: is missing"},
		},
		{
			"endless assemblies",
			map[string]string{"manifest.json": `{"version":"1","artifacts":{"B":{"type":"cdk:cloud-assembly","properties":{"directoryName":"."}}}}`},
			[]string{"nested more than 8 assemblies deep"},
		},
	} {
		t.Run(x.name, func(t *testing.T) {
			_, err := Read(write(t, x.files))
			if err == nil {
				t.Fatal("no error")
			}
			for _, w := range x.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q misses %q", err, w)
				}
			}
			if len(x.want) == 1 && strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %q", err)
			}
		})
	}
}

func TestReadRefusesWhatIsNoAssembly(t *testing.T) {
	file := filepath.Join(write(t, map[string]string{"f": "x"}), "f")
	big := write(t, map[string]string{"manifest.json": ""})
	if err := os.Truncate(filepath.Join(big, "manifest.json"), 100<<20); err != nil {
		t.Fatal(err)
	}
	folder := write(t, map[string]string{"manifest.json/x": ""})
	for path, want := range map[string]string{
		file:             "not a directory; name the cdk.out directory",
		file + "-absent": "no such directory; synthesize first",
		big:              "is 100 MB; at most 16 MB are read",
		folder:           "is not a regular file",
	} {
		_, err := Read(path)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("Read(%s): %v, want one line with %q", path, err, want)
		}
	}
}

func TestNestedStacksAndAssembliesCount(t *testing.T) {
	dir := write(t, map[string]string{
		"manifest.json":       `{"version":"1","artifacts":{"Stage":{"type":"cdk:cloud-assembly","properties":{"directoryName":"stage"}}}}`,
		"stage/manifest.json": `{"version":"1","artifacts":{"S":{"type":"aws:cloudformation:stack","environment":"aws://1/eu-central-1","properties":{"templateFile":"s.json","stackName":"Stage-S"}}}}`,
		"stage/s.json":        `{"Resources":{"Q":{"Type":"AWS::SQS::Queue"},"N":{"Type":"AWS::CloudFormation::Stack","Metadata":{"aws:asset:path":"n.json"}}}}`,
		"stage/n.json":        `{"Resources":{"F":{"Type":"AWS::Lambda::Function","Properties":{"Environment":{"Variables":{"T":{"Ref":"T"}}}}},"T":{"Type":"AWS::DynamoDB::Table"}}}`,
	})
	a, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, ok := a.Stack("Stage-S")
	if !ok || s.Region != "eu-central-1" {
		t.Fatalf("stacks %v, region %q", a.Names(), s.Region)
	}
	var ids []string
	for _, r := range s.Resources {
		ids = append(ids, r.ID)
	}
	if got := strings.Join(ids, " "); got != "N N/F N/T Q" {
		t.Errorf("resources %s", got)
	}
	hops := s.Hops()
	if len(hops) != 1 || hops[0].From.ID != "N/F" || hops[0].To.ID != "N/T" {
		t.Errorf("hops %+v", hops)
	}
}

func TestRolesAreInferredWhereNotDeclared(t *testing.T) {
	s, err := Parse([]byte(`{"Resources":{
		"Api":{"Type":"AWS::ApiGatewayV2::Api"},
		"Jobs":{"Type":"AWS::SQS::Queue","Properties":{"RedrivePolicy":{"deadLetterTargetArn":{"Fn::GetAtt":["Failed","Arn"]}}}},
		"Failed":{"Type":"AWS::SQS::Queue"},
		"Work":{"Type":"AWS::Lambda::Function"},
		"From":{"Type":"AWS::Lambda::EventSourceMapping","Properties":{"EventSourceArn":{"Fn::GetAtt":["Jobs","Arn"]},"FunctionName":{"Ref":"Work"}}},
		"Web":{"Type":"AWS::Lambda::Function"},
		"LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a":{"Type":"AWS::Lambda::Function"},
		"Named":{"Type":"AWS::SQS::Queue","Metadata":{"fulcrum":{"role":"queue"}}},
		"Odd":{"Type":"Foreign::Thing"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]role.Role{
		"Api": role.FrontDoor, "Jobs": role.Queue, "Failed": role.DeadLetter, "Work": role.Consumer, "Web": role.Compute,
		"LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a": "", "Named": role.Queue, "Odd": "",
	} {
		if r, _ := s.Resource(id); r.Role != want {
			t.Errorf("%s plays %q, want %q", id, r.Role, want)
		}
	}
}

func TestRequestPathIsFoundInEveryTemplate(t *testing.T) {
	a, err := Read(sample)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range a.Stacks {
		var sync, async []string
		for _, r := range s.Reached(s.OfRole(role.FrontDoor)[0], false) {
			if r.Role != "" && r.Role != role.FrontDoor {
				sync = append(sync, r.ID)
			}
		}
		slices.Sort(sync)
		want := "Api ReadModels Store"
		if s.Name != "Baseline" {
			want += " WebAcl"
		}
		if got := strings.Join(sync, " "); got != want {
			t.Errorf("%s: a request reaches %s, want %s", s.Name, got, want)
		}
		for _, r := range s.Reached(s.OfRole(role.FrontDoor)[0], true) {
			async = append(async, r.ID)
		}
		for _, id := range []string{"Outbox", "Bus", "SearchQueue", "Search", "SearchDeadLetter", "BusArchive"} {
			if !slices.Contains(async, id) {
				t.Errorf("%s: events do not reach %s", s.Name, id)
			}
		}
	}
}

func TestTextOfValues(t *testing.T) {
	s, err := Parse([]byte(`{"Parameters":{"P":{"Default":7}},"Resources":{"A":{"Type":"T","Properties":{
		"Join":{"Fn::Join":["/",["a",{"Ref":"B"},{"Fn::GetAtt":["C","Arn"]}]]},"Sub":{"Fn::Sub":"x-${D.Arn}"},"Param":{"Ref":"P"},
		"List":[{"Key":"k","Value":"true"}],"N":"12"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	r := s.Resources[0]
	for path, want := range map[string]string{"Join": "a/${B}/${C.Arn}", "Sub": "x-${D.Arn}", "Param": "7", "None": ""} {
		if got := r.Text(path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	if n, ok := r.Number("N"); n != 12 || !ok {
		t.Errorf("N is %v", n)
	}
	if !r.Flag("List", "Value") || !r.Flag("List", "0", "Value") {
		t.Error("a list's element is not found")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"Resources":{"A":{"Type":"AWS::SQS::Queue","DependsOn":["B"],"Properties":{"X":{"Fn::Sub":["${A}-${!b}",{"c":{"Ref":"A"}}]}}}}}`))
	f.Add([]byte(`{"Parameters":{"P":{"Default":{"Ref":"P"}}},"Resources":{"A":{"Type":"T","Properties":{"Ref":"P"}}}}`))
	f.Add([]byte(`{"Resources":{"A":{"Type":"T","Metadata":{"fulcrum":{"role":3,"events":[1]}},"Properties":[{"Fn::GetAtt":[]}]}}}`))
	f.Fuzz(func(_ *testing.T, data []byte) {
		s, err := Parse(data)
		if err != nil {
			return
		}
		for _, r := range s.Resources {
			r.Events()
			r.Text("A", "0")
			Text(r.Properties)
			s.Reached(r, true)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	for b.Loop() {
		if _, err := Read(sample); err != nil {
			b.Fatal(err)
		}
	}
}

// TestRequestPathToServers wants a request to be followed over a link to the VPC and a
// load balancer to tasks and instances, and to the table in their environment, but not
// to the table of keys, which no request waits for.
func TestRequestPathToServers(t *testing.T) {
	s, err := Parse([]byte(`{"Resources":{
		"Api":{"Type":"AWS::ApiGatewayV2::Api"},
		"I":{"Type":"AWS::ApiGatewayV2::Integration","Properties":{"ApiId":{"Ref":"Api"},"IntegrationUri":{"Ref":"L"}}},
		"L":{"Type":"AWS::ElasticLoadBalancingV2::Listener","Properties":{"LoadBalancerArn":{"Ref":"Lb"},"DefaultActions":[{"TargetGroupArn":{"Ref":"G"}}]}},
		"Lb":{"Type":"AWS::ElasticLoadBalancingV2::LoadBalancer","Metadata":{"fulcrum":{"role":"network"}}},
		"G":{"Type":"AWS::ElasticLoadBalancingV2::TargetGroup"},
		"Tasks":{"Type":"AWS::ECS::Service","Properties":{"TaskDefinition":{"Ref":"D"},"LoadBalancers":[{"TargetGroupArn":{"Ref":"G"}}]}},
		"D":{"Type":"AWS::ECS::TaskDefinition","Properties":{"ContainerDefinitions":[{"Environment":[{"Value":{"Ref":"Store"}},{"Value":{"Ref":"Keys"}}]}]}},
		"Fleet":{"Type":"AWS::AutoScaling::AutoScalingGroup","Properties":{"TargetGroupARNs":[{"Ref":"G"}],"LaunchTemplate":{"LaunchTemplateId":{"Ref":"T"}}}},
		"T":{"Type":"AWS::EC2::LaunchTemplate","Properties":{"LaunchTemplateData":{"UserData":{"Fn::Base64":{"Ref":"Other"}}}}},
		"Store":{"Type":"AWS::DynamoDB::GlobalTable"},"Other":{"Type":"AWS::DynamoDB::GlobalTable"},
		"Keys":{"Type":"AWS::DynamoDB::GlobalTable","Metadata":{"fulcrum":{"role":"identity"}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	door, _ := s.Resource("Api")
	var got []string
	for _, r := range s.Reached(door, false) {
		if r.Role != "" {
			got = append(got, r.ID)
		}
	}
	slices.Sort(got)
	if want := "Api Fleet Lb Other Store Tasks"; strings.Join(got, " ") != want {
		t.Errorf("a request reaches %v, want %s", got, want)
	}
}
