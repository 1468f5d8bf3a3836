package queued_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"fulcrum/lambdas/once"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/telemetry"
)

func command(id, dinner string) queued.Command {
	return queued.Command{
		ID: id, DinnerID: dinner, AcceptedAt: time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC),
		Call: once.Call{Person: "anna", Operation: queued.ReserveSeat, Key: id},
	}
}

func message(t *testing.T, c queued.Command, received int) events.SQSMessage {
	t.Helper()
	body, err := queued.Codec{}.Encode(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return events.SQSMessage{MessageId: c.ID, Body: body, Attributes: map[string]string{
		"MessageGroupId": c.DinnerID, "ApproximateReceiveCount": strconv.Itoa(received),
	}}
}

// graveyard keeps what was given up, or refuses to.
type graveyard struct {
	buried map[string]string
	err    error
}

func (g *graveyard) Bury(_ context.Context, m events.SQSMessage, reason string) error {
	if g.err == nil {
		g.buried[m.MessageId] = reason
	}
	return g.err
}

// handled runs one batch in which the commands named fail.
func handled(t *testing.T, ctx context.Context, dead *graveyard, fails []string, batch ...events.SQSMessage) (applied, again []string) { //nolint:revive // a test first
	t.Helper()
	b := queued.Batches{
		DeadLetters: dead, Metrics: telemetry.NewMetrics(io.Discard, "Dinner", time.Now),
		Apply: func(_ context.Context, c queued.Command) error {
			if slices.Contains(fails, c.ID) {
				return errors.New("cannot " + c.ID)
			}
			applied = append(applied, c.ID)
			return nil
		},
	}
	answer, err := b.Handle(ctx, events.SQSEvent{Records: batch})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range answer.BatchItemFailures {
		again = append(again, f.ItemIdentifier)
	}
	return applied, again
}

func TestBatches(t *testing.T) {
	for _, test := range []struct {
		name                   string
		received               int
		fails                  []string
		applied, again, buried []string
	}{
		{"all well", 1, nil, []string{"a1", "a2", "a3", "b1", "b2"}, nil, nil},
		{"the rest of a group waits", 1, []string{"a1"}, []string{"b1", "b2"}, []string{"a1", "a2", "a3"}, nil},
		{"what came before does not", 4, []string{"a2"}, []string{"a1", "b1", "b2"}, []string{"a2", "a3"}, nil},
		{"at last it is given up, and the rest goes on", 5, []string{"a1"}, []string{"a2", "a3", "b1", "b2"}, nil, []string{"a1"}},
		{"one of a group in each batch", 5, []string{"a1", "a2", "b2"}, []string{"b1"}, []string{"a2", "a3"}, []string{"a1", "b2"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dead := &graveyard{buried: map[string]string{}}
			var batch []events.SQSMessage
			for _, id := range []string{"a1", "b1", "a2", "b2", "a3"} {
				batch = append(batch, message(t, command(id, id[:1]), test.received))
			}
			applied, again := handled(t, t.Context(), dead, test.fails, batch...)
			if !slices.Equal(applied, test.applied) || !slices.Equal(again, test.again) || len(dead.buried) != len(test.buried) {
				t.Errorf("applied %v, again %v, buried %v", applied, again, dead.buried)
			}
			for _, id := range test.buried {
				if dead.buried[id] != "cannot "+id {
					t.Errorf("%s is buried because %q", id, dead.buried[id])
				}
			}
		})
	}
}

// TestTogether wants what came for the first time to be applied as one, each dinner's
// apart, and one by one where that fails; and what came before, which may be what a
// writer died of, to be alone, with what comes after it.
func TestTogether(t *testing.T) {
	for _, test := range []struct {
		name           string
		batch          string // messages by group, with a number if received before, "!" if unreadable
		most           int    // that can be one, 0 for all
		fails          string // which command cannot be written with others, and "panics"
		applied, again string
	}{
		{"each dinner's as one", "a b a b a", 0, "", "a1+a2+a3 b1+b2", ""},
		{"as many as can be", "a a a a a", 2, "", "a1+a2 a3+a4 a5", ""},
		{"one is alone", "a", 0, "", "a1", ""},
		{"one that cannot be with others", "a a a", 0, "a2", "a1 a2 a3", ""},
		{"only that many are then alone", "a a a a a a", 3, "a2", "a1 a2 a3 a4+a5+a6", ""},
		{"one that panics with others", "a a b b", 0, "panics", "a1 a2 b1 b2", ""},
		{"what came before is alone", "a a a2 a a", 0, "", "a1+a2 a3 a4+a5", ""},
		{"what cannot be read is not among them", "a a a! a a", 0, "", "a1+a2 a4+a5", ""},
		{"nothing is applied after one that fails", "a a a b b", 0, "a2 always", "a1 b1+b2", "a2 a3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var batch []events.SQSMessage
			count := map[string]int{}
			for _, of := range strings.Fields(test.batch) {
				group := of[:1]
				count[group]++
				m := message(t, command(group+strconv.Itoa(count[group]), group), 1)
				switch of[1:] {
				case "!":
					m.Body = "?"
				case "":
				default:
					m.Attributes["ApproximateReceiveCount"] = of[1:]
				}
				batch = append(batch, m)
			}
			var applied []string
			culprit, always := strings.CutSuffix(test.fails, " always")
			b := queued.Batches{
				DeadLetters: &graveyard{buried: map[string]string{}}, Metrics: telemetry.NewMetrics(io.Discard, "Dinner", time.Now),
				Apply: func(_ context.Context, c queued.Command) error {
					if always && c.ID == culprit {
						return errors.New("never")
					}
					applied = append(applied, c.ID)
					return nil
				},
				Together: func(_ context.Context, commands []queued.Command) (int, error) {
					if test.most > 0 {
						commands = commands[:min(len(commands), test.most)]
					}
					if len(commands) < 2 {
						return 0, nil
					}
					var ids []string
					for _, c := range commands {
						ids = append(ids, c.ID)
					}
					if culprit == "panics" {
						panic(culprit)
					}
					if slices.Contains(ids, culprit) {
						return len(ids), errors.New("not with others")
					}
					applied = append(applied, strings.Join(ids, "+"))
					return len(ids), nil
				},
			}
			answer, err := b.Handle(t.Context(), events.SQSEvent{Records: batch})
			if err != nil {
				t.Fatal(err)
			}
			var again []string
			for _, f := range answer.BatchItemFailures {
				again = append(again, f.ItemIdentifier)
			}
			if strings.Join(applied, " ") != test.applied || strings.Join(again, " ") != test.again {
				t.Errorf("applied %v, again %v, want %s and %q", applied, again, test.applied, test.again)
			}
		})
	}
}

// away counts what it is asked to open, and opens nothing.
type away struct{ asked int }

func (a *away) Seal(_ context.Context, _, _, text string) (string, error) { return text, nil }

func (a *away) Open(context.Context, string, string, string) (string, error) {
	a.asked++
	return "", errors.New("the key service is away")
}

// TestNothingIsOpenedInVain wants a key that cannot be had now to be asked for once for
// each dinner in a batch: what waits behind the command is not applied anyway.
func TestNothingIsOpenedInVain(t *testing.T) {
	keys := &away{}
	b := queued.Batches{
		Codec: queued.Codec{Persons: keys}, Metrics: telemetry.NewMetrics(io.Discard, "Dinner", time.Now), DeadLetters: &graveyard{},
		Together: func(context.Context, []queued.Command) (int, error) { t.Error("nothing was read"); return 0, nil },
	}
	var batch []events.SQSMessage
	for _, id := range []string{"a1", "b1", "a2", "b2", "a3"} {
		m := message(t, command(id, id[:1]), 1)
		m.Body = `{"person":"anna","sealed":"x"}`
		batch = append(batch, m)
	}
	answer, err := b.Handle(t.Context(), events.SQSEvent{Records: batch})
	if err != nil || len(answer.BatchItemFailures) != 5 || keys.asked != 2 {
		t.Errorf("%v, %v after %d keys", answer, err, keys.asked)
	}
}

// TestUnreadable wants what no door sent to be given up at once, and to stay where it
// is if that fails.
func TestUnreadable(t *testing.T) {
	for i, body := range []string{
		"", "{", "[]", `{"id":"x"}`, `{"id":"x","dinnerId":"a","call":{"Person":"p","Key":"k"}}`, `"x"`,
		`{"id":"x","dinnerId":"a","call":{"Key":"k"},"acceptedAt":"2030-03-01T12:00:00Z"}`, message(t, command("x", "a"), 1).Body + strings.Repeat(" ", 256<<10),
	} {
		dead := &graveyard{buried: map[string]string{}}
		m := events.SQSMessage{MessageId: "m", Body: body, Attributes: map[string]string{"MessageGroupId": "a", "ApproximateReceiveCount": "1"}}
		applied, again := handled(t, t.Context(), dead, nil, m, message(t, command("a2", "a"), 1))
		if !slices.Equal(applied, []string{"a2"}) || len(again) > 0 || dead.buried["m"] == "" {
			t.Errorf("%d: applied %v, again %v, buried %v", i, applied, again, dead.buried)
		}
		dead = &graveyard{err: errors.New("no")}
		applied, again = handled(t, t.Context(), dead, nil, m, message(t, command("a2", "a"), 1))
		if len(applied) > 0 || len(again) != 2 {
			t.Errorf("%d, not buried: applied %v, again %v", i, applied, again)
		}
	}
}

// TestTheLargestBody wants what a door takes to be read, however much longer it is on
// the queue.
func TestTheLargestBody(t *testing.T) {
	c := command("a1", "a")
	c.Guest.Name = strings.Repeat("<", 16<<10)
	for _, k := range []queued.Codec{{}, {Persons: prefixed{}}} {
		body, err := k.Encode(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if read, err := k.Decode(t.Context(), body); err != nil || read.Guest != c.Guest {
			t.Errorf("%d bytes: %v", len(body), err)
		}
	}
}

// TestNoTimeLeft wants a batch to end before its function is ended.
func TestNoTimeLeft(t *testing.T) {
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Second)
	defer stop()
	applied, again := handled(t, ctx, &graveyard{}, nil, message(t, command("a1", "a"), 1), message(t, command("b1", "b"), 1))
	if len(applied) > 0 || len(again) != 2 {
		t.Errorf("applied %v, again %v", applied, again)
	}
}

// TestALongCommand wants one that hangs to be given up, so that the others have their turn.
func TestALongCommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		b := queued.Batches{
			DeadLetters: &graveyard{}, Metrics: telemetry.NewMetrics(io.Discard, "Dinner", time.Now),
			Apply: func(ctx context.Context, c queued.Command) error {
				if c.ID == "a1" {
					<-ctx.Done()
				}
				return ctx.Err()
			},
		}
		answer, err := b.Handle(t.Context(), events.SQSEvent{Records: []events.SQSMessage{message(t, command("a1", "a"), 1), message(t, command("b1", "b"), 1)}})
		if took := time.Since(begin); err != nil || took != 10*time.Second || len(answer.BatchItemFailures) != 1 || answer.BatchItemFailures[0].ItemIdentifier != "a1" {
			t.Errorf("%v, %v after %v", answer, err, took)
		}
	})
}

// locked seals by reversal, and opens nothing of whom it has forgotten.
type locked struct{ forgotten, broken bool }

func (l locked) Seal(_ context.Context, person, field, text string) (string, error) {
	runes := []rune(person + field + text)
	slices.Reverse(runes)
	return string(runes), nil
}

func (l locked) Open(_ context.Context, person, field, text string) (string, error) {
	if l.broken {
		return "", errors.New("the key service is away")
	}
	if l.forgotten {
		return "", nil
	}
	runes := []rune(text)
	slices.Reverse(runes)
	return string(runes[len([]rune(person+field)):]), nil
}

// TestSealed wants a command to be read by who has the person's key, and one of a
// person who is forgotten to be dropped.
func TestSealed(t *testing.T) {
	c := command("a1", "a")
	c.Guest.Name = "Anna"
	body, err := queued.Codec{Persons: locked{}}.Encode(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := queued.Codec{Persons: locked{}}.Decode(t.Context(), body)
	if err != nil || fmt.Sprint(opened) != fmt.Sprint(c) {
		t.Errorf("opened %v, %v", opened, err)
	}
	for persons, want := range map[locked]error{{forgotten: true}: queued.ErrForgotten, {broken: true}: nil} {
		_, err := queued.Codec{Persons: persons}.Decode(t.Context(), body)
		if err == nil || want != nil && !errors.Is(err, want) || want == nil && errors.Is(err, queued.ErrUnreadable) {
			t.Errorf("%+v: %v", persons, err)
		}
	}
	dead := &graveyard{buried: map[string]string{}}
	m := message(t, c, queued.Attempts)
	m.Body = body
	answer, err := queued.Batches{
		Codec: queued.Codec{Persons: locked{forgotten: true}}, DeadLetters: dead, Metrics: telemetry.NewMetrics(io.Discard, "Dinner", time.Now),
		Apply: func(context.Context, queued.Command) error { t.Error("applied for nobody"); return nil },
	}.Handle(t.Context(), events.SQSEvent{Records: []events.SQSMessage{m}})
	if err != nil || len(answer.BatchItemFailures) > 0 || len(dead.buried) > 0 {
		t.Errorf("a command of a person who is forgotten: %v, %v, buried %v", answer, err, dead.buried)
	}
	if _, err := (queued.Codec{Persons: locked{}}).Decode(t.Context(), `{"id":"x"}`); !errors.Is(err, queued.ErrUnreadable) {
		t.Errorf("what is not sealed: %v", err)
	}
}
