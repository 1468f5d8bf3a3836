package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fulcrum/design"
)

// TestEveryEventReachesEachConsumerOnce follows every event of the design through
// the pipes, the rules and the buses of every template, as EventBridge routes it:
// into each queue that a consumer reads it from once, and into no other.
func TestEveryEventReachesEachConsumerOnce(t *testing.T) {
	d, err := design.Read("../../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, stack := range systems() {
		r := router{t: t, resources: resources(templates[stack.Name])}
		for _, event := range d.AllEvents() {
			got := r.published(event.Source, event.Name)
			for _, c := range d.Consumers {
				want := 0
				if slices.Contains(c.Events, event.Name) {
					want = 1
				}
				if n := got["Consumer"+c.Name]; n != want {
					t.Errorf("%s: %s reaches %s %d times, want %d", stack.Name, event.Name, c.Name, n, want)
				}
			}
		}
	}
}

// router routes events through a template.
type router struct {
	t         *testing.T
	resources map[string]map[string]any
}

// published returns how often an event that the store's stream shows comes into
// the queue of each consumer.
func (r router) published(source, name string) map[string]int {
	got := map[string]int{}
	for _, pipe := range r.ofType("AWS::Pipes::Pipe") {
		if r.passes(pipe, name) {
			r.onto(target(property(pipe, "Target")), source, name, 0, got)
		}
	}
	for _, f := range r.ofType("AWS::Lambda::Function") { // in the place of a pipe
		bus := property(f, "Environment", "Variables", "EVENT_BUS")
		names, limited := property(f, "Environment", "Variables", "EVENTS").(string)
		if bus != nil && (!limited || slices.Contains(strings.Split(names, ","), name)) {
			r.onto(target(bus), source, name, 0, got)
		}
	}
	return got
}

// passes reports whether a pipe's filter lets an event through.
func (r router) passes(pipe map[string]any, name string) bool {
	criteria, _ := json.Marshal(property(pipe, "SourceParameters", "FilterCriteria", "Filters")) //nolint:errchkjson // it came from JSON
	var filters []struct{ Pattern string }
	if err := json.Unmarshal(criteria, &filters); err != nil || len(filters) != 1 {
		r.t.Fatalf("filters %s: %v", criteria, err)
	}
	var pattern struct {
		DynamoDB struct {
			NewImage map[string]struct{ S []string }
		}
	}
	if err := json.Unmarshal([]byte(filters[0].Pattern), &pattern); err != nil {
		r.t.Fatal(err)
	}
	names, limited := pattern.DynamoDB.NewImage["type"]
	return !limited || slices.Contains(names.S, name)
}

// onto puts an event onto a bus. What has been sent on by a rule is not sent on
// again; and no rule of ours asks for that.
func (r router) onto(bus, source, name string, sentOn int, got map[string]int) {
	if sentOn > 1 {
		r.t.Errorf("%s is sent on twice, which EventBridge does not do", name)
		return
	}
	for _, rule := range r.ofType("AWS::Events::Rule") {
		if target(property(rule, "EventBusName")) != bus || !listed(property(rule, "EventPattern", "source"), source) || !listed(property(rule, "EventPattern", "detail-type"), name) {
			continue
		}
		targets, _ := property(rule, "Targets").([]any)
		for _, one := range targets {
			to := target(one.(map[string]any)["Arn"])
			switch kind := r.resources[to]["Type"]; kind {
			case "AWS::SQS::Queue":
				got[strings.TrimRight(to, "0123456789ABCDEF")]++
			case "AWS::Events::EventBus":
				r.accepts(to, source)
				r.onto(to, source, name, sentOn+1, got)
			default:
				r.t.Logf("%s goes to a %v", name, kind)
			}
		}
	}
}

// accepts reports a bus whose own policy keeps out what is sent on to it.
func (r router) accepts(bus, source string) {
	for _, policy := range r.ofType("AWS::Events::EventBusPolicy") {
		if known := property(policy, "Statement", "Condition", "ForAnyValue:StringNotEquals", "events:source"); target(property(policy, "EventBusName")) == bus && known != nil && !listed(known, source) {
			r.t.Errorf("%s refuses what comes from %s", bus, source)
		}
	}
}

func (r router) ofType(kind string) []map[string]any {
	var list []map[string]any
	for _, resource := range r.resources {
		if resource["Type"] == kind {
			list = append(list, resource)
		}
	}
	return list
}

// property returns a property of a resource by its path.
func property(resource map[string]any, path ...string) any {
	value := resource["Properties"]
	for _, name := range path {
		m, _ := value.(map[string]any)
		value = m[name]
	}
	return value
}

// target returns the logical id that a value refers to.
func target(value any) string {
	m, _ := value.(map[string]any)
	if id, ok := m["Ref"].(string); ok {
		return id
	}
	pair, _ := m["Fn::GetAtt"].([]any)
	return fmt.Sprint(append(pair, "")[0])
}

func listed(list any, value string) bool {
	values, _ := list.([]any)
	return slices.Contains(values, any(value))
}

// TestBusPerSubdomain wants of each subdomain's bus what the one bus has: a key,
// an archive, a queue of dead letters, and the schemas of what it publishes.
func TestBusPerSubdomain(t *testing.T) {
	all := resources(templates["Bus-PerSubdomain"])
	r := router{t: t, resources: all}
	archived, keys, letters := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, archive := range r.ofType("AWS::Events::Archive") {
		archived[target(property(archive, "SourceArn"))] = true
	}
	buses := 0
	for id, resource := range all {
		if resource["Type"] != "AWS::Events::EventBus" {
			continue
		}
		buses++
		keys[target(property(resource, "KmsKeyIdentifier"))] = true
		letters[target(property(resource, "DeadLetterConfig", "Arn"))] = true
		if !archived[id] {
			t.Errorf("%s has no archive", id)
		}
	}
	if buses != 3 || len(keys) != 3 || len(letters) != 3 {
		t.Errorf("%d buses with %d keys and %d dead-letter queues, want 3 of each", buses, len(keys), len(letters))
	}
	if one, each := len(router{t: t, resources: resources(templates[baseline])}.ofType("AWS::EventSchemas::Schema")), len(r.ofType("AWS::EventSchemas::Schema")); one != each {
		t.Errorf("%d schemas, one bus has %d", each, one)
	}
	if registries := len(r.ofType("AWS::EventSchemas::Registry")); registries != 2 {
		t.Errorf("%d registries, want one for each subdomain that raises events", registries)
	}
}
