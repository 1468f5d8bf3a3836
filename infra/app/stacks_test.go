package app

import (
	"slices"
	"strings"
	"testing"

	"fulcrum/design"
	"fulcrum/design/catalogue"
	"fulcrum/design/role"
)

func names(stacks []Stack) string {
	var all []string
	for _, s := range stacks {
		all = append(all, s.Name)
	}
	return strings.Join(all, " ")
}

func TestPlan(t *testing.T) {
	d := &design.Design{System: "Dinner", Region: "eu-west-1", Choices: map[string]string{"front-door": "alb"}}
	for _, x := range []struct{ tradeOff, stack, want, problem string }{
		{"front-door", "", "Baseline FrontDoor-RestApi FrontDoor-Alb", ""},
		{"", "FrontDoor-Alb", "FrontDoor-Alb", ""},
		{"", "Nope", "", `-c stack: unknown stack "Nope"; known: ` + strings.ReplaceAll(names(stacks(d)), " ", ", ")},
		{"nope", "", "", `-c tradeoff: unknown trade-off "nope"; known: ` + strings.Join(catalogue.IDs(), ", ")},
	} {
		got, err := Plan(d, x.tradeOff, x.stack)
		switch {
		case x.problem == "" && (err != nil || names(got) != x.want):
			t.Errorf("%q %q: %s, %v; want %s", x.tradeOff, x.stack, names(got), err, x.want)
		case x.problem != "" && (err == nil || err.Error() != x.problem):
			t.Errorf("%q %q: %v, want %s", x.tradeOff, x.stack, err, x.problem)
		}
	}
	all, err := Plan(d, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(names(all), "Baseline FrontDoor-RestApi FrontDoor-Alb ") {
		t.Errorf("not in the order of the catalogue: %s", names(all))
	}
	if last := all[len(all)-1]; last.Blueprint["front-door"] != "alb" || last.Varies != baseline {
		t.Errorf("Chosen follows %v and varies %q", last.Blueprint, last.Varies)
	}
}

// TestPlanChangesOneThing holds the rule of the catalogue: what a stack varies
// differs from it in one choice.
func TestPlanChangesOneThing(t *testing.T) {
	blueprints := map[string]catalogue.Blueprint{}
	for _, s := range planned {
		blueprints[s.Name] = s.Blueprint
	}
	for _, s := range planned {
		if s.TradeOff == "" || s.Of != "" {
			continue
		}
		from, ok := blueprints[s.Varies]
		if !ok {
			t.Errorf("%s varies %q, which is no stack", s.Name, s.Varies)
			continue
		}
		var differ []string
		// What changes only its name beside the option is the same thing.
		named := from.With(s.TradeOff, s.Option).Settled()
		for _, id := range catalogue.IDs() {
			if from[id] != s.Blueprint[id] && (id == s.TradeOff || named[id] != s.Blueprint[id]) {
				differ = append(differ, id)
			}
		}
		onGround := slices.ContainsFunc(differ, func(id string) bool { return s.Ground[id] == s.Blueprint[id] })
		if !onGround && (len(differ) != 1 || differ[0] != s.TradeOff) {
			t.Errorf("%s differs from %s in %v, want %s alone", s.Name, s.Varies, differ, s.TradeOff)
		}
	}
}

// TestPartsBelongTogether holds that each part of an option comes along, in the order
// of deployment, and says in its template what it is a part of.
func TestPartsBelongTogether(t *testing.T) {
	d, err := design.Read("../../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ tradeOff, stack, want string }{
		{"", "Perimeter-Waf", "Perimeter-Waf-Edge Perimeter-Waf"},
		{"", "Perimeter-Waf-Edge", "Perimeter-Waf-Edge Perimeter-Waf"},
		{"perimeter", "", "Baseline Perimeter-Waf-Edge Perimeter-Waf Perimeter-ResourcePolicy Perimeter-SecurityGroup Perimeter-CloudfrontGeo"},
	} {
		if got, err := Plan(d, x.tradeOff, x.stack); err != nil || names(got) != x.want {
			t.Errorf("%q %q: %s, %v; want %s", x.tradeOff, x.stack, names(got), err, x.want)
		}
	}
	for _, s := range planned {
		metadata, _ := templates[s.Name]["Metadata"].(map[string]any)
		about, _ := metadata[role.MetadataKey].(map[string]any)
		of, _ := about["of"].(string)
		part, _ := about["part"].(string)
		if of != s.Of || part != string(s.Part) || about["region"] != s.Region {
			t.Errorf("%s says it is %s of %q in %v, want %s of %q in %s", s.Name, part, of, about["region"], s.Part, s.Of, s.Region)
		}
	}
}

// TestPlanLeavesOutWhatTheDesignDoesNotFit wants an option without its lists or its
// Regions left out, unless it is chosen, and then refused.
func TestPlanLeavesOutWhatTheDesignDoesNotFit(t *testing.T) {
	d := &design.Design{System: "Dinner", Region: "eu-west-1"}
	all, err := Plan(d, "perimeter", "")
	if err != nil || names(all) != "Baseline Perimeter-Waf-Edge Perimeter-Waf" {
		t.Errorf("%s, %v", names(all), err)
	}
	d.Choices = map[string]string{"perimeter": "cloudfront-geo"}
	if _, err := Plan(d, "", ""); err == nil || !strings.Contains(err.Error(), "perimeter: cloudfront-geo cannot work with perimeter.countries: none") {
		t.Errorf("got %v", err)
	}
}

// TestPlanRefusesWhatCannotWork wants the need, the choice, the reason with its
// source, and an option that can.
func TestPlanRefusesWhatCannotWork(t *testing.T) {
	d := &design.Design{Needs: []string{"waf", "grpc"}, Choices: map[string]string{"front-door": "http-api"}}
	_, err := Plan(d, "", "")
	if err == nil {
		t.Fatal("planned")
	}
	for _, want := range []string{
		"need waf cannot be met with front-door: http-api", "AWS WAF cannot be associated with an HTTP API", "read 2026", "or front-door: rest-api",
		"need grpc cannot be met with front-door: http-api", "nothing was synthesized",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant it to say %s", err, want)
		}
	}
}
