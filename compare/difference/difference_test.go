package difference

import (
	"encoding/json"
	"strings"
	"testing"
)

func template(t *testing.T, text string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

const hash = "0123456789abcdef0123456789abcdef"

func TestOf(t *testing.T) {
	for _, x := range []struct{ name, before, after, golden string }{
		{
			name:   "resources match by logical id",
			before: `{"Resources":{"A":{"Type":"AWS::SQS::Queue"},"B":{"Type":"AWS::SNS::Topic"}}}`,
			after:  `{"Resources":{"B":{"Type":"AWS::SNS::Topic"},"C":{"Type":"AWS::SQS::Queue"}}}`,
			golden: "- A  AWS::SQS::Queue\n+ C  AWS::SQS::Queue\n",
		},
		{
			name:   "another type under the same id is another resource",
			before: `{"Resources":{"A":{"Type":"AWS::SQS::Queue"}}}`,
			after:  `{"Resources":{"A":{"Type":"AWS::SNS::Topic"}}}`,
			golden: "- A  AWS::SQS::Queue\n+ A  AWS::SNS::Topic\n",
		},
		{
			name:   "a property by path, an intrinsic whole",
			before: `{"Resources":{"F":{"Type":"T","Properties":{"Timeout":10,"Role":{"Ref":"A"},"Old":true}}}}`,
			after:  `{"Resources":{"F":{"Type":"T","Properties":{"Timeout":29,"Role":{"Fn::GetAtt":["A","Arn"]}}}}}`,
			golden: "~ F  T\n    Properties.Old: true -> absent\n" +
				"    Properties.Role: {\"Ref\":\"A\"} -> {\"Fn::GetAtt\":[\"A\",\"Arn\"]}\n    Properties.Timeout: 10 -> 29\n",
		},
		{
			name:   "an element put in the middle is one difference",
			before: `{"Resources":{"P":{"Type":"T","Properties":{"S":[{"a":1},{"a":3}]}}}}`,
			after:  `{"Resources":{"P":{"Type":"T","Properties":{"S":[{"a":1},{"a":2},{"a":3}]}}}}`,
			golden: "~ P  T\n    Properties.S[1]: absent -> {\"a\":2}\n",
		},
		{
			name:   "an element that changed is walked into",
			before: `{"Resources":{"P":{"Type":"T","Properties":{"S":[{"a":1,"b":1},{"a":3}]}}}}`,
			after:  `{"Resources":{"P":{"Type":"T","Properties":{"S":[{"a":2,"b":1},{"a":3}]}}}}`,
			golden: "~ P  T\n    Properties.S[0].a: 1 -> 2\n",
		},
		{
			name:   "outputs are a section",
			before: `{"Outputs":{"Endpoint":{"Value":"a"}}}`,
			after:  `{"Outputs":{"Endpoint":{"Value":"b"}}}`,
			golden: "~ Outputs.Endpoint  \n    Value: \"a\" -> \"b\"\n",
		},
		{
			name: "hashes, paths and CDK's metadata are no difference",
			before: `{"Metadata":{"fulcrum":{"option":"a"}},"Resources":{
				"D1234ABCD` + hash + `":{"Type":"T","Metadata":{"aws:cdk:path":"A/D"}},
				"M":{"Type":"AWS::CDK::Metadata","Properties":{"Analytics":"x"}},
				"S":{"Type":"T","DependsOn":["D1234ABCD` + hash + `"],"Properties":{"Key":"` + hash + hash + `.zip","U":{"Fn::Sub":"${D1234ABCD` + hash + `}"}}}}}`,
			after: strings.NewReplacer("0", "f", "A/D", "B/D", `"x"`, `"y"`).Replace(`{"Metadata":{"fulcrum":{"option":"b"}},"Resources":{
				"D1234ABCD` + hash + `":{"Type":"T","Metadata":{"aws:cdk:path":"A/D"}},
				"M":{"Type":"AWS::CDK::Metadata","Properties":{"Analytics":"x"}},
				"S":{"Type":"T","DependsOn":["D1234ABCD` + hash + `"],"Properties":{"Key":"` + hash + hash + `.zip","U":{"Fn::Sub":"${D1234ABCD` + hash + `}"}}}}}`),
		},
	} {
		t.Run(x.name, func(t *testing.T) {
			d := Of(template(t, x.before), template(t, x.after))
			if got := d.Text(); got != x.golden {
				t.Errorf("got:\n%s\nwant:\n%s", got, x.golden)
			}
			if d.Empty() != (x.golden == "") {
				t.Errorf("Empty() = %v", d.Empty())
			}
			if back := Of(template(t, x.before), template(t, x.before)); !back.Empty() {
				t.Errorf("a template differs from itself:\n%s", back.Text())
			}
		})
	}
}

func TestAStacksNameIsNoDifference(t *testing.T) {
	of := func(name, compact, bus, mapping, short string) Template {
		return Template{Stack: name, Body: template(t, `{"Resources":{
			"Bus52AA7421":{"Type":"AWS::Events::EventBus","Properties":{"Name":"`+compact+`Bus`+bus+`"}},
			"FnSource`+compact+`Queue`+mapping+`":{"Type":"AWS::Lambda::EventSourceMapping"},
			"Key":{"Type":"AWS::KMS::Key","DependsOn":"FnSource`+compact+`Queue`+mapping+`","Properties":{"Description":"data of `+name+`","Alias":"alias/`+name+`/x"}},
			"Users":{"Type":"AWS::Cognito::UserPoolDomain","Properties":{"Domain":{"Fn::Join":["",["dinner-`+short+`-",{"Ref":"AWS::AccountId"}]]}}}}}`)}
	}
	a := of("Baseline", "Baseline", "DAB34CCA", "E9142366BEDE2D49", "cc9ea7f7")
	b := of("FrontDoor-Alb", "FrontDoorAlb", "CB382D08", "066E8EE220910E09", "2849628c")
	if d := Between(a, b); !d.Empty() {
		t.Errorf("the names differ:\n%s", d.Text())
	}
	if d := Of(a.Body, b.Body); len(d.Added) != 1 || len(d.Changed) != 5 {
		t.Errorf("without the names:\n%s", d.Text())
	}
	b.Body["Resources"].(map[string]any)["Bus52AA7421"].(map[string]any)["Properties"].(map[string]any)["Name"] = "other"
	if d := Between(a, b); len(d.Changed) != 1 {
		t.Errorf("a name of another make is hidden:\n%s", d.Text())
	}
}

func TestOfWritesToNeither(t *testing.T) {
	text := `{"Resources":{"A":{"Metadata":{"aws:cdk:path":"x"},"Properties":{"K":"` + hash + hash + `"},"Type":"T"}}}`
	m := template(t, text)
	Of(m, m)
	if got := canonical(m); got != text {
		t.Errorf("template became %s", got)
	}
}

func TestGroupsCoverEverything(t *testing.T) {
	before := template(t, `{"Resources":{"R":{"Type":"AWS::IAM::Role"},"P":{"Type":"AWS::Lambda::Permission"},"X":{"Type":"Foreign::Thing"}},"Outputs":{"O":{"Value":1}}}`)
	after := template(t, `{"Resources":{"Q":{"Type":"AWS::SQS::Queue"},"QP":{"Type":"AWS::SQS::QueuePolicy"},"X":{"Type":"Foreign::Thing","Properties":{"a":1}}}}`)
	got := map[string]string{}
	for _, g := range Of(before, after).Groups() {
		got[g.Meaning] = g.Text()
	}
	for meaning, want := range map[string]string{
		"security":   "- P  AWS::Lambda::Permission\n- R  AWS::IAM::Role\n+ QP  AWS::SQS::QueuePolicy\n",
		"events":     "+ Q  AWS::SQS::Queue\n",
		"operations": "~ X  Foreign::Thing\n    Properties: absent -> {\"a\":1}\n",
		"outputs":    "~ Outputs.O  \n    value: {\"Value\":1} -> absent\n",
	} {
		if got[meaning] != want {
			t.Errorf("%s: got %q, want %q", meaning, got[meaning], want)
		}
	}
	if len(got) != 4 {
		t.Errorf("groups %v", got)
	}
}

func TestJSONIsDeterministic(t *testing.T) {
	before := template(t, `{"Resources":{"A":{"Type":"T"},"B":{"Type":"T"},"C":{"Type":"T","Properties":{"x":1,"y":1}}}}`)
	after := template(t, `{"Resources":{"C":{"Type":"T","Properties":{"x":2,"y":"<b>"}}}}`)
	first := string(Of(before, after).JSON())
	for range 20 {
		if again := string(Of(before, after).JSON()); again != first {
			t.Fatalf("renderings differ:\n%s\n%s", first, again)
		}
	}
	if !strings.Contains(first, `"<b>"`) || !strings.HasSuffix(first, "}\n") {
		t.Errorf("rendering:\n%s", first)
	}
}

func BenchmarkOf(b *testing.B) {
	resources := map[string]any{}
	for i := range 500 {
		resources["R"+string(rune('a'+i%26))+at("", i)] = map[string]any{"Type": "T", "Properties": map[string]any{"List": []any{"a", "b", float64(i)}}}
	}
	m := map[string]any{"Resources": resources}
	for b.Loop() {
		Of(m, m)
	}
}
