package workload

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"

	"fulcrum/constructs/slo"
)

// defineServiceLevels defines the alarms and the dashboard of what the design
// promises, over what the front door measures.
func (w *workload) defineServiceLevels() {
	levels := w.Design.ServiceLevels
	slo.New(w.stack, "ServiceLevels", slo.Props{
		System:       w.Design.System,
		Availability: levels.Availability,
		P95:          milliseconds(levels.P95Ms),
		P99:          milliseconds(levels.P99Ms),
		Metrics:      w.door.metrics,
		Alarms:       w.alarms,
		Others:       w.backlog,
	})
}

func seconds(s float64) time.Duration {
	return time.Duration(s * float64(time.Second)).Truncate(time.Second)
}

func milliseconds(ms float64) time.Duration {
	return time.Duration(ms * float64(time.Millisecond))
}

func metrics(list ...awscloudwatch.Metric) []awscloudwatch.Metric { return list }
