package faults

import (
	"context"
	"fmt"
	"time"

	"fulcrum/lambdas/queued"
)

// askAfter is the longest time until a client asks for the outcome of a command again,
// and asks how often it does: for longer than a poisoned command of the same dinner
// holds the others up.
const (
	askAfter = time.Minute
	asks     = 30
)

// acceptCommand lets a client send a command to the queue, or ask what became of one
// that was accepted.
func (w *world) acceptCommand(m *command) {
	m.due = w.now.Add(time.Duration(w.dice.Int64N(int64(resend))))
	if m.accepted {
		w.ask(m)
		return
	}
	m.sent++
	m.running++
	door := queued.Door{Queue: entrance{w}, Outcomes: w.stores.Outcomes, Key: noKey, NewID: w.newID, Keep: callRetention, Now: w.clock}
	w.trace(m.person+" sends "+m.name, m.dinner)
	var taken queued.Command
	var err error
	w.spawn("api", func(ctx context.Context) { taken, err = door.Accept(ctx, m.queued) }, func(crashed bool) {
		m.running--
		switch {
		case crashed:
		case err != nil:
			w.trace(m.person+" hears of a failure: "+err.Error(), m.dinner)
		default:
			m.id = taken.ID
			if m.name == queued.CreateDinner {
				m.ids[taken.DinnerID] = true
			}
			m.accepted = true
			if w.dice.fault(LostAnswer) {
				m.accepted = m.sent == patience // else it is sent again, as a client does who heard nothing
			}
		}
	})
}

func noKey(context.Context) ([]byte, error) { return make([]byte, 32), nil }

// ask lets a client ask what became of a command.
func (w *world) ask(m *command) {
	m.asked++
	m.running++
	m.due = w.now.Add(time.Duration(w.dice.Int64N(int64(askAfter))))
	var o queued.Outcome
	var err error
	w.spawn("api", func(ctx context.Context) { o, err = w.stores.Outcomes.Outcome(ctx, m.id) }, func(crashed bool) {
		m.running--
		if !crashed && err == nil && !w.dice.fault(LostAnswer) {
			w.hear(m, o)
		}
	})
}

// hear lets a client hear an outcome, which must be the one that it heard before.
func (w *world) hear(m *command, o queued.Outcome) {
	if o.Refusal != nil {
		if m.answer != nil && !w.leaving[m.person] {
			w.violate(m.dinner, "%s of %s was applied, and later refused: %v", m.name, m.person, o.Refusal)
		}
		m.refused = o.Refusal
		w.trace(m.person+" is refused: "+o.Refusal.Error(), m.dinner)
		return
	}
	if m.refused != nil {
		w.violate(m.dinner, "%s of %s was refused (%v), and later applied", m.name, m.person, m.refused)
	}
	first := m.answer == nil
	if m.answer = o.Answer; m.answer == nil {
		m.answer = []byte("null")
	}
	if first {
		w.learn(m)
	}
	if m.name == queued.ReserveSeat {
		m.ids[m.reservation] = true
	}
	w.trace(m.person+" hears that it is done: "+m.name, m.dinner)
}

// checkQueued holds that something has become of every command that was accepted, and
// that whoever was not told yet would be told that.
func (w *world) checkQueued() {
	if w.fifo == nil {
		return
	}
	for _, m := range w.commands {
		if !m.accepted {
			continue
		}
		o, there := w.stores.became(m.id)
		switch {
		case w.leaving[m.person]:
			// What was kept of the person's commands is erased, so that one that comes
			// late is refused; or their key was destroyed while one waited.
		case there:
			w.hear(m, o)
		default:
			w.violate(m.dinner, "%s of %s was accepted, and nothing became of it", m.name, m.person)
		}
	}
	for _, d := range w.fifo.dead {
		if d.event != "" {
			w.violate(d.group, "a command is among the dead letters even after the repair: %s", d.reason)
		}
	}
	if n := len(w.fifo.messages); n > 0 {
		w.violate("", "%d commands are left on the queue", n)
	}
}

// checkCommandsKept holds, before anything is repaired, that what was given up says why.
func (w *world) checkCommandsKept() {
	if w.fifo == nil {
		return
	}
	for _, d := range w.fifo.dead {
		if d.reason == "" {
			w.violate(d.group, "a command of dinner %s was given up without a reason", d.group)
		}
	}
	dead := map[string]bool{}
	for _, d := range w.fifo.dead {
		dead[d.event] = true
	}
	for _, m := range w.commands {
		if _, there := w.stores.became(m.id); m.accepted && !there && !dead[m.id] && !w.leaving[m.person] {
			w.violate(m.dinner, "%s of %s is lost: nothing became of it and no dead-letter queue has it", m.name, m.person)
		}
	}
}

// strangeCommand puts something on the queue that no door has sent.
func (w *world) strangeCommand() {
	if w.fifo != nil && len(w.dinners) > 0 {
		w.enqueue(w.someDinner().id, fmt.Sprintf(`{"id":"stranger-%d"}`, w.strangers), "")
	}
}
