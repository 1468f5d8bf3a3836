package slo

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/name"
	"fulcrum/design/role"
)

const day = 24 * time.Hour

// burn is a speed at which an error budget is spent, and how long to look.
type burn struct {
	id          string
	rate        float64
	long, short time.Duration
	// spent is the share of 30 days' budget that is gone when the alarm fires.
	spent string
	// then is what to do about it.
	then string
}

// burns are the recommended parameters of The Site Reliability Workbook, table
// 5-8. A share s of a 30 days' budget spent in time t is a burn rate of
// s × 720 h ÷ t: 2 % in an hour is 14.4.
var burns = []burn{
	{"FastBurn", 14.4, time.Hour, 5 * time.Minute, "2 %", "call somebody"},
	{"SteadyBurn", 6, 6 * time.Hour, 30 * time.Minute, "5 %", "call somebody"},
	{"SlowBurn", 1, 3 * day, 6 * time.Hour, "10 %", "write a ticket"},
}

func newBurnAlarm(scope constructs.Construct, p Props, b burn) awscloudwatch.CompositeAlarm {
	scope = constructs.NewConstruct(scope, jsii.String(b.id))
	composite := awscloudwatch.NewCompositeAlarm(scope, jsii.String("Resource"), &awscloudwatch.CompositeAlarmProps{
		CompositeAlarmName: jsii.String(name.InStack(scope)),
		AlarmDescription:   jsii.String(fmt.Sprintf("%s has spent %s of its month's failures in %s: %s", p.System, b.spent, span(b.long), b.then)),
		AlarmRule: awscloudwatch.AlarmRule_AllOf(
			inAlarm(newWindowAlarm(scope, p, "Long", b.rate, b.long)),
			inAlarm(newWindowAlarm(scope, p, "Short", b.rate, b.short)),
		),
	})
	annotate.Role(composite, role.Alarm, annotate.Attributes{"service-level": "availability", "burn-rate": b.rate})
	return composite
}

func inAlarm(alarm awscloudwatch.Alarm) awscloudwatch.IAlarmRule {
	return awscloudwatch.AlarmRule_FromAlarm(alarm, awscloudwatch.AlarmState_ALARM)
}

// newWindowAlarm is one half of a burn-rate alarm and calls nobody itself. Its
// one period is the whole window: CloudWatch moves it on by a minute each
// minute, or by an hour where the window is longer than a day.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
func newWindowAlarm(scope constructs.Construct, p Props, id string, rate float64, window time.Duration) awscloudwatch.Alarm {
	alarm := awscloudwatch.NewAlarm(scope, jsii.String(id), &awscloudwatch.AlarmProps{
		AlarmDescription:   jsii.String(fmt.Sprintf("%s burns its error budget at a rate of %v over %s", p.System, rate, span(window))),
		Metric:             p.failureRatio(window),
		Threshold:          jsii.Number(p.allowed(rate)),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD,
		EvaluationPeriods:  jsii.Number(1),
		TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
	annotate.Acknowledge(alarm, "It is one of two windows; the composite alarm over both tells somebody.", "NIST.800.53.R5-CloudWatchAlarmAction", "CT.CLOUDWATCH.PR.1")
	return alarm
}

func newAvailabilityAlarm(scope constructs.Construct, p Props) awscloudwatch.Alarm {
	alarm := awscloudwatch.NewAlarm(scope, jsii.String("Availability"), &awscloudwatch.AlarmProps{
		AlarmDescription:   jsii.String(fmt.Sprintf("%s answered less than %v %% of the last day's requests", p.System, 100*p.Availability)),
		Metric:             p.failureRatio(day),
		Threshold:          jsii.Number(p.allowed(1)),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD,
		EvaluationPeriods:  jsii.Number(1),
		TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
	annotate.Role(alarm, role.Alarm, annotate.Attributes{"service-level": "availability"})
	return alarm
}

func newLatencyAlarm(scope constructs.Construct, p Props, id, percentile string, promised time.Duration) awscloudwatch.Alarm {
	alarm := awscloudwatch.NewAlarm(scope, jsii.String(id), &awscloudwatch.AlarmProps{
		AlarmDescription:   jsii.String(fmt.Sprintf("%s takes longer than %v at %s", p.System, promised, percentile)),
		Metric:             p.latency(percentile),
		Threshold:          jsii.Number(p.inLatencyUnit(promised)),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD,
		EvaluationPeriods:  jsii.Number(5),
		DatapointsToAlarm:  jsii.Number(3),
		// Percentiles of a handful of requests say nothing.
		EvaluateLowSampleCountPercentile: jsii.String("ignore"),
		TreatMissingData:                 awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
	annotate.Role(alarm, role.Alarm, annotate.Attributes{"service-level": percentile})
	return alarm
}

// allowed is the share of requests that may fail at a burn rate, in billionths.
func (p Props) allowed(rate float64) float64 {
	return math.Round(rate*(1-p.Availability)*1e9) / 1e9
}

func (p Props) latency(statistic string) awscloudwatch.Metric {
	return p.Metrics.Latency.With(&awscloudwatch.MetricOptions{
		Statistic: jsii.String(statistic),
		Period:    js.Seconds(5 * time.Minute),
		Label:     jsii.String(statistic),
	})
}

func (p Props) inLatencyUnit(d time.Duration) float64 {
	return float64(d) / float64(p.Metrics.LatencyUnit)
}

// failureRatio returns the share of failed requests in each period. A metric of
// failures has no value where none happened.
func (p Props) failureRatio(period time.Duration) awscloudwatch.MathExpression {
	sum := &awscloudwatch.MetricOptions{Statistic: awscloudwatch.Stats_SUM(), Period: js.Seconds(period)}
	using := map[string]awscloudwatch.IMetric{"requests": p.Metrics.Requests.With(sum)}
	var failures []string
	for i, metric := range p.Metrics.Failures {
		name := fmt.Sprintf("failures%d", i)
		using[name] = metric.With(sum)
		failures = append(failures, "FILL("+name+", 0)")
	}
	return awscloudwatch.NewMathExpression(&awscloudwatch.MathExpressionProps{
		Expression:   jsii.String("IF(requests > 0, (" + strings.Join(failures, " + ") + ") / requests, 0)"),
		UsingMetrics: &using,
		Period:       js.Seconds(period),
		Label:        jsii.String("share of requests that failed"),
	})
}

func span(d time.Duration) string {
	switch {
	case d >= 2*day:
		return fmt.Sprintf("%d days", d/day)
	case d == time.Hour:
		return "an hour"
	case d >= time.Hour:
		return fmt.Sprintf("%d hours", d/time.Hour)
	default:
		return fmt.Sprintf("%d minutes", d/time.Minute)
	}
}
