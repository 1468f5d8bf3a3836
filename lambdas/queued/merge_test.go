package queued_test

import (
	"context"
	"testing"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/queued"
)

// counted is a queued.Merging that writes nothing, and knows how much it was to write.
type counted struct{ commands int }

// Merge implements queued.Merging.
func (c *counted) Merge(_ context.Context, _ string, commands []queued.Command, _ func(queued.Known) ([]queued.Step, error)) error {
	c.commands = len(commands)
	return nil
}

// TestWhatCanBeOne wants no dinner opened with others, no two dinners' commands mixed,
// no more than a transaction has room for, and nothing reserved past the process that
// reserves step by step.
func TestWhatCanBeOne(t *testing.T) {
	do := func(dinnerID string, operations ...string) (commands []queued.Command) {
		for _, o := range operations {
			c := command(o, dinnerID)
			c.Call.Operation = o
			commands = append(commands, c)
		}
		return commands
	}
	many := do("a")
	for range 3 * queued.MostMerged {
		many = append(many, do("a", queued.ReserveSeat)...)
	}
	byMachine := func(context.Context, once.Call, string, dinner.Guest) (dinner.ReserveAnswer, error) {
		return dinner.ReserveAnswer{}, nil
	}
	for _, test := range []struct {
		name     string
		writer   queued.Writer
		commands []queued.Command
		want     int
	}{
		{"reservations", queued.Writer{}, do("a", queued.ReserveSeat, queued.CancelReservation, queued.ConfirmNumber), 3},
		{"one", queued.Writer{}, do("a", queued.ReserveSeat), 0},
		{"a dinner that is opened", queued.Writer{}, do("a", queued.CreateDinner, queued.ReserveSeat), 0},
		{"before a dinner that is opened", queued.Writer{}, do("a", queued.ReserveSeat, queued.ReserveSeat, queued.CreateDinner), 2},
		{"what is reserved step by step", queued.Writer{Reserve: byMachine}, do("a", queued.ReserveSeat, queued.CancelReservation, queued.ReserveSeat), 0},
		{"beside what is", queued.Writer{Reserve: byMachine}, do("a", queued.CancelReservation, queued.ConfirmNumber, queued.ReserveSeat), 2},
		{"two dinners", queued.Writer{}, append(do("a", queued.ReserveSeat, queued.ReserveSeat), do("b", queued.ReserveSeat)...), 2},
		{"many", queued.Writer{}, many, queued.MostMerged},
	} {
		c := &counted{}
		test.writer.Merging = c
		if n, err := test.writer.Together(t.Context(), test.commands); n != test.want || c.commands != test.want || err != nil {
			t.Errorf("%s: %d, of which %d written, %v; want %d", test.name, n, c.commands, err, test.want)
		}
	}
	if n, err := (queued.Writer{}).Together(t.Context(), many); n != 0 || err != nil {
		t.Errorf("without a store that merges: %d, %v", n, err)
	}
}
