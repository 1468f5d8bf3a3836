package faults

import (
	"reflect"
	"strings"
	"testing"
)

// TestBroken shows that the harness can fail: each thing that is broken on purpose
// is seen within a few runs, and said in words that fit it.
func TestBroken(t *testing.T) {
	tests := []struct {
		name   string
		breaks broken
		says   []string // one of them
	}{
		{"a write without its condition", broken{writesWithoutCondition: true}, []string{"oversold", "no event tells", "reservations, its events say", "and so has another event"}},
		{"events written after the dinner", broken{eventsWrittenApart: true}, []string{"is lost", "left no event"}},
		{"calls not recorded", broken{callsForgotten: true}, []string{"and again with", "then refused", "left 2 events", "and left an event"}},
		{"a pipe that drops a batch", broken{pipeDropsFailed: true}, []string{"is lost"}},
		{"a queue that forgets what it handed out", broken{queueForgetsReceived: true}, []string{"is lost"}},
		{"no dead-letter queue", broken{noDeadLetters: true}, []string{"is lost"}},
		// What it swallows may be that somebody wants to be forgotten, whose notices then stay.
		{"a consumer that says done when it failed", broken{consumerSwallowsErrors: true}, []string{"the row of dinner", "notices, the events say", "that is not for them"}},
		{"a consumer that marks nothing", broken{consumerMarksNothing: true}, []string{"the row of dinner"}},
		{"a projection that ignores versions", broken{projectionIgnoresVersions: true}, []string{"the row of dinner"}},
		{"a writer that says done when it failed", broken{writerSwallowsErrors: true}, []string{"is lost", "nothing became of it", "was applied after one that came after it"}},
		{"a writer that drops what it gives up", broken{writerBuriesNothing: true}, []string{"is lost"}},
		{"a writer that ignores groups", broken{writerIgnoresGroups: true}, []string{"was applied after one that came after it"}},
		{"commands written as one without a condition", broken{mergesWithoutCondition: true}, []string{
			"oversold", "no event tells", "reservations, its events say", "and so has another event", "left 2 events", "still names forgotten",
		}},
		{"a machine that gives nothing back", broken{sagaReleasesNothing: true}, []string{"which gave it back"}},
		{"buses that send nothing on", broken{nothingIsSentOn: true}, []string{"is lost"}},
		{"keys that outlive their persons", broken{keysOutliveTheirPersons: true}, []string{"and their key is still there"}},
		{"an inbox that remembers", broken{inboxesRemember: true}, []string{"that is not for them"}},
		{"an item without its condition", broken{itemsWithoutCondition: true}, []string{"oversold", "no event tells", "reservations, its events say", "and so has another event", "and again with", "is forgotten after"}},
		{"an outbox that takes out what was refused", broken{outboxTakesOutTooMuch: true}, []string{"is lost"}},
		{"an outbox that takes nothing out", broken{outboxTakesOutNothing: true}, []string{"is left in an outbox"}},
		{"a reader that drops a batch", broken{readerDropsFailed: true}, []string{"is lost", "is left in an outbox"}},
		{"an outbox that is not shown again", broken{outboxIsNotShownAgain: true}, []string{"never reached"}},
		{"items that forget calls", broken{itemsForgetCalls: true}, []string{"and again with", "then refused", "left 2 events", "and left an event", "is forgotten after"}},
		{"items that keep few calls", broken{itemsKeepFewCalls: true}, []string{"is forgotten after 3"}},
		{"claims that are not voided", broken{claimsAreNotVoided: true}, []string{"left 2 events", "and again with"}},
		{"a door that stays open", broken{theDoorStaysOpen: true}, []string{"still names forgotten", "has the places"}},
	}
	tried := map[string]bool{}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := reflect.ValueOf(test.breaks)
			for i := range v.NumField() {
				if v.Field(i).Bool() {
					tried[v.Type().Field(i).Name] = true
				}
			}
			c := InMemory(transport(t))
			switch b := test.breaks; {
			case b.itemsWithoutCondition, b.outboxTakesOutTooMuch, b.outboxTakesOutNothing, b.readerDropsFailed, b.outboxIsNotShownAgain,
				b.itemsForgetCalls, b.itemsKeepFewCalls, b.claimsAreNotVoided, b.theDoorStaysOpen:
				c = global(transport(t))
			}
			c.broken = test.breaks
			c.queued = c.broken.writerSwallowsErrors || c.broken.writerBuriesNothing || c.broken.writerIgnoresGroups || c.broken.mergesWithoutCondition
			c.subdomains = c.broken.nothingIsSentOn
			c.orchestrated, c.shred = c.broken.sagaReleasesNothing, c.broken.keysOutliveTheirPersons
			for seed := range uint64(40) {
				r, err := play(t, seed, c)
				if err != nil {
					t.Fatal(err)
				}
				if r.Violations == "" {
					continue
				}
				for _, words := range test.says {
					if strings.Contains(r.Violations, words) {
						return
					}
				}
				t.Fatalf("seed %d: none of %q in: %s", seed, test.says, r.Violations)
			}
			t.Error("40 runs and nobody noticed")
		})
	}
	if all := reflect.TypeFor[broken]().NumField(); len(tried) != all {
		t.Errorf("%d of %d ways to break it were tried: %v", len(tried), all, tried)
	}
}

// TestRulesMatter takes an event from a rule: its consumer never hears of it.
func TestRulesMatter(t *testing.T) {
	c := InMemory(transport(t))
	for i := range c.Transport.Consumers {
		p := &c.Transport.Consumers[i].Pattern
		*p = []byte(strings.Replace(string(*p), `"Seat Reserved"`, `"Seat Taken"`, 1))
	}
	r, err := Run(1, c)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(r.Violations, "the row of dinner") && !strings.Contains(r.Violations, "notices, the events say") {
		t.Errorf("got %q", r.Violations)
	}
}

// TestTemplateMatters takes an attribute from the pipe's template: no consumer can
// read what comes, so nothing is repaired.
func TestTemplateMatters(t *testing.T) {
	c := InMemory(transport(t))
	c.Transport.Pipe.Template = strings.Replace(c.Transport.Pipe.Template, "NewImage.aggregateId.S", "NewImage.aggregate_id.S", 1)
	r, err := Run(1, c)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(r.Violations, "never reached") {
		t.Errorf("got %q", r.Violations)
	}
}

// TestRepeatable runs a seed twice, step by step the same.
func TestRepeatable(t *testing.T) {
	traces := make([][]line, 2)
	for i := range traces {
		w, err := newWorld(7, InMemory(transport(t)))
		if err != nil {
			t.Fatal(err)
		}
		w.tracing = true
		w.drain()
		traces[i] = w.lines
	}
	if len(traces[0]) < 1000 || !reflect.DeepEqual(traces[0], traces[1]) {
		t.Errorf("%d and %d steps, want the same ones", len(traces[0]), len(traces[1]))
	}
}

// TestTransportIsUnderstood shows that what this package cannot play is refused.
func TestTransportIsUnderstood(t *testing.T) {
	for name, change := range map[string]func(*Transport){
		"a pattern of prefixes": func(c *Transport) { c.Consumers[0].Pattern = []byte(`{"source":[{"prefix":"dinner."}]}`) },
		"a filter of numbers":   func(c *Transport) { c.Pipe.Filter = []byte(`{"a":1}`) },
		"a pattern of no JSON":  func(c *Transport) { c.Consumers[0].Pattern = []byte(`{`) },
		"an unknown consumer":   func(c *Transport) { c.Consumers[0].Service = "billing" },
		"a template of code":    func(c *Transport) { c.Pipe.Template = `{"id": <aws.pipes.event>}` },
		"a fixed source":        func(c *Transport) { c.Pipe.Source = "dinner" },
	} {
		c := InMemory(transport(t))
		change(&c.Transport)
		if _, err := Run(1, c); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
