package contract_test

import (
	"bufio"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"fulcrum/lambdas/contract"
	"fulcrum/lambdas/contract/issuer"
	"fulcrum/lambdas/runtimeapi"
)

// listening is where clients connect, on every address. What is sent to connections
// comes in on one address alone, and may be said first.
var listening = regexp.MustCompile(`"address":"(?:\[::\]|0\.0\.0\.0):(\d+)"`)

// startServer runs the program server as a process, over a store in memory unless
// settings name tables, and returns its URL and its process id.
func startServer(t *testing.T, i *issuer.Issuer, settings ...string) (url string, pid int) {
	t.Helper()
	process := exec.CommandContext(t.Context(), filepath.Join(runtimeapi.Build(t, "fulcrum/lambdas/cmd/server"), "server")) //nolint:gosec // built here
	process.Env = append([]string{"PORT=0", "TOKEN_ISSUER=" + i.URL, "TOKEN_CLIENTS=" + issuer.Client, "ALLOWED_ORIGINS=" + origin}, settings...)
	output, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = process.Process.Kill()
		_ = process.Wait()
	})
	port := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(output); lines.Scan(); {
			if found := listening.FindStringSubmatch(lines.Text()); found != nil {
				port <- found[1]
				break
			}
		}
		_, _ = io.Copy(io.Discard, output)
	}()
	select {
	case p := <-port:
		return "http://127.0.0.1:" + p, process.Process.Pid
	case <-time.After(60 * time.Second):
		t.Fatal("the server does not listen after a minute")
	}
	return "", 0
}

// TestServerBinary holds the program server, as a process, to the contract.
func TestServerBinary(t *testing.T) {
	i, err := issuer.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	url, _ := startServer(t, i)
	client := contract.HTTP{URL: url, Client: &http.Client{Timeout: 15 * time.Second}}
	contract.Run(t, contract.System{Client: client, Token: tokens(t, i), Origin: origin, Live: live(url)})
}

// TestLameDuck tells the server to stop: it serves on over new connections while its
// health check fails, until it is told again.
func TestLameDuck(t *testing.T) {
	i, err := issuer.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	url, pid := startServer(t, i, "LAME_DUCK_SECONDS=120")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 15 * time.Second}
	get := func(path string) (status int, err error) {
		response, err := client.Get(url + path)
		if err != nil {
			return 0, err
		}
		return response.StatusCode, response.Body.Close()
	}
	until := func(what string, holds func() bool) {
		t.Helper()
		for end := time.Now().Add(30 * time.Second); !holds(); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("after 30 s not yet: %s", what)
			}
		}
	}
	if status, err := get("/health"); status != http.StatusOK {
		t.Fatalf("before, health is %d, %v", status, err)
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	until("the health check fails", func() bool {
		status, err := get("/health")
		if err != nil {
			t.Fatalf("the server is gone: %v", err)
		}
		return status == http.StatusServiceUnavailable
	})
	for range 10 {
		if status, err := get("/dinners"); status != http.StatusOK {
			t.Fatalf("a lame duck answers %d, %v", status, err)
		}
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	until("it is gone", func() bool { _, err := get("/health"); return err != nil })
}
