package app

import (
	"strings"
	"testing"
)

func TestSettingsReportEverythingAtOnce(t *testing.T) {
	t.Setenv("CDK_CONTEXT_JSON", `{"stage":"foo","domain":"api.example.com","certificateArn":"x","design":7}`)
	_, err := settings()
	if err == nil {
		t.Fatal("taken")
	}
	for _, want := range []string{
		"-c stage=foo: unknown stage; allowed: production, sandbox",
		"-c certificateArn=x: not understood; give it like arn:aws:acm:",
		"-c design: got 7",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant it to say %s", err, want)
		}
	}
}

func TestSettings(t *testing.T) {
	for _, x := range []struct{ name, context, want string }{
		{"domain without zone", `{"domain":"api.example.com"}`, "only one of them is given"},
		{"zone without domain", `{"hostedZone":"Z0123456789"}`, "only one of them is given"},
		{"zone by name", `{"domain":"api.example.com","hostedZone":"example.com"}`, "-c hostedZone=example.com: not understood"},
		{"domain with scheme", `{"domain":"https://api.example.com","hostedZone":"Z0123456789"}`, "-c domain=https://api.example.com: not understood"},
		{"empty stage", `{"stage":" "}`, "-c stage: got"},
		{"misspelt", `{"stag":"sandbox"}`, "-c stag: unknown context value \"stag\" (did you mean stage?); known: certificateArn, clientCa, clientCrl, design"},
		{"the CDK's own", `{"@aws-cdk/core:x":true,"aws:cdk:enable-path-metadata":true}`, ""},
		{"not JSON", `{`, "CDK_CONTEXT_JSON"},
		{"domain and zone", `{"domain":"api.example.com","hostedZone":"Z0123456789"}`, ""},
		{"certificate", `{"certificateArn":"arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d"}`, ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Setenv("CDK_CONTEXT_JSON", x.context)
			_, err := settings()
			switch {
			case x.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case x.want != "" && (err == nil || !strings.Contains(err.Error(), x.want)):
				t.Errorf("got %v, want it to say %s", err, x.want)
			}
		})
	}
}

func TestSandboxIsAsked(t *testing.T) {
	for context, want := range map[string]bool{`{}`: false, `{"stage":"production"}`: false, `{"stage":"sandbox"}`: true} {
		t.Setenv("CDK_CONTEXT_JSON", context)
		if s, err := settings(); err != nil || s.Workload.Sandbox != want {
			t.Errorf("%s: sandbox %t, %v; want %t", context, s.Workload.Sandbox, err, want)
		}
	}
}

func TestReadable(t *testing.T) {
	for _, x := range []struct {
		stack, cause, want string
	}{
		{"FrontDoor-Alb", "httpapi FrontDoor: Rate: missing; it is required", "FrontDoor-Alb: httpapi FrontDoor: Rate: missing; it is required"},
		{"", "Error: Validation failed\n    at App.synth (file:1:1)\n    at main", "synthesis failed: Validation failed"},
	} {
		if got := readable(x.stack, x.cause).Error(); got != x.want {
			t.Errorf("%q, want %q", got, x.want)
		}
	}
}
