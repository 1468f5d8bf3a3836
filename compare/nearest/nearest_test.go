package nearest_test

import (
	"testing"

	"fulcrum/compare/nearest"
)

func TestName(t *testing.T) {
	known := []string{"a", "rest-api", "http-api", "requests", "sqs", "sns"}
	for _, x := range []struct{ got, want string }{
		{"rest-api", "rest-api"},
		{"rest-ap", "rest-api"},
		{"httpapi", "http-api"},
		{"reqeusts", "requests"}, // a swap is one edit
		{"sq", "sqs"},
		{"", ""},
		{"s", ""},
		{"kinesis", ""},
		{"zzz", ""},
	} {
		if got := nearest.Name(x.got, known); got != x.want {
			t.Errorf("Name(%q) = %q, want %q", x.got, got, x.want)
		}
	}
}

func TestUnknown(t *testing.T) {
	got := nearest.Unknown("service", "sqss", []string{"sqs", "sns"}).Error()
	if want := `unknown service "sqss" (did you mean sqs?); known: sqs, sns`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	got = nearest.Unknown("service", "kinesis", []string{"sqs"}).Error()
	if want := `unknown service "kinesis"; known: sqs`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
