package contract_test

import (
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"fulcrum/lambdas/contract/issuer"
	"fulcrum/lambdas/localdoor"
	"fulcrum/lambdas/runtimeapi"
)

// TestFloods sends the server what costs it most for the least, all at once, and
// wants every request refused, others served, and no more memory than bounds allow.
func TestFloods(t *testing.T) {
	i, err := issuer.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	url, pid := startServer(t, i)
	client := &http.Client{Timeout: 60 * time.Second}
	token := "Bearer " + tokens(t, i)("flooder", "dinner/host dinner/guest")
	for range 300 { // connections with a header that never ends
		c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close() //nolint:errcheck // gone with the server
		if _, err := fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: dinner\r\nX-Slow: %s", strings.Repeat("x", 12<<10)); err != nil {
			t.Fatal(err)
		}
	}
	send := func(method, path, body string, headers map[string]string) (int, error) {
		r, err := http.NewRequestWithContext(t.Context(), method, url+path, strings.NewReader(body))
		if err != nil {
			return 0, err
		}
		for name, value := range headers {
			r.Header.Set(name, value)
		}
		response, err := client.Do(r)
		if err != nil {
			return 0, err
		}
		return response.StatusCode, response.Body.Close()
	}
	header := map[string]string{}
	for n := range 2000 {
		header[fmt.Sprintf("X-%d", n)] = "y"
	}
	json := map[string]string{"Authorization": token, "Content-Type": "application/json"}
	var all sync.WaitGroup
	for _, flood := range []struct {
		method, path, body string
		headers            map[string]string
		want               int
	}{
		{"POST", "/dinners", strings.Repeat("x", 4<<20), json, http.StatusRequestEntityTooLarge},
		{"POST", "/dinners", `{"title":` + strings.Repeat("[", 16000), json, http.StatusBadRequest},
		{"POST", "/dinners", `{` + strings.Repeat(`"a":1,`, 2600) + `"a":1}`, json, http.StatusBadRequest},
		{"GET", "/dinners", "", header, http.StatusRequestHeaderFieldsTooLarge},
		{"GET", "/dinners?" + strings.Repeat("a&", 4000), "", nil, http.StatusOK},
		{"GET", "/dinners?limit=99999999", "", nil, http.StatusBadRequest},
		{"GET", "/" + strings.Repeat("../", 2000), "", nil, http.StatusNotFound},
		{"GET", "/me/notices", "", map[string]string{"Authorization": "Bearer " + strings.Repeat("a.", 4000)}, http.StatusUnauthorized},
	} {
		all.Go(func() {
			for range 25 {
				status, err := send(flood.method, flood.path, flood.body, flood.headers)
				// A server that has refused a body may close before it was sent.
				if status != flood.want && (err == nil || flood.want != http.StatusRequestEntityTooLarge) {
					t.Errorf("%s %.40s: status %d, want %d, %v", flood.method, flood.path, status, flood.want, err)
				}
			}
		})
	}
	all.Wait()
	if status, err := send("GET", "/health", "", nil); err != nil || status != http.StatusOK {
		t.Errorf("health: %d, %v", status, err)
	}
	if got := resident(t, pid); got > 64<<20 {
		t.Errorf("the server has %d MB, want at most 64", got>>20)
	}
}

// TestFunctionUnderLargeEvents sends the function api the largest events there are.
func TestFunctionUnderLargeEvents(t *testing.T) {
	binary := filepath.Join(runtimeapi.Build(t, "fulcrum/lambdas/cmd/api"), "api")
	api, err := runtimeapi.Start(binary, "STORE_TABLE=none", "READ_MODELS_TABLE=none", "TOKEN_ISSUER=http://127.0.0.1:1", "TOKEN_CLIENTS=x", "AWS_REGION=eu-west-1")
	if err != nil {
		t.Fatal(err)
	}
	defer api.Close()
	client := &http.Client{Transport: localdoor.Door{Form: localdoor.HTTPAPI, Invoke: api.Invoke}}
	for _, contentType := range []string{"text/plain", "application/octet-stream"} {
		for range 10 {
			response, err := client.Post("https://dinner.example/elsewhere", contentType, strings.NewReader(strings.Repeat("x", 4<<20)))
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
			if response.StatusCode != http.StatusNotFound {
				t.Fatalf("status %d\n%s", response.StatusCode, api.Output())
			}
		}
	}
	if got := resident(t, api.PID()); got > 128<<20 { // half of what a function has
		t.Errorf("the function has %d MB, want at most 128", got>>20)
	}
}

func resident(t *testing.T, pid int) int {
	t.Helper()
	bytes, err := runtimeapi.Resident(t.Context(), pid)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("process %d has %.1f MB", pid, float64(bytes)/(1<<20))
	return bytes
}
