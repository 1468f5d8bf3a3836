package design

import (
	"strings"
	"testing"

	"fulcrum/design/catalogue"
)

// TestReadersOfTheStream wants a bus for each subdomain refused where more of them
// raise events than the stream of the store serves, with a way out, and else not.
func TestReadersOfTheStream(t *testing.T) {
	step := func(service string) Step { return Step{Service: service, Events: []Event{{Name: service}}} }
	subdomains := []Subdomain{{Name: "core", Services: []string{"a"}}, {Name: "generic", Services: []string{"b"}}, {Name: "supporting", Services: []string{"c"}}}
	for _, x := range []struct {
		bus, consistency string
		raise            []string
		with             string // of the one misfit, empty for none
		way              string
	}{
		{"single", "global-eventual", []string{"a", "b", "c"}, "", ""},
		{"per-subdomain", "eventual", []string{"a", "a", "b"}, "", ""},
		{"per-subdomain", "eventual", []string{"a", "b", "c"}, "subdomains that raise events: core, generic, supporting", "at most 2"},
		{"per-subdomain", "global-eventual", []string{"a"}, "", ""},
		{"per-subdomain", "global-eventual", []string{"a", "b"}, "consistency: global-eventual", "choose consistency: eventual"},
		{"per-subdomain", "global-eventual", []string{"a", "b", "c"}, "subdomains that raise events: core, generic, supporting", "choose bus: single"},
	} {
		d := &Design{Region: "eu-west-1", Regions: []string{"eu-central-1"}, Subdomains: subdomains, Process: []Step{{Service: "c"}}}
		for _, service := range x.raise {
			d.Process = append(d.Process, step(service))
		}
		got := d.Misfits(catalogue.Baseline().On(catalogue.Blueprint{"bus": x.bus, "consistency": x.consistency}))
		if x.with == "" {
			if len(got) > 0 {
				t.Errorf("%+v: %v", x, got)
			}
			continue
		}
		if len(got) != 1 || got[0].With.String() != x.with || !strings.Contains(got[0].String(), x.way) || !strings.Contains(got[0].Lack.Source, "read 2026") {
			t.Errorf("%+v: %v", x, got)
		}
	}
}
