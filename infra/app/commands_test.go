package app

import (
	"slices"
	"strings"
	"testing"
)

const writeHeavy = "AccessPattern-WriteHeavy"

// TestWriteHeavy wants commands in a FIFO queue with the throughput of each group,
// handed out in batches whose failures are reported, given up to a FIFO queue with an
// alarm, under the key of what they will become, and their outcomes asked for.
func TestWriteHeavy(t *testing.T) {
	r := router{t: t, resources: resources(templates[writeHeavy])}
	var queue, dead string
	for id, q := range r.resources {
		if q["Type"] != "AWS::SQS::Queue" || property(q, "FifoQueue") == nil {
			continue
		}
		if property(q, "RedrivePolicy") == nil {
			dead = id
			continue
		}
		queue = id
		for name, want := range map[string]any{
			"FifoQueue": true, "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId", "VisibilityTimeout": 180.0, "MessageRetentionPeriod": 345600.0,
		} {
			if property(q, name) != want {
				t.Errorf("%s is %v, want %v", name, property(q, name), want)
			}
		}
		// Lambda hands out ten messages of a group at once: what waits behind one that
		// fails five times has been received ten times more at the most.
		if most, _ := property(q, "RedrivePolicy", "maxReceiveCount").(float64); most < 5+10 {
			t.Errorf("what waits is given up after %v receives", most)
		}
		if !strings.Contains(text(t, property(q, "KmsMasterKeyId")), "Keybookings") {
			t.Errorf("commands lie under %s", text(t, property(q, "KmsMasterKeyId")))
		}
	}
	if queue == "" || dead == "" || target(property(r.resources[queue], "RedrivePolicy", "deadLetterTargetArn")) != dead {
		t.Fatalf("queue %q, dead letters %q", queue, dead)
	}
	var writer string
	for _, m := range r.ofType("AWS::Lambda::EventSourceMapping") {
		if target(property(m, "EventSourceArn")) != queue {
			continue
		}
		writer = target(property(m, "FunctionName"))
		if property(m, "BatchSize") != 10.0 || property(m, "MaximumBatchingWindowInSeconds") != nil || !strings.Contains(text(t, property(m, "FunctionResponseTypes")), "ReportBatchItemFailures") {
			t.Errorf("batches: %s", text(t, m["Properties"]))
		}
	}
	if writer == "" || target(property(r.resources[writer], "Environment", "Variables", "COMMAND_DEAD_LETTERS")) != dead {
		t.Errorf("the writer %q does not know the dead letters", writer)
	}
	if timeout, _ := property(r.resources[writer], "Timeout").(float64); timeout != 30 {
		t.Errorf("a batch may take %v s, and is hidden for 180", timeout)
	}
	if got := text(t, apiSettings(t, writeHeavy)["COMMAND_QUEUE"]); !strings.Contains(got, queue) {
		t.Errorf("the API sends to %s", got)
	}
	senders := map[string][]string{}
	for id, policy := range r.resources {
		if policy["Type"] != "AWS::IAM::Policy" {
			continue
		}
		statements, _ := property(policy, "PolicyDocument", "Statement").([]any)
		for _, one := range statements {
			statement, _ := one.(map[string]any)
			if statement["Action"] == "sqs:SendMessage" {
				to := target(statement["Resource"])
				senders[to] = append(senders[to], id[:3])
			}
		}
	}
	if !slices.Equal(senders[queue], []string{"Api"}) || !slices.Equal(senders[dead], []string{"Com"}) || len(senders) != 2 {
		t.Errorf("who sends: %v", senders)
	}
	watched := map[string]string{}
	for _, a := range r.ofType("AWS::CloudWatch::Alarm") {
		if dimensions, ok := property(a, "Dimensions").([]any); ok && len(dimensions) == 1 && property(a, "AlarmActions") != nil {
			watched[target(dimensions[0].(map[string]any)["Value"])] = property(a, "MetricName").(string)
		}
	}
	if watched[queue] != "ApproximateAgeOfOldestMessage" || watched[dead] != "ApproximateNumberOfMessagesVisible" {
		t.Errorf("watched: %v and %v", watched[queue], watched[dead])
	}
	var asked []string
	for _, route := range r.ofType("AWS::ApiGatewayV2::Route") {
		if key, _ := property(route, "RouteKey").(string); strings.Contains(key, "/commands/") {
			asked = append(asked, key+" "+text(t, property(route, "AuthorizationScopes")))
		}
	}
	slices.Sort(asked)
	if want := []string{`GET /commands/guest/{command} ["dinner/guest"]`, `GET /commands/host/{command} ["dinner/host"]`}; !slices.Equal(asked, want) {
		t.Errorf("outcomes are asked for at %v", asked)
	}
}

// TestWriteHeavyChangesOneThing wants nothing in the option's difference but the queue,
// what applies its commands, who sends them and where their outcomes are asked for.
func TestWriteHeavyChangesOneThing(t *testing.T) {
	changesOnly(t, writeHeavy, []string{"Commands", "FrontDoorGETcommands"}, []string{"Api", "FrontDoorStage", "ServiceLevelsDashboard"})
}
