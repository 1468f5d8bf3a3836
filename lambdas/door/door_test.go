package door_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"

	"fulcrum/lambdas/door"
	"fulcrum/lambdas/telemetry"
	"fulcrum/lambdas/token"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// seen is what a handler saw of a request.
type seen struct {
	Method, Path, EscapedPath, RequestURI, Host, RemoteAddr string
	Query                                                   map[string][]string
	Header                                                  http.Header
	ContentLength                                           int64
	Body                                                    string
	RequestID                                               string
	Claims                                                  *token.Claims
}

// echo remembers the request and answers with everything an answer may have.
func echo(into *seen) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*into = seen{
			Method: r.Method, Path: r.URL.Path, EscapedPath: r.URL.EscapedPath(), RequestURI: r.RequestURI,
			Host: r.Host, RemoteAddr: r.RemoteAddr, Query: r.URL.Query(), Header: r.Header,
			ContentLength: r.ContentLength, Body: string(body), RequestID: telemetry.RequestID(r.Context()),
		}
		if c, ok := token.FromDoor(r.Context()); ok {
			into.Claims = &c
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header()["Vary"] = []string{"Origin", "Accept"}
		w.Header()["Set-Cookie"] = []string{"a=1; Secure", "b=2; Secure"}
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"said":"Änne"}`)
	})
}

// TestEvents holds, for an event of each door, what the handler sees and what the
// door gets back.
func TestEvents(t *testing.T) {
	inputs, err := filepath.Glob("testdata/*.json")
	if err != nil || len(inputs) == 0 {
		t.Fatalf("no events: %v", err)
	}
	goldens, err := filepath.Glob("testdata/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	if len(goldens) != len(inputs) && !*update {
		t.Errorf("%d events and %d golden files", len(inputs), len(goldens))
	}
	for _, input := range inputs {
		t.Run(filepath.Base(input), func(t *testing.T) {
			payload, err := os.ReadFile(input) //nolint:gosec // test data
			if err != nil {
				t.Fatal(err)
			}
			ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "of-lambda"})
			var saw seen
			raw, err := door.New(echo(&saw)).Invoke(ctx, payload)
			if err != nil {
				t.Fatal(err)
			}
			var answer any
			if err := json.Unmarshal(raw, &answer); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			encoder := json.NewEncoder(&out)
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", "  ")
			if err := encoder.Encode(map[string]any{"request": saw, "answer": answer}); err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(input, ".json") + ".golden"
			if *update {
				if err := os.WriteFile(golden, out.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden) //nolint:gosec // test data
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), out.String()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func invoke(ctx context.Context, t *testing.T, payload string, h http.HandlerFunc) map[string]any {
	t.Helper()
	raw, err := door.New(h).Invoke(ctx, []byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	var answer map[string]any
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

const (
	anHTTPEvent = `{"version":"2.0","rawPath":"/","requestContext":{"http":{"method":"GET","sourceIp":"203.0.113.7"}}}`
	anALBEvent  = `{"httpMethod":"GET","path":"/","headers":{},"requestContext":{"elb":{}}}`
)

func TestBodies(t *testing.T) {
	for _, test := range []struct {
		name, contentType, body, want string
		base64                        bool
	}{
		{"text", "text/plain; charset=utf-8", "hello", "hello", false},
		{"problem", "application/problem+json", "{}", "{}", false},
		{"binary", "application/octet-stream", "\x00\xff", "AP8=", true},
		{"text that is not", "text/plain", "\xff", "/w==", true},
		{"empty", "", "", "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			answer := invoke(t.Context(), t, anHTTPEvent, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", test.contentType)
				_, _ = io.WriteString(w, test.body)
			})
			if answer["body"] != test.want || answer["isBase64Encoded"] != test.base64 {
				t.Errorf("got %v", answer)
			}
		})
	}
}

// TestLimits wants the largest answers carried and one byte more refused, counted
// with the JSON around the body and what it does to quotes.
func TestLimits(t *testing.T) {
	for name, test := range map[string]struct {
		event string
		limit int
	}{
		"http-api": {anHTTPEvent, 6291456},
		"alb":      {anALBEvent, 1048576},
	} {
		for _, sign := range []string{"x", `"`} {
			answer := func(n int) (status any, size int) {
				raw, err := door.New(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", "text/plain")
					_, _ = w.Write(bytes.Repeat([]byte(sign), n))
				})).Invoke(t.Context(), []byte(test.event))
				if err != nil {
					t.Fatal(err)
				}
				var a map[string]any
				if err := json.Unmarshal(raw, &a); err != nil {
					t.Fatal(err)
				}
				return a["statusCode"], len(raw)
			}
			_, around := answer(0)
			each, err := json.Marshal(sign)
			if err != nil {
				t.Fatal(err)
			}
			most := (test.limit - around) / (len(each) - 2)
			if status, size := answer(most); status != 200.0 || size > test.limit || size < test.limit-2 {
				t.Errorf("%s: %d times %s: status %v, %d bytes", name, most, sign, status, size)
			}
			if status, _ := answer(most + 1); status != 500.0 {
				t.Errorf("%s: one over %d times %s: status %v", name, most, sign, status)
			}
		}
	}
}

// TestAnswers holds what of an answer is the door's to say.
func TestAnswers(t *testing.T) {
	answer := invoke(t.Context(), t, anHTTPEvent, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints) // no door carries one
		w.Header().Set("Content-Length", "2")
		w.WriteHeader(http.StatusAccepted)
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "ok")
	})
	if headers, _ := answer["headers"].(map[string]any); answer["statusCode"] != float64(http.StatusAccepted) || headers["Content-Length"] != nil {
		t.Errorf("got %v", answer)
	}
	answer = invoke(t.Context(), t, strings.Replace(anALBEvent, "GET", "HEAD", 1), func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "not for HEAD")
	})
	if answer["body"] != "" || answer["statusCode"] != float64(http.StatusOK) {
		t.Errorf("HEAD got %v", answer)
	}
	invoke(t.Context(), t, anALBEvent, func(w http.ResponseWriter, _ *http.Request) {
		half := make([]byte, door.MaxALBAnswer/2+1)
		if _, err := w.Write(half); err != nil {
			t.Error(err)
		}
		if _, err := w.Write(half); err == nil {
			t.Error("more is kept than the door can carry")
		}
	})
}

// TestDecodedQueries wants what a REST API has decoded to be left as it is, and what a
// load balancer hands on to be decoded once.
func TestDecodedQueries(t *testing.T) {
	const query = `,"queryStringParameters":{"q":"a%2Bb"},`
	for event, want := range map[string]string{
		`{"httpMethod":"GET","path":"/"` + query + `"requestContext":{}}`: "a%2Bb", `{"httpMethod":"GET","path":"/"` + query + `"requestContext":{"elb":{}}}`: "a+b",
	} {
		invoke(t.Context(), t, event, func(_ http.ResponseWriter, r *http.Request) {
			if got := r.URL.Query().Get("q"); got != want {
				t.Errorf("%s: %q, want %q", event, got, want)
			}
		})
	}
}

// TestStages wants a stage to be taken off a path, and nothing that only looks like it.
func TestStages(t *testing.T) {
	for _, x := range [][3]string{
		{"prod", "/prod/dinners", "/dinners"}, {"prod", "/prod", "/"}, {"prod", "/products", "/products"}, {"prod", "/dinners", "/dinners"},
		{"$default", "/$default/dinners", "/$default/dinners"},
	} {
		event := strings.Replace(strings.Replace(anHTTPEvent, `"/"`, `"`+x[1]+`"`, 1), `{"http"`, `{"stage":"`+x[0]+`","http"`, 1)
		invoke(t.Context(), t, event, func(_ http.ResponseWriter, r *http.Request) {
			if r.URL.Path != x[2] {
				t.Errorf("%s of stage %s: path %s, want %s", x[1], x[0], r.URL.Path, x[2])
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	never := func(http.ResponseWriter, *http.Request) { t.Error("the handler was called") }
	for name, payload := range map[string]string{
		"body": `{"httpMethod":"POST","path":"/","body":"%","isBase64Encoded":true}`, "method": `{"httpMethod":"G T","path":"/"}`,
	} {
		if answer := invoke(t.Context(), t, payload, never); answer["statusCode"] != float64(http.StatusBadRequest) {
			t.Errorf("%s: %v", name, answer)
		}
	}
	for _, payload := range []string{`{}`, `[]`, `nothing`, `{"Records":[]}`, `{"version":"2.0"}`} {
		if _, err := door.New(http.HandlerFunc(never)).Invoke(t.Context(), []byte(payload)); err == nil {
			t.Errorf("%s was taken for an event of a door", payload)
		}
	}
}

func TestTraceOfLambda(t *testing.T) {
	ctx := context.WithValue(t.Context(), "x-amzn-trace-id", "Root=1-2-3;Parent=4;Sampled=1") //nolint:staticcheck,revive // the runtime's own key
	invoke(ctx, t, anHTTPEvent, func(_ http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("X-Amzn-Trace-Id"); got != "Root=1-2-3;Parent=4;Sampled=1" {
			t.Errorf("trace is %q", got)
		}
	})
	ctx = context.WithValue(t.Context(), "x-amzn-trace-id", "") //nolint:staticcheck,revive // the runtime's own key
	invoke(ctx, t, `{"httpMethod":"GET","path":"/","headers":{"x-amzn-trace-id":"Root=5"},"requestContext":{"elb":{}}}`, func(_ http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("X-Amzn-Trace-Id"); got != "Root=5" {
			t.Errorf("without Lambda's, the trace is %q", got)
		}
	})
}

func TestDeadline(t *testing.T) {
	end := time.Now().Add(time.Minute)
	ctx, cancel := context.WithDeadline(t.Context(), end)
	defer cancel()
	invoke(ctx, t, anHTTPEvent, func(_ http.ResponseWriter, r *http.Request) {
		if got, ok := r.Context().Deadline(); !ok || !got.Equal(end.Add(-500*time.Millisecond)) {
			t.Errorf("the handler's deadline is %v, want half a second before %v", got, end)
		}
	})
}

func FuzzEvent(f *testing.F) {
	inputs, err := filepath.Glob("testdata/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, input := range inputs {
		payload, err := os.ReadFile(input) //nolint:gosec // test data
		if err != nil {
			f.Fatal(err)
		}
		f.Add(payload)
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		var saw seen
		raw, err := door.New(echo(&saw)).Invoke(t.Context(), payload)
		if err != nil {
			return
		}
		var answer struct {
			StatusCode int
			Headers    map[string]string
			Multi      map[string][]string `json:"multiValueHeaders"`
			Body       string
			IsBase64   bool `json:"isBase64Encoded"`
		}
		if err := json.Unmarshal(raw, &answer); err != nil || answer.StatusCode < 200 || answer.StatusCode > 599 || len(raw) > door.MaxAnswer {
			t.Errorf("answered %q: %v", raw, err)
		}
		if (answer.Headers == nil) == (answer.Multi == nil) {
			t.Errorf("headers of both forms, or none: %s", raw)
		}
		if saw.Method == "" {
			return
		}
		if !strings.HasPrefix(saw.Path, "/") || saw.ContentLength != int64(len(saw.Body)) || saw.Header.Get("Content-Length") != "" || saw.Header.Get("Host") != "" {
			t.Errorf("request is %+v", saw)
		}
		if _, _, err := net.SplitHostPort(saw.RemoteAddr); err != nil && !strings.ContainsAny(saw.RemoteAddr, "[]") {
			t.Errorf("request of %q: %v", saw.RemoteAddr, err)
		}
		// A load balancer verifies nobody: nothing in such an event says who calls.
		var balancer struct{ RequestContext struct{ ELB *struct{} } }
		if err := json.Unmarshal(payload, &balancer); err == nil && balancer.RequestContext.ELB != nil && saw.Claims != nil {
			t.Errorf("%s: a load balancer names %+v", payload, saw.Claims)
		}
	})
}
