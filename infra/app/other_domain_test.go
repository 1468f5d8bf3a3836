package app

import (
	"slices"
	"strings"
	"testing"

	"fulcrum/design"
	"fulcrum/design/catalogue"
)

// TestWhatADomainMustHave wants an option that rests on an event or a consumer that
// another system's design lacks to be refused with its name and a way out.
func TestWhatADomainMustHave(t *testing.T) {
	nobodyIsForgotten := func(d *design.Design) {
		d.Process = slices.DeleteFunc(d.Process, func(s design.Step) bool { return s.Command == "Forget Me" })
		for i, c := range d.Consumers {
			d.Consumers[i].Events = slices.DeleteFunc(c.Events, func(event string) bool { return event == "Guest Forgotten" })
		}
	}
	nobodyIsTold := func(d *design.Design) {
		d.Consumers = slices.DeleteFunc(d.Consumers, func(c design.Consumer) bool { return c.Name == "notification" })
	}
	for _, test := range []struct {
		option []string
		change func(*design.Design)
		want   string
	}{
		{[]string{"integration", "s3", "front-door", "rest-api"}, nobodyIsForgotten, "no command raises the event Guest Forgotten"},
		{[]string{"realtime", "websocket-api"}, nobodyIsTold, "there is no consumer notification"},
		{[]string{"erasure", "crypto-shred"}, nobodyIsForgotten, "nobody hears of the event Guest Forgotten"},
	} {
		t.Run(test.option[1], func(t *testing.T) {
			b := catalogue.Baseline()
			for i := 0; i < len(test.option); i += 2 {
				b = b.With(test.option[i], test.option[i+1])
			}
			stack := Stack{Name: "Other", Varies: baseline, Blueprint: b.Settled()}
			err := synthesizeDrawn(t, []Stack{stack}, t.TempDir(), test.change)
			if err == nil || !strings.HasPrefix(err.Error(), "Other: "+test.option[0]+": ") || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "add it to the ") {
				t.Errorf("%v: %v", test.option, err)
			}
		})
	}
}
