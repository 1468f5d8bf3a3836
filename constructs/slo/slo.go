// Package slo defines the alarms and the dashboard that watch a system's service
// levels: latency at the 95th and 99th percentile, and availability.
//
// Availability is watched by how fast its error budget burns. A burn rate of 1
// spends exactly the failures that the service level allows in 30 days; each of
// three alarms asks for a burn rate over a long window, and over a short one
// too, so that it ends soon after the failures do. The figures are those that
// Google recommends: The Site Reliability Workbook, chapter 5, table 5-8. With few
// requests a single failure is a high rate; the chapter says what can be done.
//
// https://sre.google/workbook/alerting-on-slos/
package slo

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/props"
)

// Props configures an SLO. The zero value of an optional field means its default.
type Props struct {
	// System is the name of what is watched, for example "Dinner". Required.
	System string
	// Availability is the promised share of answered requests in a month, for
	// example 0.999; over 0.931 and under 1. Required.
	Availability float64
	// P95 and P99 are the promised response times. Required.
	P95, P99 time.Duration
	// Metrics are what the front door reports. Required.
	Metrics Metrics
	// Alarms hears of every breach. Default: nobody.
	Alarms awssns.ITopic
	// Others are further alarms to show on the dashboard, for example those of
	// queues. Default: none.
	Others []awscloudwatch.IAlarm
}

// Metrics are the metrics of a front door. Their statistics and periods are the
// SLO's to choose and are ignored here.
type Metrics struct {
	// Requests counts requests. Required.
	Requests awscloudwatch.Metric
	// Failures count requests that failed by the system's fault. They are added
	// up, for some doors count their own apart from their target's. At least one
	// is required.
	Failures []awscloudwatch.Metric
	// Latency measures responses. Required.
	Latency awscloudwatch.Metric
	// LatencyUnit is the unit of Latency: API Gateway measures in milliseconds,
	// a load balancer in seconds. Default: time.Millisecond.
	LatencyUnit time.Duration
}

// SLO is the alarms and the dashboard of a system's service levels.
type SLO struct {
	// P95 and P99 are in alarm while the percentile is over its promise in three
	// of five spans of five minutes.
	P95, P99 awscloudwatch.Alarm
	// Availability is in alarm while the share of answered requests in the last
	// day is under the promise.
	Availability awscloudwatch.Alarm
	// Burns are the burn-rate alarms, fastest first.
	Burns     []awscloudwatch.CompositeAlarm
	Dashboard awscloudwatch.Dashboard
}

// New defines an SLO called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *SLO {
	props.Must("slo", id, p.Validate())
	p = p.withDefaults()
	scope = constructs.NewConstruct(scope, jsii.String(id))

	s := &SLO{
		P95:          newLatencyAlarm(scope, p, "P95", "p95", p.P95),
		P99:          newLatencyAlarm(scope, p, "P99", "p99", p.P99),
		Availability: newAvailabilityAlarm(scope, p),
	}
	for _, b := range burns {
		s.Burns = append(s.Burns, newBurnAlarm(scope, p, b))
	}
	s.Dashboard = newDashboard(scope, p, s)
	if p.Alarms != nil {
		action := awscloudwatchactions.NewSnsAction(p.Alarms)
		s.P95.AddAlarmAction(action)
		s.P99.AddAlarmAction(action)
		s.Availability.AddAlarmAction(action)
		for _, burn := range s.Burns {
			burn.AddAlarmAction(action)
		}
	}
	return s
}

func (p Props) withDefaults() Props {
	if p.Metrics.LatencyUnit == 0 {
		p.Metrics.LatencyUnit = time.Millisecond
	}
	return p
}

// leastAvailability is where the fastest burn rate would need every request to
// fail, and more: 1 - 1/14.4.
const leastAvailability = 0.931

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.System != "", "System")
	if p.Availability == 0 {
		found.Required(false, "Availability")
	} else {
		found.Check(p.Availability > leastAvailability && p.Availability < 1, "Availability",
			"%v is not over %v and under 1; give a share such as 0.999", p.Availability, leastAvailability)
	}
	duration(&found, "P95", p.P95)
	duration(&found, "P99", p.P99)
	found.Check(p.P95 <= p.P99 || p.P99 <= 0, "P99", "%v is under P95, %v; a higher percentile takes at least as long", p.P99, p.P95)
	found.Required(p.Metrics.Requests != nil, "Metrics.Requests")
	found.Required(len(p.Metrics.Failures) > 0, "Metrics.Failures")
	for _, failures := range p.Metrics.Failures {
		found.Required(failures != nil, "Metrics.Failures")
	}
	found.Required(p.Metrics.Latency != nil, "Metrics.Latency")
	found.Check(p.Metrics.LatencyUnit >= 0, "Metrics.LatencyUnit", "%v is negative; give time.Second or time.Millisecond", p.Metrics.LatencyUnit)
	return found.Err()
}

func duration(found *props.Problems, field string, d time.Duration) {
	found.Required(d != 0, field)
	found.Check(d >= 0, field, "%v is negative; give how long a response may take", d)
}
