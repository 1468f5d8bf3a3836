package runtimeapi_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"fulcrum/lambdas/runtimeapi"
)

func start(t *testing.T, binary string, environment ...string) *runtimeapi.Function {
	t.Helper()
	f, err := runtimeapi.Start(binary, environment...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

func TestFunction(t *testing.T) {
	binary := filepath.Join(runtimeapi.Build(t, "./testdata/echo"), "echo")

	t.Run("answers", func(t *testing.T) {
		f := start(t, binary, "SETTING=on")
		if f.First() != 0 {
			t.Errorf("the first answer took %v before there was one", f.First())
		}
		ids, first := map[string]bool{}, time.Duration(0)
		for range 3 {
			raw, err := f.Invoke(t.Context(), []byte(`{"word":"Änne"}`))
			if err != nil {
				t.Fatalf("%v\n%s", err, f.Output())
			}
			var got map[string]string
			if err := json.Unmarshal(raw, &got); err != nil {
				t.Fatal(err)
			}
			ids[got["id"]] = true
			if first == 0 {
				first = f.First()
			}
			if got["said"] != `{"word":"Änne"}` || got["setting"] != "on" || got["home"] != "" || got["deadline"] < "2026" {
				t.Errorf("got %s", raw)
			}
		}
		if len(ids) != 3 || first <= 0 || f.First() != first {
			t.Errorf("%d request ids in 3 invocations; first answer after %v", len(ids), f.First())
		}
		t.Logf("process start to first answer: %v", f.First())
	})
	t.Run("reports a failure and goes on", func(t *testing.T) {
		f := start(t, binary)
		for _, event := range []string{`{"do":"fail"}`, `{"do":"large"}`, `not JSON`} {
			_, err := f.Invoke(t.Context(), []byte(event))
			var failed *runtimeapi.Failed
			if event != `{"do":"large"}` && !errors.As(err, &failed) || err == nil {
				t.Errorf("%s: got %v", event, err)
			}
			if event == `{"do":"large"}` { // the runtime of aws-lambda-go ends when an answer is refused
				f.Close()
				f = start(t, binary)
			}
		}
		if _, err := f.Invoke(t.Context(), []byte(`{}`)); err != nil {
			t.Errorf("after a failure: %v", err)
		}
	})
	t.Run("ends", func(t *testing.T) {
		f := start(t, binary)
		if _, err := f.Invoke(t.Context(), []byte(`{"do":"exit"}`)); !errors.Is(err, runtimeapi.ErrEnded) {
			t.Errorf("got %v", err)
		}
		if _, err := f.Invoke(t.Context(), []byte(`{}`)); !errors.Is(err, runtimeapi.ErrEnded) {
			t.Errorf("after the end: got %v", err)
		}
	})
	t.Run("is gone after Close", func(t *testing.T) {
		f := start(t, binary)
		pid := f.PID()
		if err := syscall.Kill(pid, 0); err != nil {
			t.Fatalf("process %d does not run: %v", pid, err)
		}
		f.Close()
		if err := syscall.Kill(pid, 0); err == nil {
			t.Errorf("process %d still runs", pid)
		}
	})
	t.Run("bounds the payload", func(t *testing.T) {
		f := start(t, binary)
		if _, err := f.Invoke(t.Context(), []byte(strings.Repeat(" ", runtimeapi.MaxPayload+1))); err == nil || !strings.Contains(err.Error(), "payload of 6291457 bytes") {
			t.Errorf("a payload over Lambda's limit was taken: %v", err)
		}
	})
	t.Run("refuses an unknown invocation", func(t *testing.T) {
		f := start(t, binary)
		address := "http://" + f.API() + "/2018-06-01/runtime/invocation/unknown/response"
		response, err := http.Post(address, "application/json", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close() //nolint:errcheck // only read
		if response.StatusCode != http.StatusForbidden {
			t.Errorf("status %d", response.StatusCode)
		}
	})
}

func TestNoBinary(t *testing.T) {
	if f, err := runtimeapi.Start(filepath.Join(t.TempDir(), "none")); err == nil {
		f.Close()
		t.Error("a binary that is not there was started")
	}
}
