package report

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"fulcrum/compare"
)

// TestEveryFormNamesTheStacksOfAnOption gives an option a stack in another Region.
func TestEveryFormNamesTheStacksOfAnOption(t *testing.T) {
	c := comparison(t)
	c.Stacks = slices.Clone(c.Stacks)
	i := slices.IndexFunc(c.Stacks, func(s compare.Stack) bool { return s.Name == "FrontDoor-Alb" })
	c.Stacks[i].Parts = []compare.Part{{Name: "FrontDoor-Alb-Edge", Part: "edge", Region: "us-east-1"}}
	for name, write := range map[string]func(io.Writer) error{
		"summary":  func(w io.Writer) error { return Summary(w, c, TextOptions{}) },
		"text":     func(w io.Writer) error { return Text(w, c, TextOptions{}) },
		"markdown": func(w io.Writer) error { return Markdown(w, c) },
		"html":     func(w io.Writer) error { return HTML(w, c) },
		"json":     func(w io.Writer) error { return JSON(w, c) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		plain := strings.Join(strings.Fields(strings.NewReplacer("`", "", "\n", " ", `"`, "", ",", "").Replace(b.String())), " ")
		want := "stacks FrontDoor-Alb FrontDoor-Alb-Edge in us-east-1"
		switch name {
		case "json":
			want = "name: FrontDoor-Alb-Edge part: edge region: us-east-1"
		case "summary":
			want = "of several stacks with parts in other Regions or for keys: FrontDoor-Alb."
		}
		if !strings.Contains(plain, want) {
			t.Errorf("the %s does not say %q", name, want)
		}
	}
}

// TestTheChosenStackAnswersEveryQuestion wants the verdicts of all trade-offs of a
// stack that is no option's, each with the design's choice.
func TestTheChosenStackAnswersEveryQuestion(t *testing.T) {
	c := comparison(t)
	c.Stacks = slices.Clone(c.Stacks)
	chosen, _ := c.Stack("Baseline")
	chosen.Name = compare.ChosenStack
	c.Stacks = append(c.Stacks, chosen)
	var b bytes.Buffer
	found, err := Explain(&b, c, chosen, "verdict", "", TextOptions{})
	if err != nil || !found {
		t.Fatalf("found %v, error %v", found, err)
	}
	for _, q := range c.TradeOffs {
		if want := q.ID + ": " + q.Chosen + " is stack"; !strings.Contains(b.String(), want) {
			t.Errorf("missing %q in\n%s", want, b.String())
		}
	}
}
