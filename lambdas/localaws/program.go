package localaws

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"
)

// Program is the Scope of a program: it ends with its context, with End or with the
// first failure.
type Program struct {
	ctx      context.Context
	cancel   context.CancelFunc
	working  sync.WaitGroup
	mu       sync.Mutex
	cleanups []func()
	failed   error
}

var _ Scope = (*Program)(nil)

// NewProgram returns the scope of a program that ends when ctx is done.
func NewProgram(ctx context.Context) *Program {
	p := &Program{}
	p.ctx, p.cancel = context.WithCancel(ctx)
	return p
}

// Do does something that may call Fatal.
func (p *Program) Do(f func() error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := f(); err != nil {
			p.fail(err)
		}
	}()
	<-done
}

// Every does something again and again until the end.
func (p *Program) Every(pause time.Duration, f func()) {
	p.working.Go(func() {
		for {
			select {
			case <-time.After(pause):
				f()
			case <-p.ctx.Done():
				return
			}
		}
	})
}

// End stops everything, and returns when it is gone.
func (p *Program) End() {
	p.cancel()
	p.working.Wait()
	for _, f := range slices.Backward(p.cleanups) {
		f()
	}
}

// fail ends the program with a reason. What fails once the end has begun is not one.
func (p *Program) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ctx.Err() == nil {
		p.failed = err
		p.cancel()
	}
}

// Failure returns why the program ends, nil if the user wants it.
func (p *Program) Failure() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failed
}

// Helper does nothing: a program has no lines to report.
func (p *Program) Helper() {}

// Context is done when the program is about to end.
func (p *Program) Context() context.Context { return p.ctx }

// Cleanup adds what End does, the last first.
func (p *Program) Cleanup(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cleanups = append(p.cleanups, f)
}

// Error ends the program.
func (p *Program) Error(args ...any) { p.fail(errors.New(fmt.Sprint(args...))) }

// Errorf ends the program.
func (p *Program) Errorf(format string, args ...any) { p.fail(fmt.Errorf(format, args...)) }

// Fatal ends the program, and this goroutine.
func (p *Program) Fatal(args ...any) {
	p.Error(args...)
	runtime.Goexit()
}

// Fatalf ends the program, and this goroutine.
func (p *Program) Fatalf(format string, args ...any) {
	p.Errorf(format, args...)
	runtime.Goexit()
}
