package workload

import (
	"math"
	"path"
	"slices"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/consumer"
	"fulcrum/constructs/route"
	"fulcrum/design"
	"fulcrum/design/role"
)

// functionWriter applies the commands of the queue.
const functionWriter = "writer"

// writerTimeout is what a batch of commands may take: the writer begins none that it
// has no ten seconds for.
const writerTimeout = 30 * time.Second

// queuesCommands says whether commands go to a queue.
func (w *workload) queuesCommands() bool { return w.Blueprint["access-pattern"] == "write-heavy" }

// queued returns the commands that go to the queue: those that change the design's
// first aggregate, whose id orders them. Others are answered as they come.
func (w *workload) queued() []design.OperationLoad {
	return slices.DeleteFunc(slices.Clone(w.peak().Operations), func(o design.OperationLoad) bool {
		return o.Kind != design.CommandKind || o.Aggregate != w.Design.Aggregates[0].Name
	})
}

// commandQueue returns the queue of commands and what applies them, defining both on
// first use; nil where commands are answered at once.
func (w *workload) commandQueue() *consumer.Ordered {
	if !w.queuesCommands() || w.commands != nil {
		return w.commands
	}
	environment := w.storeEnvironment()
	if s := w.saga(); s != nil {
		environment["RESERVATION_SAGA"] = s.ARN()
	}
	f := w.newFunction(w.Settings.Functions, functionWriter, "Commands-Writer", writerTimeout, role.Writer, environment, false).Lambda
	w.grantChanges(f)
	w.letSeal(f)
	if s := w.saga(); s != nil {
		s.GrantRun(f)
	}
	rate, names := 0.0, []string{}
	for _, o := range w.queued() {
		rate, names = rate+o.PeakRPS, append(names, o.Name)
	}
	w.commands = consumer.NewOrdered(w.stack, "Commands", consumer.Props{
		Service: functionWriter, Function: f, FunctionTimeout: writerTimeout,
		// What waits in it is what the aggregate will be told.
		Key:            w.key(w.storeClass()),
		MaxConcurrency: concurrency(rate, milliseconds(w.Design.Capacity.ServiceMs)),
		Retention:      w.commandRetention(),
		Alarms:         w.alarms,
		Sandbox:        w.Settings.Sandbox,
	}, names)
	f.AddEnvironment(jsii.String("COMMAND_DEAD_LETTERS"), w.commands.DeadLetter.SQS.QueueUrl(), nil)
	w.backlog = append(w.backlog, w.commands.Delayed, w.commands.DeadLetter.Alarm)
	if w.private() {
		w.network().Reach(consumer.Interfaces()...)
	}
	return w.commands
}

// commandRetention is how long a command waits at most: longer than it may take to be
// applied, so that the writer sees it once more and can say that it was too late.
func (w *workload) commandRetention() time.Duration {
	const day, usual = 24, 4
	return time.Duration(max(usual, 1+int(math.Ceil(w.Design.Capacity.IdempotencyHours/day)))) * day * time.Hour
}

// letSend lets a program put commands on the queue.
func (w *workload) letSend(runsAs awsiam.IGrantable) {
	if q := w.commandQueue(); q != nil {
		q.GrantSend(runsAs)
	}
}

// commandRoutes are the routes on which the outcome of a command is asked for: one for
// each scope that sends some.
func (w *workload) commandRoutes() []route.Route {
	if !w.queuesCommands() {
		return nil
	}
	var routes []route.Route
	for _, o := range w.queued() {
		rate, burst := limits(o.PeakRPS)
		at := "/commands/" + path.Base(o.Route.Scope) + "/{command}"
		if i := slices.IndexFunc(routes, func(r route.Route) bool { return r.Path == at }); i >= 0 {
			routes[i].Rate, routes[i].Burst = routes[i].Rate+rate, routes[i].Burst+burst
			continue
		}
		routes = append(routes, route.Route{Method: "GET", Path: at, Scope: o.Route.Scope, Rate: rate, Burst: burst})
	}
	return routes
}
