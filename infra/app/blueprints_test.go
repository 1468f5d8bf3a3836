package app

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"fulcrum/design"
	"fulcrum/design/catalogue"
	"fulcrum/infra/workload"
)

// TestAnyBlueprintIsSynthesizedOrRefused draws blueprints at random. Each that cannot
// work is refused with both choices, a reason, its source and a way out, and whoever
// takes one way out after the other comes to a blueprint that works. Those are
// synthesized and validated as Chosen would be. FULCRUM_BLUEPRINTS says how many,
// FULCRUM_SEED where to begin.
func TestAnyBlueprintIsSynthesizedOrRefused(t *testing.T) {
	count, seed := number(t, "FULCRUM_BLUEPRINTS", 6), number(t, "FULCRUM_SEED", 1)
	random := rand.New(rand.NewPCG(uint64(seed), 0)) //nolint:gosec // no secret
	known := map[string]bool{}
	for _, s := range planned {
		known[words(s.Blueprint)] = true
	}
	var drawn []Stack
	for tries := 0; len(drawn) < count && tries < 100*count; tries++ {
		b := workable(t, draw(random), random)
		if known[words(b)] {
			continue
		}
		if err := (workload.Settings{}).Serves(b); err != nil {
			if !strings.Contains(err.Error(), "-c ") || !strings.Contains(err.Error(), "read 20") {
				t.Fatalf("%s is refused without a way out or a source: %v", words(b), err)
			}
			continue
		}
		known[words(b)] = true
		drawn = append(drawn, Stack{Name: fmt.Sprintf("Random-%d", len(drawn)+1), Varies: baseline, Blueprint: b})
	}
	if len(drawn) < count {
		t.Fatalf("only %d blueprints that work and are no option's", len(drawn))
	}
	if err := synthesizeDrawn(t, drawn, t.TempDir(), func(*design.Design) {}); err != nil {
		at := slices.IndexFunc(drawn, func(s Stack) bool { return strings.HasPrefix(err.Error(), s.Name+": ") })
		if at < 0 {
			t.Fatalf("seed %d: %v", seed, err)
		}
		t.Fatalf("seed %d: %v\n%s", seed, err, words(drawn[at].Blueprint))
	}
}

func number(t *testing.T, variable string, otherwise int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

func draw(random *rand.Rand) catalogue.Blueprint {
	b := catalogue.Blueprint{}
	for _, t := range catalogue.TradeOffs {
		ids := t.OptionIDs()
		b[t.ID] = ids[random.IntN(len(ids))]
	}
	return b.Settled()
}

// workable takes ways out of conflicts until there are none.
func workable(t *testing.T, b catalogue.Blueprint, random *rand.Rand) catalogue.Blueprint {
	t.Helper()
	for range 200 {
		conflicts := catalogue.Check(b, nil)
		if len(conflicts) == 0 {
			return b
		}
		c := conflicts[random.IntN(len(conflicts))]
		if c.By == (catalogue.Choice{}) || !b.Has(c.With) || c.Lack.Reason == "" || c.Lack.Source == "" || len(c.Instead) == 0 {
			t.Fatalf("%s is refused without both choices, a reason, a source and a way out: %+v", words(b), c)
		}
		way := c.Instead[random.IntN(len(c.Instead))]
		choices, ok := strings.CutPrefix(way, "choose ")
		if !ok {
			continue // a way without another choice
		}
		for _, choice := range strings.Split(choices, " with ") {
			tradeOff, option, _ := strings.Cut(choice, ": ")
			b = b.With(tradeOff, option)
		}
		b = b.Settled()
	}
	t.Fatalf("200 ways out taken, and still refused: %s: %v", words(b), catalogue.Check(b, nil))
	return nil
}

// words lists what differs from the baseline.
func words(b catalogue.Blueprint) string {
	var parts []string
	base := catalogue.Baseline()
	for _, id := range slices.Sorted(maps.Keys(b)) {
		if b[id] != base[id] {
			parts = append(parts, catalogue.Choice{TradeOff: id, Option: b[id]}.String())
		}
	}
	return strings.Join(parts, ", ")
}

func synthesizeDrawn(t *testing.T, drawn []Stack, into string, change func(*design.Design)) error {
	t.Helper()
	functions := t.TempDir()
	if err := placeholders("../../lambdas/cmd", functions); err != nil {
		return err
	}
	t.Chdir("../..")
	s, err := settings()
	if err != nil {
		return err
	}
	s.Workload.Functions = functions
	d, err := design.Read(s.Design)
	if err != nil {
		return err
	}
	change(d)
	var all []Stack
	for _, main := range drawn {
		if len(d.Misfits(main.Blueprint)) == 0 {
			all = append(all, parts(d, main)...)
		}
	}
	return synthesize(d, all, s, into, newProgress(len(all)))
}
