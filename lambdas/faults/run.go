package faults

import (
	"context"
	"log/slog"
	"strings"
)

// Config says what a run is made of.
type Config struct {
	Transport Transport
	// clients is how many persons send commands, and commands how many each.
	clients, commands int
	// leavers is how many of them ask to be forgotten from elsewhere, whatever of theirs is
	// under way.
	leavers int
	// queued puts commands on a queue, orchestrated has a machine make reservations,
	// and shred gives each person a key that is destroyed with them.
	queued, orchestrated, shred bool
	// subdomains gives each subdomain a bus.
	subdomains bool
	// crowd has everybody go for the seats of one large dinner, and be slow to ask again.
	crowd  bool
	broken broken
	open   func(*world) Stores
}

// InMemory returns the configuration of a run over the adapter in memory.
func InMemory(t Transport) Config {
	return Config{Transport: t, clients: 10, commands: 14, open: inMemory}
}

// Configs returns the configurations of runs in memory by what they are of: the
// baseline, and each option that changes how commands or events get through.
func Configs(t Transport) map[string]Config {
	configs := map[string]Config{}
	for name, change := range map[string]func(*Config){
		"baseline":                  func(*Config) {},
		"write-heavy":               func(c *Config) { c.queued = true },
		"orchestration":             func(c *Config) { c.orchestrated = true },
		"write-heavy, crypto-shred": func(c *Config) { c.queued, c.shred = true, true },
		"per-subdomain":             func(c *Config) { c.subdomains = true },
		"all of them":               func(c *Config) { c.queued, c.shred, c.orchestrated, c.subdomains = true, true, true, true },
	} {
		c := InMemory(t)
		change(&c)
		configs[name] = c
	}
	return configs
}

// Result is what a run did.
type Result struct {
	Seed   uint64
	Faults Counts
	// Commands were sent, Events stored, Steps taken; DeadLetters were repaired, and
	// Merged are the commands that were written with others.
	Commands, Events, Steps, DeadLetters, Merged int
	// Violations are the promises that did not hold, with a trace; empty is good.
	Violations string
}

// Run runs the system from a seed. While faults are injected, clients send their
// commands and everything comes to rest; then what is broken is repaired, the dead
// letters are sent again, and the archive is replayed.
func Run(seed uint64, c Config) (Result, error) {
	r, err := run(seed, c, false)
	if err == nil && r.Violations != "" {
		r, err = run(seed, c, true)
	}
	return r, err
}

func run(seed uint64, c Config, tracing bool) (Result, error) {
	w, err := newWorld(seed, c)
	if err != nil {
		return Result{}, err
	}
	w.tracing = tracing
	defer w.kill()
	r := Result{Seed: seed}
	w.drain()
	if w.sound() {
		w.checkNothingLost()
		w.checkCommandsKept()
	}
	w.dice.on = false
	if w.sound() {
		r.DeadLetters = w.repair()
		w.drain()
	}
	if w.sound() {
		w.checkAll()
	}
	if w.sound() {
		w.replay()
	}
	r.Faults, r.Commands, r.Steps, r.Merged = w.dice.count, len(w.commands), w.steps, w.merged
	if w.sound() {
		r.Events = len(w.stores.Events())
		return r, nil
	}
	r.Violations = w.report()
	return r, nil
}

func (w *world) sound() bool { return len(w.violations) == 0 }

// repair mends what was poisoned and sends every dead letter again. It returns how
// many there were.
func (w *world) repair() int {
	n := len(w.pipeDead)
	clear(w.unpublishable)
	w.republish()
	n += w.redriveForwards()
	if w.reader != nil {
		n += w.handOnAgain()
	}
	if w.fifo != nil {
		n += w.redriveCommands()
	}
	if w.saga != nil {
		n += w.releaseAside()
	}
	for _, q := range w.queues {
		n += len(q.dead) + len(q.undelivered)
		clear(q.poison)
		w.redrive(q)
	}
	return n
}

// Log returns the log handler of the service under test: a run takes from it why
// an event failed. It is for TestMain to make the default.
func Log() slog.Handler { return logHandler{} }

type logHandler struct{}

func (logHandler) Enabled(context.Context, slog.Level) bool { return true }
func (h logHandler) WithAttrs([]slog.Attr) slog.Handler     { return h }
func (h logHandler) WithGroup(string) slog.Handler          { return h }
func (logHandler) Handle(ctx context.Context, r slog.Record) error {
	w, ok := ctx.Value(worldKey{}).(*world)
	if !ok {
		return nil
	}
	var id, reason string
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "messageId":
			id = a.Value.String()
		case "error":
			reason = a.Value.String()
		}
		return true
	})
	if m := w.inFlight[id]; m != nil && reason != "" {
		m.reason, _, _ = strings.Cut(reason, "\n")
	}
	return nil
}
