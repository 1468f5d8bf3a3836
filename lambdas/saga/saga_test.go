package saga

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"fulcrum/lambdas/asl"
	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
)

// start is when the tests' clock begins.
var start = time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)

// world is a store, the steps over it, and the machine that runs them.
type world struct {
	now     time.Time
	ids     int
	store   *memory.Store
	steps   Steps
	machine *asl.Machine
	// fault decides what becomes of a call of a task: nothing, or an error before
	// or after its work is done.
	fault func(step string) (before, after error)
	// aside holds what went to the dead-letter queue.
	aside []any
	runs  int
}

func newWorld(t interface {
	Helper()
	Fatal(args ...any)
}) *world {
	t.Helper()
	definition, err := os.ReadFile("reservation.asl.json")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{now: start, fault: func(string) (_, _ error) { return nil, nil }}
	if w.machine, err = asl.Read(definition); err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return w.now }
	id := func() string { w.ids++; return fmt.Sprintf("%026d", w.ids) }
	w.store = memory.New(clock, id, 24*time.Hour)
	dinners := dinner.Commands{Dinners: w.store.Dinners(), Now: clock, NewID: id}
	w.steps = Steps{Dinners: dinners, Guests: guest.Commands{Guests: w.store.Guests(), Dinners: dinners, Now: clock}}
	return w
}

// dinner opens a dinner with so many seats.
func (w *world) dinner(t interface{ Fatal(args ...any) }, seats int) string {
	answer, err := w.steps.Dinners.Create(context.Background(), once.Call{}, dinner.Host{ID: "host", Name: "Host"}, dinner.Plan{
		Title: "Soup", Place: "Here", StartsAt: start.Add(48 * time.Hour), ConfirmBy: start.Add(24 * time.Hour), Seats: seats,
	})
	if err != nil {
		t.Fatal(err)
	}
	return answer.DinnerID
}

// call is what a guest sends, under a key of the guest's own.
func call(guestID, key string) once.Call {
	return once.Call{Person: guestID, Operation: "Reserve Seat", Key: key, Fingerprint: guestID + key}
}

// request is what the API starts the machine with.
func request(dinnerID, guestID, key string) Request {
	c := call(guestID, key)
	return Request{
		DinnerID: dinnerID, ReservationID: Machine{}.reservationID(c), Call: c, Guest: dinner.Guest{ID: guestID, Name: "Guest " + guestID},
	}
}

// task does what the machine asks for: a step, or a message to the dead letters.
func (w *world) task(ctx context.Context, resource string, input any) (any, error) {
	step := "aside"
	work := func() (any, error) { w.aside = append(w.aside, input); return map[string]any{}, nil }
	if resource == "${Steps}" {
		document, err := json.Marshal(input)
		if err != nil {
			return nil, err
		}
		var in Input
		if err := json.Unmarshal(document, &in); err != nil {
			return nil, err
		}
		step = in.Step
		work = func() (any, error) {
			out, err := w.steps.Handle(ctx, in)
			return plain(out), err
		}
	}
	before, after := w.fault(step)
	if before != nil {
		return nil, before
	}
	out, err := work()
	if after != nil {
		return nil, after
	}
	var named messages.InvokeResponse_Error
	if errors.As(err, &named) {
		return nil, &asl.Error{Name: named.Type, Cause: named.Message}
	}
	return out, err
}

// plain is a value as JSON's types.
func plain(v any) any {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		panic(err)
	}
	return document
}

// run runs the machine once, and takes a second for each wait.
func (w *world) run(r Request) (Output, error) {
	w.runs++
	runner := asl.Runner{
		Machine: w.machine, Task: w.task, Now: func() time.Time { return w.now },
		Sleep: func(d time.Duration) { w.now = w.now.Add(d) }, Random: func() float64 { return 0.5 },
	}
	got, err := runner.Run(context.Background(), fmt.Sprintf("run-%d", w.runs), plain(r))
	if err != nil {
		return Output{}, err
	}
	var out Output
	text, err := json.Marshal(got)
	if err != nil {
		return Output{}, err
	}
	return out, json.Unmarshal(text, &out)
}

func (w *world) state(t interface{ Fatal(args ...any) }, dinnerID string) dinner.State {
	d, err := w.store.Dinners().Get(context.Background(), dinnerID)
	if err != nil {
		t.Fatal(err)
	}
	return d.State()
}

func (w *world) events(kind string) int {
	all, _ := w.store.Events(0)
	n := 0
	for _, e := range all {
		if e.Type == kind {
			n++
		}
	}
	return n
}

func TestReserve(t *testing.T) {
	w := newWorld(t)
	id := w.dinner(t, 1)
	first := request(id, "anna", "k1")
	out, err := w.run(first)
	if err != nil || out.Outcome != "booked" || out.Answer.SeatsLeft != 0 || out.Answer.ReservationID != first.ReservationID {
		t.Fatalf("got %+v, %v", out, err)
	}
	if w.events(dinner.SeatReservedType) != 1 || w.events(dinner.FullType) != 1 {
		t.Error("the events of a reservation were not raised once")
	}
	again, err := w.run(first)
	if err != nil || *again.Answer != *out.Answer || w.events(dinner.SeatReservedType) != 1 {
		t.Errorf("repeated: %+v, %v", again, err)
	}
	if r := w.state(t, id).Reservations; len(r) != 1 || r[0].Hold != nil {
		t.Errorf("reservations %+v", r)
	}
	full, err := w.run(request(id, "bert", "k1"))
	if err != nil || full.Refusal == nil || full.Refusal.Code != refusal.DinnerFull {
		t.Errorf("another guest got %+v, %v", full, err)
	}
}

// TestOneGuestWhoLeaves wants no seat held for somebody who asked to be forgotten.
func TestOneGuestWhoLeaves(t *testing.T) {
	w := newWorld(t)
	id := w.dinner(t, 2)
	if err := w.steps.Guests.Forget(t.Context(), "anna"); err != nil {
		t.Fatal(err)
	}
	out, err := w.run(request(id, "anna", "k1"))
	if err != nil || out.Refusal == nil || out.Refusal.Code != refusal.Forgotten {
		t.Errorf("got %+v, %v", out, err)
	}
	if r := w.state(t, id).Reservations; len(r) != 0 {
		t.Errorf("still held: %+v", r)
	}
}

// TestAKeyOfAnotherRequestUndoesNothing wants the reservation of the first request to
// stand when the key comes again with other words.
func TestAKeyOfAnotherRequestUndoesNothing(t *testing.T) {
	w := newWorld(t)
	one, other := w.dinner(t, 2), w.dinner(t, 2)
	if _, err := w.run(request(one, "anna", "k1")); err != nil {
		t.Fatal(err)
	}
	second := request(other, "anna", "k1")
	second.Call.Fingerprint = "other words"
	second.ReservationID = Machine{}.reservationID(second.Call)
	out, err := w.run(second)
	if err != nil || out.Refusal == nil || out.Refusal.Code != refusal.KeyReused {
		t.Errorf("got %+v, %v", out, err)
	}
	if a, b := w.state(t, one).Reservations, w.state(t, other).Reservations; len(a) != 1 || len(b) != 0 {
		t.Errorf("reservations %+v and %+v", a, b)
	}
}

// TestACallRepeatedAfterCancelling wants the recorded answer, and no seat with it.
func TestACallRepeatedAfterCancelling(t *testing.T) {
	w := newWorld(t)
	id := w.dinner(t, 1)
	first := request(id, "anna", "k1")
	out, err := w.run(first)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.steps.Dinners.Cancel(t.Context(), once.Call{}, id, first.ReservationID, "anna"); err != nil {
		t.Fatal(err)
	}
	again, err := w.run(first)
	if err != nil || again.Answer == nil || *again.Answer != *out.Answer {
		t.Errorf("got %+v, %v", again, err)
	}
	if r := w.state(t, id).Reservations; len(r) != 0 {
		t.Errorf("still held: %+v", r)
	}
}

// TestACallRepeatedWhateverHappenedSince wants the recorded answer once the seat was given
// back and is another's, the dinner is another's to change, or the cut-off has passed, as
// where no machine makes reservations; and another request under the key refused as one.
func TestACallRepeatedWhateverHappenedSince(t *testing.T) {
	for name, since := range map[string]func(w *world, id string) error{
		"taken by another": func(w *world, id string) error {
			out, err := w.run(request(id, "bert", "k1"))
			if err == nil && out.Answer == nil {
				err = out.Refusal
			}
			return err
		},
		"taken by the guest again": func(w *world, id string) error { _, err := w.run(request(id, "anna", "k2")); return err },
		"confirmed": func(w *world, id string) error {
			_, err := w.steps.Dinners.Confirm(t.Context(), once.Call{}, id, "host")
			return err
		},
		"past the cut-off": func(w *world, _ string) error { w.now = start.Add(24*time.Hour - time.Second); return nil },
	} {
		w := newWorld(t)
		id := w.dinner(t, 1)
		w.now = start.Add(time.Hour) // so that the call is remembered past the cut-off
		first := request(id, "anna", "k1")
		first.Call.Versions = []int64{w.state(t, id).Version}
		out, err := w.run(first)
		if err != nil || out.Answer == nil {
			t.Fatalf("%s: %+v, %v", name, out, err)
		}
		if err := w.steps.Dinners.Cancel(t.Context(), once.Call{}, id, first.ReservationID, "anna"); err != nil {
			t.Fatal(err)
		}
		if err := since(w, id); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		w.now = w.now.Add(time.Second)
		before := w.state(t, id)
		again, err := w.run(first)
		if err != nil || again.Answer == nil || *again.Answer != *out.Answer {
			t.Errorf("%s: %+v, %v; want %+v", name, again, err, out.Answer)
		}
		if after := w.state(t, id); !slices.Equal(after.Reservations, before.Reservations) {
			t.Errorf("%s: reservations %+v, before %+v", name, after.Reservations, before.Reservations)
		}
		other := first
		other.Call.Fingerprint = "other words"
		other.ReservationID = Machine{}.reservationID(other.Call)
		if out, err := w.run(other); err != nil || out.Refusal == nil || out.Refusal.Code != refusal.KeyReused {
			t.Errorf("%s: another request under the key got %+v, %v", name, out, err)
		}
	}
}

// TestAHoldTellsOfNobody wants nothing about a guest in a dinner whose seat is held for
// them and whose run is lost, so that there is nothing to forget.
func TestAHoldTellsOfNobody(t *testing.T) {
	w := newWorld(t)
	id := w.dinner(t, 1)
	in := Input{Step: "hold", Attempt: "run-1", Request: request(id, "anna", "k1")}
	if out, err := w.steps.Handle(t.Context(), in); err != nil || out.Outcome != "held" {
		t.Fatalf("%+v, %v", out, err)
	}
	text, err := json.Marshal(w.state(t, id))
	if err != nil || strings.Contains(string(text), "anna") || !strings.Contains(string(text), `"hold"`) {
		t.Errorf("the dinner is %s, %v", text, err)
	}
	if err := w.steps.Guests.Forget(t.Context(), "anna"); err != nil {
		t.Fatal(err)
	}
	in.Step = "book"
	if out, err := w.steps.Handle(t.Context(), in); err != nil || out.Refusal == nil || out.Refusal.Code != refusal.Forgotten {
		t.Errorf("a run that went on booked for somebody forgotten: %+v, %v", out, err)
	}
}

// TestTwoRunsOfOneGuest wants one reservation of a guest whose two requests hold a seat
// each, and the other seat back.
func TestTwoRunsOfOneGuest(t *testing.T) {
	w := newWorld(t)
	id := w.dinner(t, 2)
	second := Input{Step: "hold", Attempt: "other", Request: request(id, "anna", "k2")}
	w.fault = func(step string) (_, _ error) {
		if step == "check" {
			if out, err := w.steps.Handle(t.Context(), second); err != nil || out.Outcome != "held" {
				t.Errorf("%+v, %v", out, err)
			}
		}
		return nil, nil
	}
	if out, err := w.run(request(id, "anna", "k1")); err != nil || out.Answer == nil {
		t.Fatalf("%+v, %v", out, err)
	}
	second.Step = "book"
	if out, err := w.steps.Handle(t.Context(), second); err != nil || out.Refusal == nil || out.Refusal.Code != refusal.AlreadyReserved {
		t.Errorf("the second was booked: %+v, %v", out, err)
	}
	second.Step = "release"
	if _, err := w.steps.Handle(t.Context(), second); err != nil {
		t.Error(err)
	}
	if s := w.state(t, id); len(s.Reservations) != 1 || !settled(s) {
		t.Errorf("reservations %+v", s.Reservations)
	}
}

// TestEachStepFails lets each step fail in each way, for good, and wants the seat
// back: at once where it can be given back, else when the hold lapses.
func TestEachStepFails(t *testing.T) {
	broken := errors.New("broken")
	for _, step := range []string{"hold", "check", "book"} {
		for _, way := range []string{"before", "after", "timeout"} {
			for _, release := range []string{"works", "fails"} {
				name := step + " fails " + way + ", release " + release
				w := newWorld(t)
				id := w.dinner(t, 1)
				w.fault = func(called string) (before, after error) {
					switch {
					case called == step && way == "before":
						return broken, nil
					case called == step && way == "after":
						return nil, broken
					case called == step:
						return nil, context.DeadlineExceeded
					case called == "release" && release == "fails":
						return broken, nil
					}
					return nil, nil
				}
				out, err := w.run(request(id, "anna", "k1"))
				var failed *asl.Error
				if !errors.As(err, &failed) || failed.Name != "NotReserved" {
					t.Errorf("%s: got %+v, %v", name, out, err)
				}
				if set := len(w.aside); (set == 1) != (release == "fails") {
					t.Errorf("%s: %d dead letters", name, set)
				}
				if release == "works" && !settled(w.state(t, id)) {
					t.Errorf("%s: still held: %+v", name, w.state(t, id).Reservations)
				}
				if strings.Contains(fmt.Sprint(w.aside), "Guest anna") {
					t.Errorf("%s: the dead letter names somebody: %v", name, w.aside)
				}
				w.fault = func(string) (_, _ error) { return nil, nil }
				w.now = w.now.Add(dinner.HoldFor)
				booked := step == "book" && way != "before"
				next, err := w.run(request(id, "bert", "k1"))
				if got := next.Answer != nil; err != nil || got == booked {
					t.Errorf("%s: the next guest got %+v, %v", name, next, err)
				}
				repeated, err := w.run(request(id, "anna", "k1"))
				if got := repeated.Answer != nil; err != nil || got != booked {
					t.Errorf("%s: sent again: %+v, %v", name, repeated, err)
				}
			}
		}
	}
}

// settled reports whether every seat taken is of a reservation that is made.
func settled(s dinner.State) bool {
	for _, r := range s.Reservations {
		if r.Hold != nil {
			return false
		}
	}
	return true
}

// TestTimesFit wants a seat held for longer than any run takes, a caller that gives
// up before a front door does, and a way on from every task that fails.
func TestTimesFit(t *testing.T) {
	m := newWorld(t).machine
	if run := time.Duration(m.TimeoutSeconds) * time.Second; run >= dinner.HoldFor || Patience >= 10*time.Second {
		t.Errorf("runs take up to %v, holds last %v, callers wait %v", run, dinner.HoldFor, Patience)
	}
	for name, s := range m.States {
		if s.Type == "Task" && (len(s.Catch) == 0 || len(s.Retry) == 0) {
			t.Errorf("%s is not tried again, or leads nowhere when it fails", name)
		}
	}
}

// TestADinnerThatChangedMeanwhile wants a call that names a version refused if the
// dinner has another, and not refused for what its own earlier attempt changed.
func TestADinnerThatChangedMeanwhile(t *testing.T) {
	w := newWorld(t)
	id := w.dinner(t, 2)
	r := request(id, "anna", "k1")
	r.Call.Versions = []int64{7}
	if out, err := w.run(r); err != nil || out.Refusal == nil || out.Refusal.Code != refusal.Changed {
		t.Errorf("got %+v, %v", out, err)
	}
	r.Call.Versions = []int64{w.state(t, id).Version}
	lost := errors.New("lost")
	w.fault = func(step string) (_, _ error) {
		if step == "check" || step == "release" {
			return lost, nil
		}
		return nil, nil
	}
	if out, err := w.run(r); err == nil {
		t.Errorf("got %+v", out)
	}
	w.fault = func(string) (_, _ error) { return nil, nil }
	if out, err := w.run(r); err != nil || out.Answer == nil {
		t.Errorf("sent again: %+v, %v", out, err)
	}
}
