package slo

import (
	"fmt"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/js"
	"fulcrum/design/role"
)

// columns is the width of a dashboard.
const columns = 24

// newDashboard defines a dashboard without a name of its own, for names are
// unique in an account.
func newDashboard(scope constructs.Construct, p Props, s *SLO) awscloudwatch.Dashboard {
	dashboard := awscloudwatch.NewDashboard(scope, jsii.String("Dashboard"), &awscloudwatch.DashboardProps{
		DefaultInterval: js.Seconds(3 * day),
		PeriodOverride:  awscloudwatch.PeriodOverride_INHERIT,
	})
	annotate.Role(dashboard, role.Dashboard)
	dashboard.AddWidgets(awscloudwatch.NewAlarmStatusWidget(&awscloudwatch.AlarmStatusWidgetProps{
		Title:  jsii.String(p.System + ": service levels"),
		Alarms: s.alarms(p.Others),
		Width:  jsii.Number(columns),
		Height: jsii.Number(3),
	}))
	dashboard.AddWidgets(
		graph("Latency", []awscloudwatch.IMetric{p.latency("p50"), p.latency("p95"), p.latency("p99")},
			line(p.inLatencyUnit(p.P95), fmt.Sprintf("p95 promised: %v", p.P95)),
			line(p.inLatencyUnit(p.P99), fmt.Sprintf("p99 promised: %v", p.P99))),
		graph("Failures", []awscloudwatch.IMetric{p.failureRatio(time.Hour)},
			line(p.allowed(1), fmt.Sprintf("promised: %v %% answered", 100*p.Availability)),
			line(p.allowed(burns[0].rate), fmt.Sprintf("a burn rate of %v", burns[0].rate))),
		graph("Requests", []awscloudwatch.IMetric{p.Metrics.Requests.With(&awscloudwatch.MetricOptions{
			Statistic: awscloudwatch.Stats_SUM(), Period: js.Seconds(5 * time.Minute), Label: jsii.String("requests in 5 minutes"),
		})}),
	)
	return dashboard
}

func (s *SLO) alarms(others []awscloudwatch.IAlarm) *[]interfacesawscloudwatch.IAlarmRef {
	list := []interfacesawscloudwatch.IAlarmRef{s.P95, s.P99, s.Availability}
	for _, burn := range s.Burns {
		list = append(list, burn)
	}
	for _, other := range others {
		list = append(list, other)
	}
	return &list
}

func graph(title string, metrics []awscloudwatch.IMetric, lines ...*awscloudwatch.HorizontalAnnotation) awscloudwatch.GraphWidget {
	return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{
		Title:           jsii.String(title),
		Left:            &metrics,
		LeftAnnotations: &lines,
		LeftYAxis:       &awscloudwatch.YAxisProps{Min: jsii.Number(0)},
		Width:           jsii.Number(columns / 3),
		Height:          jsii.Number(6),
	})
}

func line(value float64, label string) *awscloudwatch.HorizontalAnnotation {
	return &awscloudwatch.HorizontalAnnotation{Value: jsii.Number(value), Label: jsii.String(label)}
}
