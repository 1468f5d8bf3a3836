package workload

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"fulcrum/constructs/loadbalancer"
	"fulcrum/constructs/release"
	"fulcrum/constructs/restapi"
	"fulcrum/design/role"
)

// functionPreTraffic checks a new version before it gets traffic.
const functionPreTraffic = "pretraffic"

// Names of the two variants of the service, in the header variantHeader of its
// answers and in its metrics.
const (
	currentVariant = "current"
	nextVariant    = "next"
)

const (
	// share is the percentage of traffic that the next variant gets.
	share = 10
	// loyal is how long a client stays with the variant it met first: a day.
	loyal = 24 * time.Hour
)

// hasVariants says whether two variants of the service run side by side.
func (w *workload) hasVariants() bool {
	switch w.Blueprint["release"] {
	case "routes", "canary", "weighted":
		return true
	}
	return false
}

// variantName is what a variant is called where there are two; empty elsewhere.
func (w *workload) variantName(name string) string {
	if w.hasVariants() {
		return name
	}
	return ""
}

// next defines the next variant of the service, from the programs that the settings
// name; nil where there is none. It reads and writes what the current one does.
func (w *workload) next() awslambda.IFunction {
	if !w.hasVariants() {
		return nil
	}
	directory := w.Settings.Functions
	if w.Settings.Variant != "" {
		directory = w.Settings.Variant
	}
	f := w.apiFunction("ApiNext", directory, nextVariant).Lambda
	w.useTables(f)
	return f
}

// released returns what gets the traffic of a function: with the option alias, the
// alias that CodeDeploy moves to a new version.
func (w *workload) released(f awslambda.Function) awslambda.IFunction {
	if w.Blueprint["release"] != "alias" {
		return f
	}
	r := release.New(w.stack, "Release", release.Props{
		Function: f,
		Check:    w.preTraffic(),
		Alarms:   w.alarms,
	})
	w.backlog = append(w.backlog, r.Failing)
	return r.Live
}

// preTraffic defines the function that checks a new version.
func (w *workload) preTraffic() awslambda.Function {
	return w.program(functionPreTraffic, "PreTraffic", 30*time.Second, role.Release, map[string]string{"SYSTEM": w.Design.System})
}

// canary returns the share of a REST API's traffic that the next variant gets; nil
// with other options.
func (w *workload) canary() *restapi.Canary {
	if w.Blueprint["release"] != "canary" {
		return nil
	}
	return &restapi.Canary{Handler: w.next(), Percent: share}
}

// split returns how a load balancer tells the variants apart; nil with other
// options.
func (w *workload) split() *loadbalancer.Split {
	switch w.Blueprint["release"] {
	case "routes":
		return &loadbalancer.Split{Handler: w.next(), Prefix: "/" + nextVariant, Header: variantHeader, Value: nextVariant}
	case "weighted":
		return &loadbalancer.Split{Handler: w.next(), Percent: share, Loyal: loyal}
	}
	return nil
}

// variantHeader is where a client asks for a variant, and is told which one answered.
const variantHeader = "X-Variant"
