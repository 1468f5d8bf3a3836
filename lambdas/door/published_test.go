package door_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"fulcrum/lambdas/door"
)

// TestPublishedEvents serves the sample events of aws-lambda-go as they are.
func TestPublishedEvents(t *testing.T) {
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-lambda-go").Output()
	if err != nil {
		t.Fatalf("aws-lambda-go is not in the module cache: %v", err)
	}
	for name, want := range map[string]seen{
		"apigw-request.json":                                {Method: "POST", Path: "/hello/world", RemoteAddr: "192.168.196.186:0", Body: "{\r\n\t\"a\": 1\r\n}"},
		"apigw-restapi-openapi-request.json":                {Method: "POST", Path: "/hello/world", RemoteAddr: "192.168.196.186:0", Body: "{\r\n\t\"a\": 1\r\n}"},
		"apigw-v2-request-jwt-authorizer.json":              {Method: "GET", Path: "/my/path", RemoteAddr: "IP:0", Body: "{\r\n\t\"a\": 1\r\n}"},
		"apigw-v2-request-no-authorizer.json":               {Method: "GET", Path: "/", RemoteAddr: "1.2.3.4:0"},
		"lambda-urls-request.json":                          {Method: "POST", Path: "/my/path", RemoteAddr: "123.123.123.123:0", Body: "Hello from client!"},
		"alb-lambda-target-request-headers-only.json":       {Method: "GET", Path: "/", RemoteAddr: "25.12.198.67:0"},
		"alb-lambda-target-request-multivalue-headers.json": {Method: "GET", Path: "/", RemoteAddr: "72.21.198.67:0"},
	} {
		t.Run(name, func(t *testing.T) {
			payload, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "events", "testdata", name)) //nolint:gosec // test data
			if err != nil {
				t.Fatal(err)
			}
			var saw seen
			if _, err := door.New(echo(&saw)).Invoke(t.Context(), payload); err != nil {
				t.Fatal(err)
			}
			if saw.Method != want.Method || saw.Path != want.Path || saw.RemoteAddr != want.RemoteAddr || saw.Body != want.Body {
				t.Errorf("got %+v, want %+v", saw, want)
			}
		})
	}
}
