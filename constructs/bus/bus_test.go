package bus_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/bus"
	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/slo"
)

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Buses", func(stack awscdk.Stack) {
		telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
		bus.New(stack, "Bus", bus.Props{
			Key:         keys.New(stack, "Events", keys.Props{DataClass: "events"}),
			Description: "Domain events of Dinner",
			ArchiveDays: 30,
			LogKey:      telemetry,
			LogDays:     100,
			Alarms:      slo.NewTopic(stack, "Alarms", slo.TopicProps{Key: telemetry}),
		})
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Baseline"), nil)
	bus.New(stack, "Bus", bus.Props{
		Key:         keys.New(stack, "Events", keys.Props{DataClass: "events"}),
		Description: "Domain events of Dinner",
		ArchiveDays: 30,
	})
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		t.Error(problem)
	}
}

func TestBus(t *testing.T) {
	events := template.WithRole("bus")[0]
	key := `{"Fn::GetAtt":["` + template.WithRole("key")[0].ID + `","Arn"]}`
	for _, x := range []struct {
		what string
		got  synth.Node
		want string
	}{
		{"key of the bus", events.Properties.At("KmsKeyIdentifier"), key},
		{"log of the bus", events.Properties.At("LogConfig"), `{"IncludeDetail":"NONE","Level":"ERROR"}`},
		{"dead letters", events.Properties.At("DeadLetterConfig", "Arn", "Fn::GetAtt", 0), template.WithRole("dead-letter")[0].ID},
		{"key of the archive", template.One("AWS::Events::Archive").Properties.At("KmsKeyIdentifier"), key},
		{"days in the archive", template.One("AWS::Events::Archive").Properties.At("RetentionDays"), "30"},
		{"days in the log, rounded down", template.One("AWS::Logs::LogGroup").Properties.At("RetentionInDays"), "90"},
		{"name of the log", template.One("AWS::Logs::LogGroup").Properties.At("LogGroupName"), "null"},
	} {
		if x.got.String() != x.want {
			t.Errorf("%s: %s, want %s", x.what, x.got, x.want)
		}
	}
	if got := template.One("AWS::Events::Archive").DeletionPolicy; got == "Retain" {
		t.Error("the archive would stay and keep the bus from being deleted")
	}
}

func TestBusRefusesOtherAccounts(t *testing.T) {
	s := template.One("AWS::Events::EventBusPolicy").Properties.At("Statement")
	if s.At("Effect").Value != "Deny" || s.At("Action").Value != "events:PutEvents" ||
		s.At("Condition").String() != `{"BoolIfExists":{"aws:PrincipalIsAWSService":"false"},"StringNotEquals":{"aws:PrincipalAccount":{"Ref":"AWS::AccountId"}}}` {
		t.Errorf("the bus's policy is %s", s)
	}
}

func TestDeadLettersComeFromTheBus(t *testing.T) {
	policy := template.One("AWS::SQS::QueuePolicy").Properties.At("PolicyDocument").String()
	want := `{"Action":"sqs:SendMessage","Condition":{"ArnEquals":{"aws:SourceArn":{"Fn::GetAtt":["` + template.WithRole("bus")[0].ID + `","Arn"]}}},"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"}`
	if !strings.Contains(policy, want) {
		t.Errorf("the bus may not send to its dead-letter queue: %s", policy)
	}
	alarm := template.WithRole("alarm")
	if len(alarm) != 2 { // the topic and the alarm
		t.Fatalf("%d resources with role alarm, want 2", len(alarm))
	}
	watched := template.One("AWS::CloudWatch::Alarm").Properties
	if watched.At("AlarmActions", 0, "Ref").String() != template.One("AWS::SNS::Topic").ID || watched.At("Threshold").Value != 0.0 {
		t.Errorf("nobody hears of a dead letter: %s", watched)
	}
}

func TestLogIsDelivered(t *testing.T) {
	source, destination := template.One("AWS::Logs::DeliverySource"), template.One("AWS::Logs::DeliveryDestination")
	delivery := template.One("AWS::Logs::Delivery").Properties
	for _, x := range []struct {
		what string
		got  synth.Node
		want string
	}{
		{"what", source.Properties.At("LogType"), "ERROR_LOGS"},
		{"whose", source.Properties.At("ResourceArn", "Fn::GetAtt", 0), template.WithRole("bus")[0].ID},
		{"where to", destination.Properties.At("DestinationResourceArn", "Fn::GetAtt", 0), template.WithRole("logs")[0].ID},
		{"from", delivery.At("DeliverySourceName", "Ref"), source.ID},
		{"to", delivery.At("DeliveryDestinationArn", "Fn::GetAtt", 0), destination.ID},
	} {
		if x.got.String() != x.want {
			t.Errorf("%s: %s, want %s", x.what, x.got, x.want)
		}
	}
	if name := source.Properties.At("Name").Deployed("FrontDoor-RestApi", ""); !strings.HasPrefix(name, "FrontDoor-RestApi-") || len(name) > 60 {
		t.Errorf("the delivery is called %q; want the stack's name first and 60 characters at most", name)
	}
}

func TestValidate(t *testing.T) {
	err := bus.Props{LogDays: -1, Description: strings.Repeat("x", 513)}.Validate()
	for _, want := range []string{"Key: missing", "ArchiveDays: missing", "LogDays: -1", "Description: 513"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
	if err := (bus.Props{ArchiveDays: -3}).Validate(); err == nil || !strings.Contains(err.Error(), "ArchiveDays: -3") {
		t.Errorf("got %v", err)
	}
}
