package finding

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fulcrum/compare/assembly"
)

// write makes an assembly of one stack, and what two rule packs print about it.
func write(t *testing.T, template, nag, guard string) string {
	t.Helper()
	dir := t.TempDir()
	for path, content := range map[string]string{
		"manifest.json":             `{"version":"48.0.0","artifacts":{"S":{"type":"aws:cloudformation:stack","properties":{"templateFile":"S.template.json"}}}}`,
		"S.template.json":           template,
		"findings/nag.json":         nag,
		"findings/guard/S.json":     guard,
		"findings/guard/unread.txt": "no",
	} {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const (
	template = `{"Resources":{
		"Q":{"Type":"AWS::SQS::Queue","Metadata":{"fulcrum:acknowledged":{"AwsSolutions-SQS3":"It is a dead-letter queue.","Old-1":"Long gone."}}},
		"R":{"Type":"AWS::IAM::Role","Metadata":{"fulcrum:acknowledged":{"AwsSolutions-IAM5[Resource::…/index/*]":"A query reads any index."}}},
		"P":{"Type":"AWS::IAM::Policy","Properties":{"Roles":[{"Ref":"R"}]}}}}`
	nag = `[{"violations":[
		{"ruleName":"AwsSolutions-SQS3","description":"no DLQ","violatingResources":[{"constructPath":"S/Template/Q"}]},
		{"ruleName":"AwsSolutions-IAM5[Resource::<T1A2B.Arn>/index/*]","description":"wildcard","violatingResources":[{"constructPath":"S/Template/P"}]},
		{"ruleName":"AwsSolutions-IAM5[Resource::*]","description":"wildcard","violatingResources":[{"constructPath":"S/Template/P"}]}]},
		{"violations":[]}]`
	guard = `[{"name":"S","not_compliant":[{"Rule":{"name":"sqs_dlq_check","checks":[
		{"messages":{"custom_message":"\n  [CT.SQS.PR.1]: Require a dead-letter queue\n  [FIX]: …"}},
		{"value":{"traversed_to":{"path":"/Resources/Q/Properties","value":{"path":"/elsewhere"}}}}]}}]}]`
)

func TestMatch(t *testing.T) {
	dir := write(t, template, nag, guard)
	a, err := assembly.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	found, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	r := Match(a, found)
	var open, acknowledged, stale []string
	for _, f := range r.Open {
		open = append(open, f.Tool+" "+f.Rule+" "+f.Resource)
	}
	for _, f := range r.Acknowledged {
		acknowledged = append(acknowledged, f.Rule+" "+f.Resource+": "+f.Reason)
	}
	for _, k := range r.Stale {
		stale = append(stale, k.Rule+" "+k.Resource)
	}
	for _, x := range []struct{ what, got, want string }{
		{"open", strings.Join(open, "; "), "cdk-nag AwsSolutions-IAM5[Resource::*] P; cfn-guard CT.SQS.PR.1 Q"},
		{"acknowledged", strings.Join(acknowledged, "; "), "AwsSolutions-IAM5[Resource::<T1A2B.Arn>/index/*] P: A query reads any index.; AwsSolutions-SQS3 Q: It is a dead-letter queue."},
		{"stale", strings.Join(stale, "; "), "Old-1 Q"},
	} {
		if x.got != x.want {
			t.Errorf("%s: got %s\nwant %s", x.what, x.got, x.want)
		}
	}
	err = r.Check()
	if err == nil {
		t.Fatal("nothing to complain of")
	}
	for _, want := range []string{"open  CT.SQS.PR.1: Require a dead-letter queue\n      Q, in S", "stale Old-1 on Q of S", "2 findings without a reason, 1 acknowledgements without a finding"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant it to say %s", err, want)
		}
	}
	if err := (Report{Acknowledged: r.Acknowledged}).Check(); err != nil {
		t.Error(err)
	}
}

func TestReadRefusesWhatItCannotRead(t *testing.T) {
	for _, x := range []struct{ nag, guard, want string }{
		{`{`, `[]`, "nag.json: unexpected end"},
		{`[{"violations":[{"ruleName":"A","violatingResources":[{"constructPath":"S"}]}]}]`, `[]`, `"S" is no path`},
		{`[]`, `not json`, "S.json: invalid character"},
		{`[]`, `[{"not_compliant":[{"Rule":{"name":"odd"}}]}]`, "rule odd names no resource"},
	} {
		if _, err := Read(write(t, `{"Resources":{}}`, x.nag, x.guard)); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s, %s: got %v, want %s", x.nag, x.guard, err, x.want)
		}
	}
	if _, err := Read(t.TempDir()); !errors.Is(err, ErrNone) {
		t.Errorf("an assembly that nobody looked at: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(nag), []byte(guard))
	f.Fuzz(func(_ *testing.T, nag, guard []byte) {
		_, _ = parseNag(nag)
		_, _ = parseGuard(guard, "S")
	})
}

func TestMatches(t *testing.T) {
	for _, x := range []struct {
		acknowledged, found string
		want                bool
	}{
		{"A", "A", true},
		{"A", "AB", false},
		{"A[…]", "A[x]", true},
		{"A[…/*]", "A[<B.Arn>/*]", true},
		{"A[…/*]", "A[<B.Arn>]", false},
		{"A[…:stack/…/*]", "A[arn:stack/B-Edge/*]", true},
		{"A[…:stack/…/*]", "A[arn:table/B-Edge/*]", false},
		{"A…A", "A", false},
	} {
		if got := matches(x.acknowledged, x.found); got != x.want {
			t.Errorf("%s for %s: %v", x.acknowledged, x.found, got)
		}
	}
}
