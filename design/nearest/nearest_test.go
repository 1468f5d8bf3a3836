package nearest

import (
	"strings"
	"testing"
)

func TestName(t *testing.T) {
	known := []string{"http-api", "rest-api", "alb", "service-levels", "KB", "s"}
	for got, want := range map[string]string{
		"htp-api": "http-api", "rset-api": "rest-api", "abl": "alb", "servicelevels": "service-levels",
		"kb": "KB", "apigw": "http-api", "GB": "", "": "", "kinesis": "", "REST-API": "rest-api", "seconds": "",
	} {
		if name := Name(got, known); name != want {
			t.Errorf("%q: %q, want %q", got, name, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "ab", 2}, {"ab", "ba", 1}, {"kitten", "sitting", 3}, {"abc", "abc", 0}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("%s, %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestUnknown(t *testing.T) {
	got := Unknown("service", "sqss", []string{"sqs", "sns"}).Error()
	if want := `unknown service "sqss" (did you mean sqs?); known: sqs, sns`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	many := strings.Split(strings.Repeat("sns ", listed)+"sqs", " ")
	if got, want := Unknown("service", "sqss", many).Error(), `unknown service "sqss" (did you mean sqs?); 25 are known`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := Unknown("service", "kinesis", many).Error(); !strings.HasSuffix(got, "sns, sqs") {
		t.Errorf("none of many may be meant: %s", got)
	}
	got = Unknown("service", "kinesis", []string{"sqs"}).Error()
	if want := `unknown service "kinesis"; known: sqs`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
