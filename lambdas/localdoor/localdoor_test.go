package localdoor_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fulcrum/lambdas/door"
	"fulcrum/lambdas/localdoor"
)

// heard is what a handler saw behind a door.
type heard struct {
	Method, Path, Query, Body, Host, From string
	Twice, Cookie                         string
}

func through(form localdoor.Form, h http.HandlerFunc) *http.Client {
	stage := ""
	if form == localdoor.RESTAPI || form == localdoor.HTTPAPI {
		stage = "live"
	}
	return &http.Client{Transport: localdoor.Door{Form: form, Stage: stage, Invoke: door.New(h).Invoke}}
}

// base is the URL of a door, with its stage.
func base(form localdoor.Form) string {
	if form == localdoor.RESTAPI || form == localdoor.HTTPAPI {
		return "https://dinner.example/live"
	}
	return "https://dinner.example"
}

// TestARequestComesThrough wants a handler behind each door to see what it sees
// without one, as far as the door's form can carry it.
func TestARequestComesThrough(t *testing.T) {
	for _, form := range localdoor.Forms() {
		t.Run(string(form), func(t *testing.T) {
			var got heard
			client := through(form, func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if err != nil {
					t.Error(err)
				}
				got = heard{
					r.Method, r.URL.Path, r.URL.Query().Encode(), string(body), r.Host, r.RemoteAddr,
					strings.Join(r.Header.Values("X-Twice"), ","), strings.Join(r.Header.Values("Cookie"), "; "),
				}
				w.Header().Set("Content-Type", "application/octet-stream")
				w.Header()["Set-Cookie"] = []string{"c=3", "d=4"}
				w.Header().Set("WWW-Authenticate", "Bearer")
				w.WriteHeader(http.StatusAccepted)
				_, _ = io.WriteString(w, "\x00\xff")
			})
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base(form)+"/a%20b/%252e?q=a%26b&q=%C3%A4+c&plain", strings.NewReader("\x00\xfe"))
			if err != nil {
				t.Fatal(err)
			}
			r.Header = http.Header{"X-Twice": {"one", "two"}, "Cookie": {"a=1; b=2"}, "Content-Type": {"image/png"}, "X-Forwarded-For": {"10.0.0.1"}}
			response, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close() //nolint:errcheck // only read
			body, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			want := heard{
				http.MethodPost, "/a b/%2e", "plain=&q=a%26b&q=%C3%A4+c", "\x00\xfe", "dinner.example", "203.0.113.7:0", "one,two", "a=1; b=2",
			}
			wantBody, cookies, challenge := "\x00\xff", "c=3 d=4", "Www-Authenticate"
			switch form {
			case localdoor.RESTAPI: // without binary media types, under AWS's names
				want.Body, wantBody, challenge = "\x00\uFFFD", "AP8=", "X-Amzn-Remapped-Www-Authenticate"
			case localdoor.ALBSingle: // room for one
				want.Twice, want.Query, cookies = "two", "plain=&q=%C3%A4+c", "c=3"
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if response.StatusCode != http.StatusAccepted || string(body) != wantBody ||
				strings.Join(response.Header.Values("Set-Cookie"), " ") != cookies || response.Header.Get(challenge) != "Bearer" {
				t.Errorf("got %d %v %q", response.StatusCode, response.Header, body)
			}
		})
	}
}

func TestHead(t *testing.T) {
	for _, form := range localdoor.Forms() {
		client := through(form, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"1"`)
			_, _ = io.WriteString(w, "body")
		})
		response, err := client.Head(base(form) + "/")
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK || response.Header.Get("ETag") != `"1"` || len(body) != 0 {
			t.Errorf("%s: %d %v %q", form, response.StatusCode, response.Header, body)
		}
	}
}

// TestTheDoorAnswersItself wants what AWS answers where the function cannot.
func TestTheDoorAnswersItself(t *testing.T) {
	answers := func(answer string, err error) func(context.Context, []byte) ([]byte, error) {
		return func(context.Context, []byte) ([]byte, error) { return []byte(answer), err }
	}
	large, err := json.Marshal(map[string]any{"statusCode": 200, "multiValueHeaders": map[string]any{}, "body": strings.Repeat("x", 1<<20)})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		form   localdoor.Form
		invoke func(context.Context, []byte) ([]byte, error)
		body   int
		header int
		want   int
	}{
		{"the function fails", localdoor.HTTPAPI, answers("", errors.New("no")), 0, 0, 502},
		{"no JSON", localdoor.RESTAPI, answers("no", nil), 0, 0, 502},
		{"another member", localdoor.RESTAPI, answers(`{"statusCode":200,"cookies":[]}`, nil), 0, 0, 502},
		{"no status", localdoor.ALBSingle, answers(`{"headers":{}}`, nil), 0, 0, 502},
		{"not base64", localdoor.FunctionURL, answers(`{"statusCode":200,"body":"%","isBase64Encoded":true}`, nil), 0, 0, 502},
		{"the other form of headers", localdoor.ALBMulti, answers(`{"statusCode":200,"headers":{}}`, nil), 0, 0, 502},
		{"an answer over 1 MB to a balancer", localdoor.ALBMulti, answers(string(large), nil), 0, 0, 502},
		{"an answer over 1 MB to an API", localdoor.RESTAPI, answers(string(large), nil), 0, 0, 200},
		{"a body of 1 MB through a balancer", localdoor.ALBSingle, answers(`{"statusCode":200}`, nil), 1 << 20, 0, 200},
		{"a body over 1 MB through a balancer", localdoor.ALBSingle, answers(`{"statusCode":200}`, nil), 1<<20 + 1, 0, 413},
		{"a body over 6 MB", localdoor.HTTPAPI, answers(`{"statusCode":200}`, nil), 6<<20 + 1, 0, 413},
		{"headers over 10,240 bytes", localdoor.HTTPAPI, answers(`{"statusCode":200}`, nil), 0, 10241, 431},
		{"no such door", "gate", answers(`{"statusCode":200}`, nil), 0, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			client := &http.Client{Transport: localdoor.Door{Form: test.form, Invoke: test.invoke}}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://dinner.example/", strings.NewReader(strings.Repeat("x", test.body)))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("X-Long", strings.Repeat("x", test.header))
			response, err := client.Do(r)
			if test.want == 0 {
				if err == nil {
					t.Fatal("it opened")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close() //nolint:errcheck // nothing to read
			if response.StatusCode != test.want {
				t.Errorf("status %d, want %d", response.StatusCode, test.want)
			}
		})
	}
}

// TestTheLargestBodiesComeThrough carries nothing, and the most each door carries,
// as text and in base64, there and back.
func TestTheLargestBodiesComeThrough(t *testing.T) {
	const around = 8 << 10 // what the JSON around a body may take
	for _, form := range localdoor.Forms() {
		limit := 6<<20 - around
		answer := limit
		if form == localdoor.ALBSingle || form == localdoor.ALBMulti {
			limit, answer = 1<<20, 1<<20-around
		}
		for _, test := range []struct {
			contentType string
			size        int
		}{
			{"text/plain", 0}, {"text/plain", limit}, {"application/octet-stream", 0}, {"application/octet-stream", limit / 4 * 3},
		} {
			var got string
			client := through(form, func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if err != nil || int64(len(body)) != r.ContentLength {
					t.Errorf("%d bytes, said to be %d: %v", len(body), r.ContentLength, err)
				}
				got = string(body)
				w.Header().Set("Content-Type", test.contentType)
				most := answer
				if test.contentType != "text/plain" {
					most = answer / 4 * 3
				}
				_, _ = w.Write(body[:min(len(body), most)])
			})
			sent := strings.Repeat("x", test.size)
			response, err := client.Post(base(form)+"/", test.contentType, strings.NewReader(sent))
			if err != nil {
				t.Fatal(err)
			}
			back, err := io.ReadAll(response.Body)
			_ = response.Body.Close()
			if err != nil || response.StatusCode != http.StatusOK || got != sent {
				t.Errorf("%s, %d bytes of %s: status %d, %d bytes arrived, %v", form, test.size, test.contentType, response.StatusCode, len(got), err)
			}
			if form != localdoor.RESTAPI && !strings.HasPrefix(sent, string(back)) || test.size > 0 && len(back) < test.size/2 {
				t.Errorf("%s, %d bytes of %s: %d bytes came back", form, test.size, test.contentType, len(back))
			}
		}
	}
}

// TestAnswersThatAreTooLarge wants the function's own words where a door would have
// none: over 6 MB, or 1 MB for a load balancer.
func TestAnswersThatAreTooLarge(t *testing.T) {
	for _, form := range localdoor.Forms() {
		size := 6 << 20
		if form == localdoor.ALBSingle || form == localdoor.ALBMulti {
			size = 1 << 20
		}
		client := through(form, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			_, _ = io.WriteString(w, strings.Repeat("x", size-10)) // and the JSON around it
		})
		response, err := client.Get(base(form) + "/")
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if response.StatusCode != http.StatusInternalServerError || !strings.Contains(string(body), "response-too-large") {
			t.Errorf("%s: status %d, %.100s", form, response.StatusCode, body)
		}
	}
}
