package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	"fulcrum/lambdas/localaws"
)

// running is what runs: a localaws.Scope that ends with the program, or with its
// first failure.
type running struct {
	// handler serves requests, log takes what the service prints.
	handler http.Handler
	log     *os.File
	// leave ends what is no request when the program ends.
	leave []func(context.Context)

	ctx      context.Context
	cancel   context.CancelFunc
	working  sync.WaitGroup
	mu       sync.Mutex
	cleanups []func()
	failed   error
}

var _ localaws.Scope = (*running)(nil)

func newRunning(ctx context.Context, log *os.File) *running {
	r := &running{log: log}
	r.ctx, r.cancel = context.WithCancel(ctx)
	return r
}

// do does something that may call Fatal.
func (r *running) do(f func() error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := f(); err != nil {
			r.fail(err)
		}
	}()
	<-done
}

// every does something again and again until the end.
func (r *running) every(pause time.Duration, f func()) {
	r.working.Go(func() {
		for {
			select {
			case <-time.After(pause):
				f()
			case <-r.ctx.Done():
				return
			}
		}
	})
}

// end stops everything, and returns when it is gone.
func (r *running) end() {
	r.cancel()
	r.working.Wait()
	for _, f := range slices.Backward(r.cleanups) {
		f()
	}
	_ = r.log.Close() // nothing more is written
}

// fail ends the program with a reason. What fails once the end has begun is not one.
func (r *running) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ctx.Err() == nil {
		r.failed = err
		r.cancel()
	}
}

// failure returns why the program ends, nil if the user wants it.
func (r *running) failure() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed
}

func (r *running) Helper()                  {}
func (r *running) Context() context.Context { return r.ctx }

func (r *running) Cleanup(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cleanups = append(r.cleanups, f)
}

func (r *running) Error(args ...any)                 { r.fail(errors.New(fmt.Sprint(args...))) }
func (r *running) Errorf(format string, args ...any) { r.fail(fmt.Errorf(format, args...)) }

func (r *running) Fatal(args ...any) {
	r.Error(args...)
	runtime.Goexit()
}

func (r *running) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}
