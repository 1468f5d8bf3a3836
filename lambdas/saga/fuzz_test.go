package saga

import (
	"encoding/json"
	"testing"
)

// FuzzSteps gives the steps whatever a state machine may hand over: each answers with
// what became of it, none sells a seat that there is not, and a step that is repeated
// changes nothing more.
func FuzzSteps(f *testing.F) {
	for _, seed := range []string{
		`{"step":"hold","attempt":"a","reservationId":"r","guest":{"id":"g","name":"Guest"},"call":{"Person":"g","Operation":"Reserve Seat","Key":"k","Fingerprint":"f"}}`,
		`{"step":"check","guest":{"id":"g"}}`, `{"step":"book","attempt":"a","reservationId":"held"}`, `{"step":"release","attempt":"a","reservationId":"held"}`,
		`{"step":"book","attempt":"other","reservationId":"held","call":{"Versions":[1,-1]}}`, `{"step":"burn"}`, `{"step":"hold","guest":null}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var in Input
		if json.Unmarshal(raw, &in) != nil {
			return
		}
		w := newWorld(t)
		of := w.dinner(t, 1)
		held := request(of, "held", "key")
		held.ReservationID = "held"
		if _, err := w.steps.Handle(t.Context(), Input{Step: "hold", Attempt: "a", Request: held}); err != nil {
			t.Fatal(err)
		}
		if in.DinnerID == "" {
			in.DinnerID = of
		}
		seen := 0
		for range 2 {
			out, err := w.steps.Handle(t.Context(), in)
			if err == nil && (out.Outcome == "" || (out.Outcome == "refused") != (out.Refusal != nil)) {
				t.Errorf("%s: %+v", raw, out)
			}
			d, err := w.store.Dinners().Get(t.Context(), of)
			if err != nil {
				t.Fatal(err)
			}
			if s := d.State(); len(s.Reservations) > s.Seats || d.SeatsLeft() < 0 {
				t.Errorf("%s: %d seats are %+v", raw, s.Seats, s.Reservations)
			}
			_, stored := w.store.Events(0)
			if seen > 0 && stored != seen {
				t.Errorf("%s: again, it raised more: %d events, then %d", raw, seen, stored)
			}
			seen = stored
		}
	})
}
