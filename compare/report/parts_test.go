package report

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"fulcrum/compare"
	"fulcrum/compare/verdict"
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

// TestWhatIsChosenAndOutIsSaid wants a choice that cannot serve the design said on the
// first screen, even where no other option can, and once for all that have one reason.
func TestWhatIsChosenAndOutIsSaid(t *testing.T) {
	c := comparison(t)
	c.TradeOffs = slices.Clone(c.TradeOffs)
	for i, q := range c.TradeOffs {
		var out []verdict.Eliminated
		for _, o := range q.Options {
			out = append(out, verdict.Eliminated{Option: o.ID, Gate: "limit", Reason: "too slow"})
		}
		c.TradeOffs[i].Verdict = verdict.Verdict{Sentence: "No option can serve the design.", Eliminated: out}
	}
	var text, page bytes.Buffer
	if err := errors.Join(Summary(&text, c, TextOptions{}), HTML(&page, c)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"! front-door, identity: what is chosen is out: too slow.", "none can serve: out are http-api, rest-api, alb"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the summary does not say %q:\n%s", want, text.String())
		}
	}
	for _, want := range []string{"In 2 of 2 trade-offs the choice is not the verdict’s.", `<a href="#identity">identity</a> what is chosen is out: too slow.`} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	c.TradeOffs = c.TradeOffs[:1]
	text.Reset()
	if err := Summary(&text, c, TextOptions{}); err != nil || !strings.Contains(text.String(), "! front-door: http-api is chosen, and out: too slow.") {
		t.Errorf("%v in\n%s", err, text.String())
	}
}

// TestLessThanAllIsNotAll wants no rounding up to what no agreement promises.
func TestLessThanAllIsNotAll(t *testing.T) {
	for share, want := range map[float64]string{
		0.9989: "99.89 %", 0.99999: "99.999 %", 0.9999988: "99.9998 %", 0.99999999: "99.9999 %", 1: "100 %", 0: "0 %",
	} {
		if got := Percent(share); got != want {
			t.Errorf("%v: %s, want %s", share, got, want)
		}
	}
}
