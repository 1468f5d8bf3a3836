package design

import "testing"

func TestReadsTheRepositorysDesign(t *testing.T) {
	d, err := Read("../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if got := len(d.Operations()); got != 9 {
		t.Errorf("%d operations", got)
	}
	if got := len(d.AllEvents()); got != 7 {
		t.Errorf("%d events", got)
	}
	for event, want := range map[string]string{
		"Dinner Created": "dinner.dinner", "Seat Reserved": "dinner.reservation", "Guest Forgotten": "dinner.identity", "Nothing": "",
	} {
		if got := d.EventSource(event); got != want {
			t.Errorf("source of %s is %q, want %q", event, got, want)
		}
	}
}
