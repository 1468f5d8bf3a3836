package slo_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/slo"
)

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Levels", func(stack awscdk.Stack) {
		slo.New(stack, "SLO", slo.Props{
			System:       "Dinner",
			Availability: 0.999,
			P95:          300 * time.Millisecond,
			P99:          800 * time.Millisecond,
			Metrics: slo.Metrics{
				Requests:    metric("RequestCount"),
				Failures:    []awscloudwatch.Metric{metric("HTTPCode_ELB_5XX_Count"), metric("HTTPCode_Target_5XX_Count")},
				Latency:     metric("TargetResponseTime"),
				LatencyUnit: time.Second,
			},
			Alarms: slo.NewTopic(stack, "Alarms", slo.TopicProps{
				Key: keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"}),
			}),
		})
	})
}

func metric(name string) awscloudwatch.Metric {
	return awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
		Namespace:     jsii.String("AWS/ApplicationELB"),
		MetricName:    jsii.String(name),
		DimensionsMap: &map[string]*string{"LoadBalancer": jsii.String("app/dinner/1")},
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Baseline"), nil)
	metric := func(name string) awscloudwatch.Metric {
		return awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
			Namespace:     jsii.String("AWS/ApiGateway"),
			MetricName:    jsii.String(name),
			DimensionsMap: &map[string]*string{"ApiId": jsii.String("a1b2c3")},
		})
	}
	slo.New(stack, "SLO", slo.Props{
		System:       "Dinner",
		Availability: 0.999,
		P95:          300 * time.Millisecond,
		P99:          800 * time.Millisecond,
		Metrics: slo.Metrics{
			Requests: metric("Count"),
			Failures: []awscloudwatch.Metric{metric("5xx")},
			Latency:  metric("Latency"),
		},
	})
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		t.Error(problem)
	}
}

// TestBurnRates holds every pair of windows against table 5-8 of The Site
// Reliability Workbook, for a service level of 99.9 %.
func TestBurnRates(t *testing.T) {
	want := map[float64]string{
		14.4: "0.0144 over 3600 s and 0.0144 over 300 s",
		6:    "0.006 over 21600 s and 0.006 over 1800 s",
		1:    "0.001 over 259200 s and 0.001 over 21600 s",
	}
	composites := template.OfType("AWS::CloudWatch::CompositeAlarm")
	if len(composites) != len(want) {
		t.Errorf("%d burn-rate alarms, want %d", len(composites), len(want))
	}
	for _, composite := range composites {
		var windows []string
		for _, part := range composite.Properties.At("AlarmRule", "Fn::Join", 1).List() {
			window, ok := template.Resources[part.At("Fn::GetAtt", 0).String()]
			if !ok {
				continue
			}
			p := window.Properties
			windows = append(windows, fmt.Sprintf("%s over %s s", p.At("Threshold"), p.At("Metrics", 1, "MetricStat", "Period")))
			if p.At("AlarmActions").Value != nil {
				t.Errorf("%s calls somebody on its own", window.ID)
			}
		}
		_, about := composite.Role()
		rate, _ := about["burn-rate"].(float64)
		if got := strings.Join(windows, " and "); got != want[rate] {
			t.Errorf("burn rate %v: %s, want %s", rate, got, want[rate])
		}
		if joined := composite.Properties.At("AlarmRule").String(); strings.Contains(joined, " OR ") || !strings.Contains(joined, " AND ") {
			t.Errorf("burn rate %v does not ask for both windows: %s", rate, joined)
		}
		heard(t, composite)
	}
}

func heard(t *testing.T, alarm synth.Resource) {
	t.Helper()
	if alarm.Properties.At("AlarmActions", 0, "Ref").String() != template.One("AWS::SNS::Topic").ID {
		t.Errorf("nobody hears of %s", alarm.ID)
	}
}

func TestServiceLevels(t *testing.T) {
	want := map[string]string{"p95": "0.3", "p99": "0.8", "availability": "0.001"}
	for _, alarm := range template.OfType("AWS::CloudWatch::Alarm") {
		_, about := alarm.Role()
		level, ok := about["service-level"].(string)
		if !ok {
			continue
		}
		if got := alarm.Properties.At("Threshold").String(); got != want[level] {
			t.Errorf("%s: %s, want %s, in seconds or as a share", level, got, want[level])
		}
		if level != "availability" && alarm.Properties.At("Metrics", 0, "MetricStat", "Stat").String() != level {
			t.Errorf("%s is measured at %s", level, alarm.Properties.At("Metrics", 0, "MetricStat", "Stat"))
		}
		heard(t, alarm)
		delete(want, level)
	}
	if len(want) != 0 {
		t.Errorf("not watched: %v", want)
	}
}

func TestEveryFailureCounts(t *testing.T) {
	const want = "IF(requests > 0, (FILL(failures0, 0) + FILL(failures1, 0)) / requests, 0)"
	expressions := 0
	for _, alarm := range template.OfType("AWS::CloudWatch::Alarm") {
		if e := alarm.Properties.At("Metrics", 0, "Expression"); e.Value != nil {
			expressions++
			if e.String() != want {
				t.Errorf("%s: %s, want %s", alarm.ID, e, want)
			}
		}
	}
	if expressions != 7 { // two for each burn rate, and availability
		t.Errorf("%d alarms on the share of failures, want 7", expressions)
	}
}

func TestTopicTakesAlarmsOfThisAccount(t *testing.T) {
	for _, s := range template.One("AWS::SNS::TopicPolicy").Properties.At("PolicyDocument", "Statement").List() {
		if s.At("Effect").Value == "Allow" && (s.At("Principal", "Service").Value != "cloudwatch.amazonaws.com" ||
			s.At("Condition", "StringEquals", "aws:SourceAccount", "Ref").Value != "AWS::AccountId") {
			t.Errorf("who may publish: %s", s)
		}
	}
	if policy := template.One("AWS::KMS::Key").Properties.At("KeyPolicy").String(); !strings.Contains(policy, "cloudwatch.amazonaws.com") {
		t.Error("alarms may not use the topic's key, so none would arrive")
	}
}

func TestDashboard(t *testing.T) {
	dashboard := template.One("AWS::CloudWatch::Dashboard")
	if name := dashboard.Properties.At("DashboardName"); name.Value != nil {
		t.Errorf("the dashboard is called %s; a second stack could not have it", name)
	}
	body := dashboard.Properties.At("DashboardBody").String()
	for _, alarm := range template.WithRole("alarm") {
		if alarm.Type != "AWS::SNS::Topic" && !strings.Contains(body, alarm.ID) {
			t.Errorf("%s is not shown", alarm.ID)
		}
	}
	for _, text := range []string{"p95 promised: 300ms", "p99 promised: 800ms", "promised: 99.9 % answered"} {
		if !strings.Contains(body, text) {
			t.Errorf("no line says %q", text)
		}
	}
}

func TestValidate(t *testing.T) {
	err := slo.Props{Availability: 0.9, P95: time.Second, P99: time.Millisecond, Metrics: slo.Metrics{LatencyUnit: -1}}.Validate()
	for _, want := range []string{
		"System: missing", "Availability: 0.9 ", "P99: 1ms", "Metrics.Requests: missing", "Metrics.Failures: missing",
		"Metrics.Latency: missing", "Metrics.LatencyUnit: -1ns",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
	if err := (slo.Props{P95: -1}).Validate(); err == nil || !strings.Contains(err.Error(), "P95: -1ns") || !strings.Contains(err.Error(), "P99: missing") {
		t.Errorf("got %v", err)
	}
}
