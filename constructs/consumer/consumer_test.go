package consumer_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/bus"
	"fulcrum/constructs/consumer"
	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/slo"
)

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Consumers", func(stack awscdk.Stack) {
		telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
		telemetry.AllowLogGroups()
		events := keys.New(stack, "Events", keys.Props{DataClass: "events"})
		inline := func(id string) awslambda.Function {
			return awslambda.NewFunction(stack, jsii.String(id), &awslambda.FunctionProps{
				Runtime: awslambda.Runtime_NODEJS_24_X(),
				Handler: jsii.String("index.handler"),
				Code:    awslambda.Code_FromInline(jsii.String("exports.handler = async () => ({ batchItemFailures: [] })")),
				LogGroup: awslogs.NewLogGroup(stack, jsii.String(id+"Log"), &awslogs.LogGroupProps{
					EncryptionKey: telemetry.KMS,
				}),
			})
		}
		consumer.NewOrdered(stack, "Commands", consumer.Props{
			Service: "writer", Function: inline("Writer"), FunctionTimeout: 30 * time.Second, Retention: 48 * time.Hour, Key: events,
		}, []string{"Reserve Seat"})
		consumer.New(stack, "Notification", consumer.Props{
			Service:         "notification",
			Bus:             bus.New(stack, "Bus", bus.Props{Key: events, ArchiveDays: 30, LogKey: telemetry}).Events,
			Sources:         []string{"dinner.reservation", "dinner.dinner"},
			Events:          []string{"Seat Reserved", "Number Confirmed"},
			Function:        inline("Function"),
			FunctionTimeout: 20 * time.Second,
			BatchSize:       50,
			BatchWindow:     5 * time.Second,
			MaxConcurrency:  7,
			MaxDelay:        time.Minute,
			Key:             events,
			Alarms:          slo.NewTopic(stack, "Alarms", slo.TopicProps{Key: telemetry}),
		})
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Baseline"), nil)
	var (
		events       awsevents.IEventBus
		notification awslambda.IFunction
	)
	consumer.New(stack, "Notification", consumer.Props{
		Service:         "notification",
		Bus:             events,
		Sources:         []string{"dinner.reservation"},
		Events:          []string{"Seat Reserved"},
		Function:        notification,
		FunctionTimeout: 30 * time.Second,
		Key:             keys.New(stack, "Events", keys.Props{DataClass: "events"}),
	})
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		t.Error(problem)
	}
}

func of(t *testing.T, role string) synth.Resource {
	t.Helper()
	var list []synth.Resource
	for _, r := range template.WithRole(role) {
		if _, about := r.Role(); about["service"] == "notification" {
			list = append(list, r)
		}
	}
	if len(list) == 0 {
		t.Fatalf("notification has no %s", role)
	}
	return list[0]
}

func TestRule(t *testing.T) {
	rule := of(t, "rule")
	target := rule.Properties.At("Targets", 0)
	for _, x := range []struct {
		what string
		got  synth.Node
		want string
	}{
		{"events", rule.Properties.At("EventPattern"), `{"detail-type":["Seat Reserved","Number Confirmed"],"source":["dinner.reservation","dinner.dinner"]}`},
		{"bus", rule.Properties.At("EventBusName", "Ref"), template.WithRole("bus")[0].ID},
		{"queue", target.At("Arn", "Fn::GetAtt", 0), of(t, "queue").ID},
		{"targets", synth.Node{Value: float64(len(rule.Properties.At("Targets").List()))}, "1"},
	} {
		if x.got.String() != x.want {
			t.Errorf("%s: %s, want %s", x.what, x.got, x.want)
		}
	}
	undelivered := target.At("DeadLetterConfig", "Arn", "Fn::GetAtt", 0).String()
	if kind, _ := template.Resources[undelivered].Role(); kind != "dead-letter" {
		t.Errorf("an event that cannot be delivered goes to %q", undelivered)
	}
	_, about := rule.Role()
	if events := (synth.Node{Value: about["events"]}).String(); events != `["Seat Reserved","Number Confirmed"]` {
		t.Errorf("the rule is recorded for %s", events)
	}
}

// TestOnlyTheRuleSends looks at every queue of the consumer that EventBridge
// sends to: the rule itself must be the condition, not the account.
func TestOnlyTheRuleSends(t *testing.T) {
	rule := `{"ArnEquals":{"aws:SourceArn":{"Fn::GetAtt":["` + of(t, "rule").ID + `","Arn"]}}}`
	sends := map[string]bool{}
	for _, policy := range template.OfType("AWS::SQS::QueuePolicy") {
		for _, s := range policy.Properties.At("PolicyDocument", "Statement").List() {
			if s.At("Effect").Value == "Allow" && s.At("Condition").String() == rule && s.At("Action").Value == "sqs:SendMessage" {
				sends[policy.Properties.At("Queues", 0, "Ref").String()] = true
			}
		}
	}
	undelivered := of(t, "rule").Properties.At("Targets", 0, "DeadLetterConfig", "Arn", "Fn::GetAtt", 0).String()
	if !sends[of(t, "queue").ID] || !sends[undelivered] || len(sends) != 2 {
		t.Errorf("the rule may send to %v, want its queue and its dead-letter queue", sends)
	}
}

func TestQueue(t *testing.T) {
	queue := of(t, "queue").Properties
	dead := queue.At("RedrivePolicy", "deadLetterTargetArn", "Fn::GetAtt", 0).String()
	for _, x := range []struct {
		what string
		got  synth.Node
		want string
	}{
		{"visibility, 6 x 20 s and the window", queue.At("VisibilityTimeout"), "125"},
		{"receives", queue.At("RedrivePolicy", "maxReceiveCount"), "5"},
		{"days among the dead", template.Resources[dead].Properties.At("MessageRetentionPeriod"), "1209600"},
	} {
		if x.got.String() != x.want {
			t.Errorf("%s: %s, want %s", x.what, x.got, x.want)
		}
	}
	if kind, _ := template.Resources[dead].Role(); kind != "dead-letter" {
		t.Errorf("a message that fails goes to %q", dead)
	}
}

func TestMapping(t *testing.T) {
	var mapping synth.Node
	for _, m := range template.OfType("AWS::Lambda::EventSourceMapping") {
		if m.Properties.At("BatchSize").String() == "50" {
			mapping = m.Properties
		}
	}
	for _, x := range []struct {
		what string
		got  synth.Node
		want string
	}{
		{"queue", mapping.At("EventSourceArn", "Fn::GetAtt", 0), of(t, "queue").ID},
		{"function", mapping.At("FunctionName", "Ref"), of(t, "consumer").ID},
		{"partial failures", mapping.At("FunctionResponseTypes"), `["ReportBatchItemFailures"]`},
		{"batch", mapping.At("BatchSize"), "50"},
		{"window", mapping.At("MaximumBatchingWindowInSeconds"), "5"},
		{"concurrency", mapping.At("ScalingConfig", "MaximumConcurrency"), "7"},
	} {
		if x.got.String() != x.want {
			t.Errorf("%s: %s, want %s", x.what, x.got, x.want)
		}
	}
}

func TestAlarms(t *testing.T) {
	got := map[string]string{}
	for _, alarm := range template.OfType("AWS::CloudWatch::Alarm") {
		_, about := alarm.Role()
		if about["service"] != "notification" {
			continue
		}
		watched := alarm.Properties.At("Dimensions", 0, "Value", "Fn::GetAtt", 0).String()
		got[watched] = alarm.Properties.At("MetricName").String() + " > " + alarm.Properties.At("Threshold").String()
		if alarm.Properties.At("AlarmActions", 0, "Ref").String() != template.One("AWS::SNS::Topic").ID {
			t.Errorf("nobody hears of %s", alarm.ID)
		}
	}
	const dead, old = "ApproximateNumberOfMessagesVisible > 0", "ApproximateAgeOfOldestMessage > 60"
	want := map[string]string{
		of(t, "queue").ID: old,
		of(t, "queue").Properties.At("RedrivePolicy", "deadLetterTargetArn", "Fn::GetAtt", 0).String(): dead,
		of(t, "rule").Properties.At("Targets", 0, "DeadLetterConfig", "Arn", "Fn::GetAtt", 0).String(): dead,
	}
	for queue, alarm := range want {
		if got[queue] != alarm {
			t.Errorf("%s is watched for %q, want %q", queue, got[queue], alarm)
		}
	}
}

func TestValidate(t *testing.T) {
	err := consumer.Props{
		Events:          []string{"Seat Reserved", "", "Seat Reserved"},
		FunctionTimeout: time.Hour,
		BatchSize:       11,
		MaxConcurrency:  1,
		MaxReceives:     1001,
		MaxDelay:        -time.Second,
	}.Validate()
	for _, want := range []string{
		"Service: missing", "Bus: missing", "Function: missing", "Key: missing", "Sources: missing", "Events[1]: empty",
		`Events[2]: "Seat Reserved" is there twice`, "FunctionTimeout: 1h0m0s", "BatchWindow: 0s", "MaxConcurrency: 1 ", "MaxReceives: 1001", "MaxDelay: -1s",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
	if err := (consumer.Props{}).Validate(); err == nil || !strings.Contains(err.Error(), "FunctionTimeout: missing") {
		t.Errorf("got %v", err)
	}
}
