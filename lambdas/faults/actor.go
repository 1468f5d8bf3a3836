package faults

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"
)

// actor is a process: a request to the API or an invocation of a consumer. It
// runs until it pauses, and nothing else runs meanwhile. Where it pauses it may be
// killed: its goroutine ends there, as if the process had, and no code of its own
// can catch that.
type actor struct {
	name    string
	skew    time.Duration
	command *command // of a request to the API
	resume  chan bool
	paused  chan bool // true if it ended
	// ended hears of the end; crashed is true if the process was killed.
	ended func(crashed bool)

	finished bool
	// failed says that it ended with something else than an answer or a refusal.
	failed   bool
	panicked error
}

// spawn starts an actor, paused before its first step.
func (w *world) spawn(name string, body func(context.Context), ended func(crashed bool)) *actor {
	a := &actor{name: name, resume: make(chan bool), paused: make(chan bool), ended: ended}
	if w.dice.fault(Skew) {
		a.skew = time.Duration(w.dice.Int64N(int64(4*time.Minute))) - 2*time.Minute
	}
	go func() {
		defer func() {
			if p := recover(); p != nil {
				a.panicked = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
			a.paused <- true
		}()
		if <-a.resume {
			body(w.ctx)
			a.finished = true
		}
	}()
	w.actors = append(w.actors, a)
	return a
}

// run lets the i-th actor go on to its next pause, or kills it there.
func (w *world) run(i int) {
	a := w.actors[i]
	live := !w.dice.fault(Crash)
	w.running = a
	if !live {
		w.trace("crash", "")
	}
	a.resume <- live
	if !<-a.paused {
		w.running = nil
		return
	}
	w.actors[i] = w.actors[len(w.actors)-1]
	w.actors = w.actors[:len(w.actors)-1]
	if a.panicked != nil {
		w.violate("", "%s: %v", a.name, a.panicked)
	}
	a.failed = a.failed || !a.finished
	a.ended(!a.finished)
	w.running = nil
}

// pause stops the running actor until the scheduler takes it up again.
func (w *world) pause() {
	a := w.running
	if a == nil { // a check, which nothing interrupts
		return
	}
	a.paused <- false
	if !<-a.resume {
		runtime.Goexit()
	}
}

// kill ends every actor, so that an aborted run leaves no goroutine behind.
func (w *world) kill() {
	for _, a := range w.actors {
		a.resume <- false
		<-a.paused
	}
	w.actors = nil
}
