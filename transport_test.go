package fulcrum

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fulcrum/lambdas/faults"
)

var update = flag.Bool("update", false, "rewrite lambdas/faults/transport.json and docs/erasure.md from what they follow from")

// resource is what this test reads of a template's resource.
type resource struct {
	Type     string
	Metadata struct {
		Fulcrum struct{ Role, Service, Subdomain string } `json:"fulcrum"`
	}
	Properties json.RawMessage
}

// TestTransportIsTheBaselines holds the transport that the fault harness plays to
// the one that the baseline deploys: filter, template, rules, sizes and bounds, and
// what the options add that change it.
// The service knows nothing of infra, so it has a copy of them.
func TestTransportIsTheBaselines(t *testing.T) {
	raw, err := os.ReadFile("infra/app/testdata/Baseline.json")
	if err != nil {
		t.Fatal(err)
	}
	var template struct{ Resources map[string]resource }
	if err := json.Unmarshal(raw, &template); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	result := transport(t, template.Resources)
	result.Subdomains = subdomains(t, added(t, "Bus-PerSubdomain"), result.Pipe)
	result.Commands = commands(t, added(t, "AccessPattern-WriteHeavy"))
	result.Outbox = outbox(t, added(t, "Consistency-GlobalStrong"))
	if err := encoder.Encode(result); err != nil {
		t.Fatal(err)
	}
	const path = "lambdas/faults/transport.json"
	want := text.Bytes()
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil { //nolint:gosec // a file of the repository
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the baseline deploys; run go test . -update. -file +template:\n%s", path, cmp.Diff(string(got), string(want)))
	}
}

// ref is a reference to another resource's ARN.
type ref struct {
	GetAtt []string `json:"Fn::GetAtt"`
}

func transport(t *testing.T, resources map[string]resource) faults.Transport {
	var result faults.Transport
	consumers := map[string]*faults.ConsumerSettings{}
	of := func(service string) *faults.ConsumerSettings {
		if consumers[service] == nil {
			consumers[service] = &faults.ConsumerSettings{Service: service}
		}
		return consumers[service]
	}
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		switch r := resources[id]; r.Metadata.Fulcrum.Role {
		case "pipe":
			if result.Pipe.Template != "" {
				t.Fatal("the baseline has two pipes")
			}
			result.Pipe = pipe(t, r)
		case "rule":
			var p struct{ EventPattern json.RawMessage }
			properties(t, r, &p)
			of(r.Metadata.Fulcrum.Service).Pattern = p.EventPattern
		case "queue":
			var p struct {
				RedrivePolicy     struct{ MaxReceiveCount int }
				VisibilityTimeout int
			}
			properties(t, r, &p)
			c := of(r.Metadata.Fulcrum.Service)
			c.MaxReceives, c.VisibilityTimeoutSeconds = p.RedrivePolicy.MaxReceiveCount, p.VisibilityTimeout
			mapping(t, resources, id, c)
		}
	}
	for _, service := range slices.Sorted(maps.Keys(consumers)) {
		c := *consumers[service]
		if len(c.Pattern) == 0 || c.MaxReceives < 1 || c.BatchSize < 1 || c.Concurrency < 1 || c.VisibilityTimeoutSeconds < 1 {
			t.Errorf("consumer %s is incomplete: %+v", service, c)
		}
		result.Consumers = append(result.Consumers, c)
	}
	if result.Pipe.Template == "" || len(result.Consumers) == 0 {
		t.Error("the baseline has no pipe or no consumer")
	}
	return result
}

func pipe(t *testing.T, r resource) faults.PipeSettings {
	var p struct {
		SourceParameters struct {
			FilterCriteria           struct{ Filters []struct{ Pattern string } }
			DynamoDBStreamParameters struct {
				BatchSize, MaximumRetryAttempts, MaximumRecordAgeInSeconds int
				OnPartialBatchItemFailure, StartingPosition                string
			}
		}
		TargetParameters struct {
			InputTemplate                 string
			EventBridgeEventBusParameters struct{ Source, DetailType string }
		}
	}
	properties(t, r, &p)
	stream, target := p.SourceParameters.DynamoDBStreamParameters, p.TargetParameters
	filters := p.SourceParameters.FilterCriteria.Filters
	if len(filters) != 1 || stream.OnPartialBatchItemFailure != "AUTOMATIC_BISECT" || stream.StartingPosition != "TRIM_HORIZON" {
		t.Fatalf("package faults plays a pipe with one filter that halves failing batches from the oldest on, not %+v", p)
	}
	return faults.PipeSettings{
		Filter: json.RawMessage(filters[0].Pattern), Template: target.InputTemplate,
		Source: target.EventBridgeEventBusParameters.Source, DetailType: target.EventBridgeEventBusParameters.DetailType,
		BatchSize: stream.BatchSize, Retries: stream.MaximumRetryAttempts, MaxAgeSeconds: stream.MaximumRecordAgeInSeconds,
	}
}

// mapping reads how the queue with the given id is handed to its function.
func mapping(t *testing.T, resources map[string]resource, id string, c *faults.ConsumerSettings) {
	for _, r := range resources {
		if r.Type != "AWS::Lambda::EventSourceMapping" {
			continue
		}
		var p struct {
			BatchSize             int
			EventSourceArn        ref
			FunctionResponseTypes []string
			ScalingConfig         struct{ MaximumConcurrency int }
		}
		properties(t, r, &p)
		if slices.Contains(p.EventSourceArn.GetAtt, id) {
			if !slices.Contains(p.FunctionResponseTypes, "ReportBatchItemFailures") {
				t.Errorf("%s: the function's report of failed items is not asked for", c.Service)
			}
			c.BatchSize, c.Concurrency = p.BatchSize, p.ScalingConfig.MaximumConcurrency
		}
	}
}

func properties(t *testing.T, r resource, into any) {
	if err := json.Unmarshal(r.Properties, into); err != nil {
		t.Fatalf("%s: %v", r.Type, err)
	}
}

// added returns the resources that an option's stack adds to the baseline's.
func added(t *testing.T, stack string) map[string]resource {
	t.Helper()
	raw, err := os.ReadFile("infra/app/testdata/" + stack + ".diff.json")
	if err != nil {
		t.Fatal(err)
	}
	var difference struct {
		Added []struct {
			ID, Type string
			Body     resource
		}
	}
	if err := json.Unmarshal(raw, &difference); err != nil {
		t.Fatal(err)
	}
	resources := map[string]resource{}
	for _, r := range difference.Added {
		r.Body.Type = r.Type
		resources[r.ID] = r.Body
	}
	return resources
}

// commands reads the queue of commands and how it is handed to its writer.
func commands(t *testing.T, resources map[string]resource) faults.CommandSettings {
	for id, r := range resources {
		if r.Metadata.Fulcrum.Role != "queue" {
			continue
		}
		var p struct {
			RedrivePolicy     struct{ MaxReceiveCount int }
			VisibilityTimeout int
		}
		properties(t, r, &p)
		var c faults.ConsumerSettings
		mapping(t, resources, id, &c)
		return faults.CommandSettings{
			BatchSize: c.BatchSize, Concurrency: c.Concurrency, MaxReceives: p.RedrivePolicy.MaxReceiveCount, VisibilityTimeoutSeconds: p.VisibilityTimeout,
		}
	}
	t.Fatal("write-heavy has no queue")
	return faults.CommandSettings{}
}

// outbox reads how the option global-strong hands its stream to the function that hands
// events on.
func outbox(t *testing.T, resources map[string]resource) faults.OutboxSettings {
	for _, r := range resources {
		if r.Type != "AWS::Lambda::EventSourceMapping" {
			continue
		}
		var p struct {
			BatchSize, MaximumRetryAttempts int
			MaximumRecordAgeInSeconds       *int
			BisectBatchOnFunctionError      bool
			FunctionResponseTypes           []string
			StartingPosition                string
			FilterCriteria                  struct{ Filters []struct{ Pattern string } }
			DestinationConfig               struct{ OnFailure struct{ Destination ref } }
		}
		properties(t, r, &p)
		if len(p.FilterCriteria.Filters) != 1 || !p.BisectBatchOnFunctionError || p.StartingPosition != "TRIM_HORIZON" ||
			!slices.Contains(p.FunctionResponseTypes, "ReportBatchItemFailures") || p.MaximumRecordAgeInSeconds != nil ||
			len(p.DestinationConfig.OnFailure.Destination.GetAtt) == 0 {
			t.Fatalf("package faults plays a mapping with one filter, that halves batches, takes reports of failed records and has dead letters, not %+v", p)
		}
		return faults.OutboxSettings{Filter: json.RawMessage(p.FilterCriteria.Filters[0].Pattern), BatchSize: p.BatchSize, Retries: p.MaximumRetryAttempts}
	}
	t.Fatal("global-strong has no mapping")
	return faults.OutboxSettings{}
}

// subdomains reads the buses of the option per-subdomain: the pipes to them, which
// differ from the baseline's in their filter, and the rules between them. Consumers
// listen on the bus that no pipe publishes on.
func subdomains(t *testing.T, resources map[string]resource, like faults.PipeSettings) faults.Subdomains {
	var result faults.Subdomains
	name := func(id string) string { return resources[id].Metadata.Fulcrum.Subdomain }
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		switch r := resources[id]; {
		case r.Metadata.Fulcrum.Role == "pipe":
			var p struct{ Target ref }
			properties(t, r, &p)
			settings := pipe(t, r)
			result.Pipes = append(result.Pipes, faults.BusPipe{Bus: name(p.Target.GetAtt[0]), Filter: settings.Filter})
			settings.Filter = like.Filter
			if diff := cmp.Diff(like, settings); diff != "" {
				t.Errorf("the pipe %s differs from the baseline's in more than its filter: %s", id, diff)
			}
		case r.Metadata.Fulcrum.Role == "rule" && r.Metadata.Fulcrum.Service == "":
			var p struct {
				EventBusName struct{ Ref string }
				EventPattern json.RawMessage
				Targets      []struct{ Arn ref }
			}
			properties(t, r, &p)
			result.Forwards = append(result.Forwards, faults.ForwardSettings{From: name(p.EventBusName.Ref), To: name(p.Targets[0].Arn.GetAtt[0]), Pattern: p.EventPattern})
			result.Consumers = name(p.Targets[0].Arn.GetAtt[0])
		}
	}
	if len(result.Pipes) < 2 || len(result.Forwards) < 2 {
		t.Errorf("per-subdomain has %d pipes and %d rules between buses", len(result.Pipes), len(result.Forwards))
	}
	for _, f := range result.Forwards {
		if f.To != result.Consumers {
			t.Errorf("events are sent on to %s and to %s, and package faults plays one bus that consumers listen on", f.To, result.Consumers)
		}
	}
	return result
}
