package synth

import (
	"encoding/json"
	"strings"
	"testing"
)

func parse(t *testing.T, text string) *Template {
	t.Helper()
	var template Template
	if err := json.Unmarshal([]byte(text), &template); err != nil {
		t.Fatal(err)
	}
	for id, r := range template.Resources {
		r.ID = id
		template.Resources[id] = r
	}
	return &template
}

func TestPostureFinds(t *testing.T) {
	template := parse(t, `{"Resources": {
		"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": [
			{"Action": "kms:*", "Principal": {"AWS": {"Fn::Join": ["", ["arn:aws:iam::", {"Ref": "AWS::AccountId"}, ":root"]]}}},
			{"Action": "kms:*", "Principal": {"Service": "events.amazonaws.com"}}]}}},
		"Queue": {"Type": "AWS::SQS::Queue", "Properties": {}},
		"Safe": {"Type": "AWS::SQS::Queue", "Properties": {"KmsMasterKeyId": "k"}},
		"SafePolicy": {"Type": "AWS::SQS::QueuePolicy", "Properties": {"Queues": [{"Ref": "Safe"}], "PolicyDocument": {"Statement": [
			{"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}}},
		"Policy": {"Type": "AWS::IAM::Policy", "Properties": {"PolicyDocument": {"Statement": [
			{"Action": ["s3:*"], "Resource": "arn"}, {"Action": "s3:GetObject", "Resource": "*"}]}}}
	}}`)
	want := strings.Join([]string{
		`Key does not rotate`,
		`Key gives kms:* to {"Service":"events.amazonaws.com"}`,
		`Policy allows s3:*`,
		`Policy allows s3:GetObject on every resource`,
		`Queue answers without TLS`,
		`Queue has no customer-managed key`,
	}, "\n")
	if got := strings.Join(template.Posture(), "\n"); got != want {
		t.Errorf("found\n%s\nwant\n%s", got, want)
	}
}

func TestCircle(t *testing.T) {
	for _, x := range []struct{ name, resources, want string }{
		{"none", `"A": {"Properties": {"x": {"Ref": "B"}}}, "B": {}`, ""},
		{"by reference", `"A": {"Properties": {"x": {"Ref": "B"}}}, "B": {"Properties": {"y": [{"Fn::GetAtt": ["A", "Arn"]}]}}`, "A B A"},
		{"by order", `"A": {"DependsOn": ["B"]}, "B": {"DependsOn": "C"}, "C": {"Properties": {"z": {"Fn::Sub": "${A.Arn}/x"}}}`, "A B C A"},
		{"of itself", `"A": {"Properties": {"x": {"Fn::Sub": "${A}"}}}`, "A A"},
	} {
		if got := strings.Join(parse(t, `{"Resources": {`+x.resources+`}}`).Circle(), " "); got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}

func TestNode(t *testing.T) {
	n := parse(t, `{"Resources": {"A": {"Properties": {"List": [{"x": 1}], "Text": "t"}}}}`).Resources["A"].Properties
	for _, x := range []struct {
		got  Node
		want string
	}{
		{n.At("List", 0, "x"), "1"},
		{n.At("List", 1, "x"), "null"},
		{n.At("Text"), "t"},
		{n.At("Text", "x"), "null"},
		{n, `{"List":[{"x":1}],"Text":"t"}`},
	} {
		if x.got.String() != x.want {
			t.Errorf("got %s, want %s", x.got, x.want)
		}
	}
	if len(n.At("List").List()) != 1 || len(n.At("Text").List()) != 1 || n.At("None").List() != nil {
		t.Error("a list is its elements, a value a list of itself, nothing no list")
	}
}
