// Package runtimeapi runs a Lambda function's binary as Lambda does: as a process
// that takes its invocations from the four HTTP calls of the runtime interface,
// here on a free loopback port.
//
// It knows nothing of containers, layers, freezing or memory limits.
//
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package runtimeapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// Bounds of an invocation: Lambda's largest synchronous payload and answer, and
// the time an invocation has unless told otherwise.
const (
	MaxPayload = 6 << 20
	Timeout    = 15 * time.Second
)

// ErrEnded means that the process ended instead of answering.
var ErrEnded = errors.New("the function's process ended")

// Failed is what a function reported instead of an answer: the JSON document with
// errorMessage and errorType that it sent.
type Failed struct{ Report string }

func (e *Failed) Error() string { return "the function failed: " + e.Report }

// Function is a running process of one function. It serves one invocation at a
// time, as an execution environment does.
type Function struct {
	// Timeout is the time that each further invocation has.
	Timeout time.Duration

	process *exec.Cmd
	api     *httptest.Server
	output  lockedBuffer
	started time.Time
	ended   chan struct{} // closed once the process is gone
	failed  chan outcome  // one report of a failed start

	invoking sync.Mutex
	next     chan invocation
	count    int

	mu      sync.Mutex
	waiting map[string]chan outcome
	first   time.Duration
}

type invocation struct {
	id       string
	payload  []byte
	deadline time.Time
}

type outcome struct {
	body   []byte
	failed bool
}

// Start starts the binary with the environment, "NAME=value", and what Lambda
// adds to it. Nothing is taken from this process's own environment.
func Start(binary string, environment ...string) (*Function, error) {
	f := &Function{
		Timeout: Timeout, next: make(chan invocation), ended: make(chan struct{}), failed: make(chan outcome, 1),
		waiting: map[string]chan outcome{},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", f.serveNext)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", f.serveOutcome(false))
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", f.serveOutcome(true))
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", f.serveInitError)
	f.api = httptest.NewServer(mux)
	f.process = exec.CommandContext(context.Background(), binary) //nolint:gosec // a function of this module
	f.process.Env = append([]string{
		"AWS_LAMBDA_RUNTIME_API=" + f.api.Listener.Addr().String(), "AWS_LAMBDA_FUNCTION_NAME=function",
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256", "_HANDLER=bootstrap", "TZ=:UTC",
	}, environment...)
	f.process.Stdout, f.process.Stderr = &f.output, &f.output
	// A Ctrl-C is for whoever started the function. It ends with the runtime interface.
	f.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	f.started = time.Now()
	if err := f.process.Start(); err != nil {
		f.api.Close()
		return nil, fmt.Errorf("function: %w", err)
	}
	go func() {
		_ = f.process.Wait()
		close(f.ended)
	}()
	return f, nil
}

// Invoke sends one event and returns the answer, a *Failed error, or ErrEnded.
func (f *Function) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	if len(payload) > MaxPayload {
		return nil, fmt.Errorf("payload of %d bytes, Lambda takes at most %d", len(payload), MaxPayload)
	}
	f.invoking.Lock()
	defer f.invoking.Unlock()
	f.count++
	answer := make(chan outcome, 1)
	call := invocation{id: fmt.Sprintf("00000000-0000-4000-8000-%012d", f.count), payload: payload, deadline: time.Now().Add(f.Timeout)}
	f.mu.Lock()
	f.waiting[call.id] = answer
	f.mu.Unlock()
	ctx, cancel := context.WithDeadline(ctx, call.deadline)
	defer cancel()
	select {
	case f.next <- call:
	case out := <-f.failed:
		return nil, &Failed{string(out.body)}
	case <-f.ended:
		return nil, ErrEnded
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case out := <-answer:
		if out.failed {
			return nil, &Failed{string(out.body)}
		}
		return out.body, nil
	case <-f.ended:
		return nil, ErrEnded
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// First returns the time from the start of the process to its first answer, 0
// before that.
func (f *Function) First() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.first
}

// Log sends what the process prints from now on to w instead of keeping it.
func (f *Function) Log(w io.Writer) {
	f.output.mu.Lock()
	defer f.output.mu.Unlock()
	f.output.to = w
}

// Output returns what the process printed, and Log did not send elsewhere.
func (f *Function) Output() string { return f.output.String() }

// PID returns the id of the process.
func (f *Function) PID() int { return f.process.Process.Pid }

// API returns the host and port of the runtime interface.
func (f *Function) API() string { return f.api.Listener.Addr().String() }

// Close kills the process, as Lambda does, and waits until it is gone.
func (f *Function) Close() {
	_ = f.process.Process.Kill() // an error means that it is gone
	<-f.ended
	f.api.CloseClientConnections()
	f.api.Close()
}

func (f *Function) serveNext(w http.ResponseWriter, r *http.Request) {
	select {
	case call := <-f.next:
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", call.id)
		w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(call.deadline.UnixMilli(), 10))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:function")
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(call.payload) // a process that is gone is seen by Invoke
	case <-f.ended:
	case <-r.Context().Done():
	}
}

func (f *Function) serveOutcome(failed bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxPayload))
		if err != nil {
			http.Error(w, `{"errorType":"RequestEntityTooLarge"}`, http.StatusRequestEntityTooLarge)
			body = []byte(`{"errorType":"Function.ResponseSizeTooLarge"}`)
		}
		f.mu.Lock()
		answer, ok := f.waiting[r.PathValue("id")]
		delete(f.waiting, r.PathValue("id"))
		if ok && f.first == 0 {
			f.first = time.Since(f.started)
		}
		f.mu.Unlock()
		switch {
		case !ok:
			http.Error(w, `{"errorType":"InvalidRequestID"}`, http.StatusForbidden)
		default:
			answer <- outcome{body, failed || err != nil}
			if err == nil {
				w.WriteHeader(http.StatusAccepted)
			}
		}
	}
}

func (f *Function) serveInitError(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxPayload))
	select {
	case f.failed <- outcome{body, true}:
	default: // told already
	}
	w.WriteHeader(http.StatusAccepted)
}

// lockedBuffer keeps output that is read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
	to io.Writer // instead, if not nil
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.to != nil {
		return l.to.Write(p)
	}
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
