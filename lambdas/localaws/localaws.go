// Package localaws runs a local AWS, for tests and for a run without AWS: moto, from
// the repository's Python environment, in its own process on a free loopback port.
package localaws

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

//go:embed serve.py
var script string

// Server is a running local AWS.
//
// It answers one request at a time. DynamoDB's transactions are isolated from one
// another; moto serves requests in threads without isolating anything, so that
// two of them at once could each undo what the other did. A transaction that comes again,
// since its client did not wait for the answer, is answered again and not applied again.
type Server struct {
	// Config makes clients that talk to it.
	Config aws.Config

	mu        sync.Mutex
	intercept func(w http.ResponseWriter, r *http.Request) bool
	// applied are the latest transactions, by the token that clients put into each and
	// repeat it with, and what was answered.
	// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
	applied map[string][]byte
}

// mostApplied is how many transactions are remembered: those of some minutes.
const mostApplied = 10_000

// Scope is what a local AWS, and what is made in it, lives and fails in: a test, or a
// program that runs its cleanups when it ends.
type Scope interface {
	Helper()
	// Context is done when the scope is about to end.
	Context() context.Context
	// Cleanup adds what is done at the end, the last first.
	Cleanup(func())
	Error(args ...any)
	Errorf(format string, args ...any)
	// Fatal and Fatalf end the goroutine.
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// Start starts a local AWS and stops it when the scope ends. It fails where the
// Python environment is missing.
func Start(t Scope) *Server {
	t.Helper()
	s, stop, err := start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return s
}

// In returns the same server as clients of another Region see it. Intercept is the
// server's.
func (s *Server) In(region string) *Server {
	other := &Server{Config: s.Config}
	other.Config.Region = region
	return other
}

// Environment returns the settings, "NAME=value", with which a program's own
// clients talk to it.
func (s *Server) Environment() []string {
	return []string{
		"AWS_ENDPOINT_URL=" + *s.Config.BaseEndpoint, "AWS_REGION=" + s.Config.Region,
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_EC2_METADATA_DISABLED=true",
	}
}

// Intercept makes answer see every request first; it returns true if it answered.
// nil ends that.
func (s *Server) Intercept(answer func(w http.ResponseWriter, r *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.intercept = answer
}

func start() (*Server, func(), error) {
	python, err := python()
	if err != nil {
		return nil, nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, nil, err
	}
	var output bytes.Buffer
	process := exec.CommandContext(context.Background(), python, "-c", script, "-H", "127.0.0.1", "-p", strconv.Itoa(port)) //nolint:gosec // our own
	process.Stdout, process.Stderr = &output, &output
	stdin, err := process.StdinPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := process.Start(); err != nil {
		return nil, nil, fmt.Errorf("local AWS: %w", err)
	}
	stop := func() {
		_ = stdin.Close() // the server exits on it; killing is for one that hangs
		timer := time.AfterFunc(5*time.Second, func() { _ = process.Process.Kill() })
		defer timer.Stop()
		_ = process.Wait()
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	if err := await("http://" + address + "/moto-api/"); err != nil {
		stop()
		return nil, nil, fmt.Errorf("local AWS did not start: %w\n%s", err, output.String())
	}
	s := &Server{}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.intercept == nil || !s.intercept(w, r) {
			if err := s.forward(w, r, address); err != nil {
				http.Error(w, err.Error(), http.StatusBadGateway)
			}
		}
	}))
	s.Config = aws.Config{
		Region:       "eu-west-1",
		BaseEndpoint: aws.String(front.URL),
		Credentials:  credentials.NewStaticCredentialsProvider("local", "local", ""),
	}
	return s, func() { front.Close(); stop() }, nil
}

// one has a connection for each request: what becomes of one is no other's business.
var one = &http.Transport{DisableKeepAlives: true, DisableCompression: true}

// forward has the server at an address answer. Request and answer are whole before
// they are handed on: streamed through, answers broke off now and then.
func (s *Server) forward(w http.ResponseWriter, r *http.Request, address string) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	var transaction struct{ ClientRequestToken string }
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".TransactWriteItems") {
		if err := json.Unmarshal(body, &transaction); err != nil {
			return err
		}
	}
	token := transaction.ClientRequestToken
	if before, ok := s.applied[token]; ok {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = w.Write(before)
		return nil
	}
	out := r.Clone(context.WithoutCancel(r.Context())) // what has begun is done, as by AWS
	out.URL.Scheme, out.URL.Host, out.RequestURI = "http", address, ""
	out.Body, out.ContentLength, out.TransferEncoding = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
	answer, err := one.RoundTrip(out)
	if err != nil {
		return err
	}
	defer answer.Body.Close() //nolint:errcheck // it was read
	if body, err = io.ReadAll(answer.Body); err != nil {
		return err
	}
	if token != "" && answer.StatusCode == http.StatusOK {
		if s.applied == nil || len(s.applied) >= mostApplied {
			s.applied = map[string][]byte{}
		}
		s.applied[token] = body
	}
	maps.Copy(w.Header(), answer.Header)
	w.Header().Del("Connection")
	w.WriteHeader(answer.StatusCode)
	_, _ = w.Write(body) // whoever has gone needs none
	return nil
}

// python returns the interpreter that has moto.
func python() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("local AWS: no go.mod above the test's directory")
		}
	}
	if _, err := os.Stat(filepath.Join(dir, ".venv", "bin", "moto_server")); err != nil {
		return "", errors.New("local AWS: .venv/bin/moto_server is missing: run make tools")
	}
	return filepath.Join(dir, ".venv", "bin", "python"), nil
}

func freePort() (int, error) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

func await(address string) error {
	client := &http.Client{Timeout: time.Second}
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	deadline := time.Now().Add(60 * time.Second)
	for {
		response, err := client.Do(request)
		if err == nil {
			_, _ = io.Copy(io.Discard, response.Body)
			return response.Body.Close()
		}
		if time.Now().After(deadline) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}
