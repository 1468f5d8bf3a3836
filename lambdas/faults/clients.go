package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/refusal"
)

// client is a person who sends one command after another, and each of them again
// until it is answered or patience ends.
type client struct {
	person dinner.Guest
	left   int // commands still to be sent
	// leaver sends nothing but Forget Me, from some time on.
	leaver  bool
	from    time.Time
	current *command
	past    []*command
}

// command is one command of one person, under one key.
type command struct {
	name, person string
	call         once.Call
	do           func(context.Context, dinner.Commands, guest.Commands) (any, error)
	dinner       string // of the command, or that it made
	reservation  string

	began   time.Time
	sent    int
	running int
	due     time.Time
	// ids are all that were drawn for it, by any attempt.
	ids map[string]bool
	// answer is what the client heard, done what an attempt ended with, heard or not.
	answer, done []byte
	refused      error

	// queued is the command as it is queued, if it is; id is what the door called it
	// when it was accepted, and asked how often its outcome was asked for.
	queued   queued.Command
	id       string
	accepted bool
	asked    int
}

// patience is how often a client sends one command.
const patience = 6

// resend is the longest time until a client sends a command again, and that of who goes
// with a crowd.
const (
	resend        = 10 * time.Second
	resendInCrowd = 10 * time.Minute
)

func (c *command) over() bool {
	if c.accepted {
		return c.answer != nil || c.refused != nil || c.asked == asks
	}
	return c.answer != nil || c.refused != nil || c.sent == patience
}

// ready reports whether the client has something to send by now.
func (c *client) ready(now time.Time) bool {
	if c.current == nil {
		return c.left > 0 && !c.from.After(now)
	}
	return !c.current.over() && !c.current.due.After(now) && c.current.running < 2
}

// act lets the client send its command, a new one if the last is over.
func (w *world) act(c *client) {
	if c.current == nil {
		c.left--
		c.current = w.draw(c)
		c.past = append(c.past, c.current)
		w.commands = append(w.commands, c.current)
	}
	m := c.current
	if m.sent == 0 {
		m.began = w.now
	}
	if w.fifo != nil && m.queued.Call.Recorded() {
		w.acceptCommand(m)
		return
	}
	m.sent++
	m.running++
	longest := resend
	if w.crowd {
		longest = resendInCrowd
	}
	m.due = w.now.Add(time.Duration(w.dice.Int64N(int64(longest))))
	w.trace(m.person+" sends "+m.name, m.dinner)
	sent, alone := m.sent, m.running == 1
	w.attempt(m, func(crashed bool, answer []byte, err error) {
		m.running--
		if !crashed {
			w.ended(m, answer, err, alone && sent == m.sent)
		}
		if m.over() && c.current == m {
			c.current = nil
		}
	})
}

// attempt lets a process do a command, and ended hear what became of it.
func (w *world) attempt(m *command, ended func(crashed bool, answer []byte, err error)) {
	var answer []byte
	var err error
	a := w.spawn("api", func(ctx context.Context) {
		dinners := dinner.Commands{Dinners: w.stores.Dinners, Now: w.clock, NewID: w.newID}
		var got any
		got, err = m.do(ctx, dinners, guest.Commands{Guests: w.stores.Guests, Dinners: dinners, Now: w.clock})
		if err == nil {
			answer, err = json.Marshal(got)
		}
	}, func(crashed bool) {
		var refused *refusal.Error
		w.running.failed = w.running.failed || err != nil && !errors.As(err, &refused)
		ended(crashed, answer, err)
	})
	a.command = m
}

// repeatsOneIn is how seldom somebody sends a command again that was answered long ago.
const repeatsOneIn = 12

// repeat lets a client send a command again that was done, and reports whether there is
// one whose call is kept still: the answer is to be the first one, whatever happened since.
func (w *world) repeat(c *client) bool {
	if w.fifo != nil { // whose answer is only asked for
		return false
	}
	var kept []*command
	for _, m := range c.past {
		if m.answer != nil && m.running == 0 && m.name != "Forget Me" && w.now.Sub(m.began) < callRetention-2*maxSkew {
			kept = append(kept, m)
		}
	}
	if len(kept) == 0 {
		return false
	}
	m := kept[w.dice.IntN(len(kept))]
	m.running++
	w.trace(m.person+" sends "+m.name+" again", m.dinner)
	w.attempt(m, func(crashed bool, answer []byte, err error) {
		m.running--
		if !crashed {
			w.ended(m, answer, err, true)
		}
	})
	return true
}

// ended takes what an attempt ended with, and lets the client hear it. alone says
// that no other attempt was under way meanwhile.
func (w *world) ended(m *command, answer []byte, err error, alone bool) {
	var r *refusal.Error
	// Refusals are not recorded with their call. Of two attempts at once, one may be
	// refused and the other find a seat that was given back in between, so that a
	// client who sent twice must ask once more.
	refused := errors.As(err, &r) && r.Code != refusal.Busy && alone
	switch {
	case w.judgedAnew(m):
	case err == nil && m.done != nil && !w.sameAnswer(m, answer):
		w.violate(m.dinner, "%s of %s was done with the answer %s and again with %s", m.name, m.person, m.done, answer)
	case err == nil && m.refused != nil:
		w.violate(m.dinner, "%s of %s was refused (%v) and done all the same", m.name, m.person, m.refused)
	case refused && m.done != nil && !w.leaving[m.person]:
		w.violate(m.dinner, "%s of %s was done and then refused: %v", m.name, m.person, err)
	}
	if err == nil && m.done == nil {
		m.done = answer
	}
	if w.dice.fault(LostAnswer) {
		w.trace("answer lost: "+m.name, m.dinner)
		return
	}
	switch {
	case err == nil:
		m.answer = answer
		w.learn(m)
		w.trace(m.person+" hears that it is done: "+m.name, m.dinner)
	case refused:
		m.refused = err
		w.trace(m.person+" is refused: "+err.Error(), m.dinner)
	default:
		w.trace(m.person+" hears of a failure: "+err.Error(), m.dinner)
	}
}

// sameAnswer reports whether a call that was done is answered as the first time.
// Erasing a person deletes the records of their calls before it comes to the dinners
// that name them. What they send again in between is answered from their reservation,
// which is still the same one, at a dinner where others have come and gone.
func (w *world) sameAnswer(m *command, answer []byte) bool {
	if !w.leaving[m.person] {
		return bytes.Equal(m.done, answer)
	}
	return bytes.Equal(withoutSeatsLeft(m.done), withoutSeatsLeft(answer))
}

var seatsLeft = regexp.MustCompile(`"seatsLeft":\d+`)

func withoutSeatsLeft(answer []byte) []byte { return seatsLeft.ReplaceAll(answer, nil) }

// judgedAnew reports whether a call has had to make room for others where calls are kept,
// so that the dinner's rules alone judge a repetition.
func (w *world) judgedAnew(m *command) bool {
	return w.stores.forgotten != nil && w.stores.forgotten(m.call)
}

// learn keeps what further commands can be about.
func (w *world) learn(m *command) {
	var a struct {
		DinnerID      string `json:"dinnerId"`
		ReservationID string `json:"reservationId"`
	}
	if err := json.Unmarshal(m.answer, &a); err != nil {
		return // an answer of nothing
	}
	switch m.name {
	case "Create Dinner":
		m.dinner = a.DinnerID
		w.dinners = append(w.dinners, opened{a.DinnerID, m.person})
	case "Reserve Seat":
		m.reservation = a.ReservationID
	}
}

// opened is a dinner that a client was told of.
type opened struct{ id, host string }

// draw returns the client's next command.
func (w *world) draw(c *client) *command {
	w.drawn++
	m := &command{person: c.person.ID, ids: map[string]bool{}}
	n := w.dice.IntN(100)
	switch {
	case c.leaver:
		w.drawForget(m, c)
	case len(w.dinners) == 0 || n < 12 && !w.crowd:
		w.drawCreate(m, c)
	case n < 70:
		w.drawReserve(m, c)
	case n < 88:
		w.drawCancel(m, c)
	case n < 97:
		w.drawConfirm(m, c)
	default:
		w.drawForget(m, c)
	}
	key := fmt.Sprintf("key-%d", w.drawn)
	m.call = once.Call{Person: m.person, Operation: m.name, Key: key, Fingerprint: key}
	if m.name != "Forget Me" {
		m.queued.Call, m.queued.DinnerID = m.call, m.dinner
	}
	return m
}

func (w *world) drawCreate(m *command, c *client) {
	seats := 1 + w.dice.IntN(4)
	from := w.now
	plan := dinner.Plan{
		Title: fmt.Sprintf("Dinner %d", w.drawn), Place: "Harbour 1", Seats: seats, Minimum: w.dice.IntN(seats + 1),
		ConfirmBy: from.Add(time.Duration(1+w.dice.IntN(2000)) * time.Minute),
	}
	if w.crowd {
		plan.Seats, plan.ConfirmBy = len(w.clients), from.Add(48*time.Hour)
	}
	plan.StartsAt = plan.ConfirmBy.Add(time.Hour)
	m.name = "Create Dinner"
	m.queued = queued.Command{Host: dinner.Host(c.person), Plan: plan}
	m.do = func(ctx context.Context, dinners dinner.Commands, _ guest.Commands) (any, error) {
		return dinners.Create(ctx, m.call, dinner.Host(c.person), plan)
	}
}

// someDinner prefers the dinners opened last, so that their seats are fought over.
func (w *world) someDinner() opened {
	recent := min(len(w.dinners), 4)
	if w.crowd {
		return w.dinners[0]
	}
	return w.dinners[len(w.dinners)-1-w.dice.IntN(recent)]
}

func (w *world) drawReserve(m *command, c *client) {
	m.name, m.dinner = "Reserve Seat", w.someDinner().id
	m.queued = queued.Command{Guest: c.person}
	m.do = func(ctx context.Context, dinners dinner.Commands, _ guest.Commands) (any, error) {
		if w.saga != nil {
			return w.reserve(ctx, m.call, m.dinner, c.person)
		}
		return dinners.Reserve(ctx, m.call, m.dinner, c.person)
	}
}

func (w *world) drawCancel(m *command, c *client) {
	m.name, m.dinner, m.reservation = "Cancel Reservation", w.someDinner().id, "none"
	for i := len(c.past) - 1; i >= 0; i-- {
		if held := c.past[i]; held.name == "Reserve Seat" && held.answer != nil {
			m.dinner, m.reservation = held.dinner, held.reservation
			break
		}
	}
	m.queued = queued.Command{ReservationID: m.reservation}
	m.do = func(ctx context.Context, dinners dinner.Commands, _ guest.Commands) (any, error) {
		return nil, dinners.Cancel(ctx, m.call, m.dinner, m.reservation, c.person.ID)
	}
}

func (w *world) drawConfirm(m *command, c *client) {
	m.name, m.dinner = "Confirm Number", w.someDinner().id
	for _, d := range w.dinners {
		if d.host == c.person.ID && w.dice.IntN(2) == 0 {
			m.dinner = d.id
		}
	}
	m.do = func(ctx context.Context, dinners dinner.Commands, _ guest.Commands) (any, error) {
		return dinners.Confirm(ctx, m.call, m.dinner, c.person.ID)
	}
}

func (w *world) drawForget(m *command, c *client) {
	m.name = "Forget Me"
	w.leaving[m.person] = true
	m.do = func(ctx context.Context, _ dinner.Commands, guests guest.Commands) (any, error) {
		return nil, guests.Forget(ctx, c.person.ID)
	}
}
