package design

import (
	"slices"
	"strings"
	"testing"

	"fulcrum/design/catalogue"
)

func TestReadsTheRepositorysDesign(t *testing.T) {
	d, err := Read("../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	routes := map[string]string{
		"Create Dinner":      "POST /dinners dinner/host dinner",
		"Reserve Seat":       "POST /dinners/{dinnerId}/reservations dinner/guest reservation",
		"Confirm Number":     "POST /dinners/{dinnerId}/confirmation dinner/host dinner",
		"Cancel Reservation": "DELETE /dinners/{dinnerId}/reservations/{reservationId} dinner/guest reservation",
		"Forget Me":          "DELETE /me dinner/guest identity",
		"Find Dinners":       "GET /dinners public search",
		"See Dinner":         "GET /dinners/{dinnerId} public dinner",
		"My Reservations":    "GET /me/reservations dinner/guest reservation",
		"My Notices":         "GET /me/notices dinner/guest notification",
	}
	for _, o := range d.Operations() {
		scope := o.Route.Scope
		if o.Route.Public {
			scope = "public" + scope
		}
		if got := o.Route.Method + " " + o.Route.Path + " " + scope + " " + o.Service; got != routes[o.Name] {
			t.Errorf("%s is %q, want %q", o.Name, got, routes[o.Name])
		}
		if o.ItemBytes <= 0 || (o.Kind == CommandKind) != (len(o.Events) > 0) {
			t.Errorf("%s: %+v", o.Name, o)
		}
		delete(routes, o.Name)
	}
	if len(routes) != 0 {
		t.Errorf("missing: %v", routes)
	}
	if l := d.Load(Base); l.Requests < 11.5e6 || l.Requests > 12.5e6 || d.ServiceLevels != (ServiceLevels{0.999, 300, 800}) {
		t.Errorf("%v requests a month, %+v", l.Requests, d.ServiceLevels)
	}
	if len(d.Conflicts()) != 0 {
		t.Errorf("conflicts: %v", d.Conflicts())
	}
}

func TestModelHelpers(t *testing.T) {
	d, err := Read("../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for event, want := range map[string]string{
		"Dinner Created": "dinner.dinner", "Dinner Full": "dinner.reservation", "Guest Forgotten": "dinner.identity", "Nothing": "",
	} {
		if got := d.EventSource(event); got != want {
			t.Errorf("source of %s is %q, want %q", event, got, want)
		}
	}
	names := func(consumers []Consumer) (all []string) {
		for _, c := range consumers {
			all = append(all, c.Name)
		}
		return all
	}
	if got := names(d.ConsumersOf("Seat Reserved")); !slices.Equal(got, []string{"notification", "search"}) {
		t.Errorf("consumers of Seat Reserved: %v", got)
	}
	if got := names(d.ConsumersOf("Dinner Full")); !slices.Equal(got, []string{"notification"}) {
		t.Errorf("consumers of Dinner Full: %v", got)
	}
	if d.Subdomain("search").Kind != "supporting" || d.Subdomain("billing").Name != "" {
		t.Error("subdomains of search and billing")
	}
	if d.DataClass(Events).RetentionDays != 90 || d.DataClass("none").Name != "" {
		t.Error("data classes events and none")
	}
	if got := d.Scopes(); !slices.Equal(got, []string{"dinner/host", "dinner/guest"}) {
		t.Errorf("scopes %v", got)
	}
	d.Needs, d.Choices = []string{"request-validation"}, map[string]string{"front-door": "alb"}
	if got := d.Conflicts(); len(got) != 1 || got[0].With != (catalogue.Choice{TradeOff: "front-door", Option: "alb"}) {
		t.Errorf("conflicts %v", got)
	}
}

// TestAStrongQueryNeedsStrongReads wants a query's consistency to be a promise: the
// blueprint must keep it, and what lags behind events must not give it.
func TestAStrongQueryNeedsStrongReads(t *testing.T) {
	d := small(t)
	d.Needs = nil
	d.Queries = []Query{{Name: "See Dinner", Aggregate: "Dinner", Consistency: "strong"}}
	got := d.Conflicts()
	if len(got) != 1 || got[0].With.String() != "consistency: eventual" {
		t.Fatalf("conflicts %v", got)
	}
	for _, want := range []string{"choose consistency: strong", "let the query See Dinner be eventual"} {
		if !strings.Contains(got[0].String(), want) {
			t.Errorf("%s\nlacks %s", got[0], want)
		}
	}
	d.Choices = map[string]string{"consistency": "strong"}
	if got := d.Conflicts(); len(got) != 0 {
		t.Errorf("conflicts with strong reads: %v", got)
	}
}

func TestUnitsAndDefaults(t *testing.T) {
	d := small(t)
	if c := d.DataClass("bookings"); c.RetentionDays != 730 {
		t.Errorf("2 years are %d days", c.RetentionDays)
	}
	if d.ServiceLevels.P99Ms != 800 || d.ServiceLevels.Availability != 0.999 || d.Capacity.Users[Peak] != 10_000 {
		t.Errorf("%+v, users %v", d.ServiceLevels, d.Capacity.Users)
	}
	step := d.Process[0]
	if step.ItemsRead != 1 || step.ItemsWritten != 1 || step.Events[0].Share != 1 || step.Events[0].Contract != 1 {
		t.Errorf("defaults: %+v", step)
	}
}
