package contract_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
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
	contract.Run(t, contract.System{Client: client, Token: tokens(t, i), Forged: forged(t, i), Origin: origin, Live: live(url)})
}

// spoken is a transport that remembers the versions of HTTP in which it was answered.
type spoken struct {
	http.RoundTripper
	mu    sync.Mutex
	major map[int]bool
}

func (s *spoken) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := s.RoundTripper.RoundTrip(r)
	if err == nil {
		s.mu.Lock()
		s.major[response.ProtoMajor] = true
		s.mu.Unlock()
	}
	return response, err
}

// overTLS is the transport of a client of one version of HTTP over TLS.
func overTLS(major int) *spoken {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(major == 1)
	protocols.SetHTTP2(major == 2)
	return &spoken{major: map[int]bool{}, RoundTripper: &http.Transport{
		Protocols:       protocols,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13}, //nolint:gosec // as a load balancer does
	}}
}

// TestServerBinaryOverTLS holds the program server, as a process, to the contract over
// TLS, for clients of HTTP/2 and of HTTP/1.1.
func TestServerBinaryOverTLS(t *testing.T) {
	i, err := issuer.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	plain, _ := startServer(t, i, "TLS=self-signed")
	url := "https" + strings.TrimPrefix(plain, "http")
	for _, major := range []int{1, 2} {
		t.Run(fmt.Sprintf("HTTP %d", major), func(t *testing.T) {
			transport := overTLS(major)
			client := contract.HTTP{URL: url, Client: &http.Client{Transport: transport, Timeout: 15 * time.Second}}
			contract.Run(t, contract.System{Client: client, Token: tokens(t, i), Forged: forged(t, i), Origin: origin})
			if len(transport.major) != 1 || !transport.major[major] {
				t.Errorf("spoke HTTP %v", transport.major)
			}
		})
	}
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
