package workload

import (
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/consumer"
	"fulcrum/constructs/table"
	"fulcrum/constructs/websocket"
	"fulcrum/design"
	"fulcrum/design/role"
)

// Programs of realtime, in lambdas/cmd.
const (
	functionSockets = "sockets"
	functionPush    = "push"
)

// byConnection is the index of the connections by their own ids.
const byConnection = "by-connection"

// realtimes holds how each option of realtime is defined.
var realtimes = map[string]func(*workload){
	"none":          func(*workload) {},
	"websocket-api": (*workload).socketAPI,
	"alb-websocket": (*workload).heldSockets,
}

// defineRealtime defines how people are told at once what happened.
func (w *workload) defineRealtime() { realtimes[w.Blueprint["realtime"]](w) }

// socketAPI defines the option websocket-api.
func (w *workload) socketAPI() {
	connections := w.newConnections(nil)
	_, scope := w.viewed()
	sockets := w.socketFunction(functionSockets, "Realtime-Sockets", role.Realtime, map[string]string{
		"CONNECTIONS_TABLE": *connections.Dynamo.TableName(),
		"TOKEN_ISSUER":      w.users.Issuer(),
		"TOKEN_CLIENTS":     strings.Join(w.users.ClientIDs(), ","),
		"SOCKET_SCOPE":      scope,
	})
	connections.GrantRead(sockets)
	connections.GrantWrite(sockets)
	// As many connections begin in a second as sessions do, at most one for each call.
	rate, burst := limits(w.peak().Connections / design.SecondsPerMonth * w.peak().PeakFactor)
	api := websocket.New(w.stack, "Realtime", websocket.Props{
		Handler: sockets, Rate: rate, Burst: burst,
		LogKey: w.key(design.Telemetry), LogDays: w.class(design.Telemetry).RetentionDays, Sandbox: w.Settings.Sandbox,
	})
	push := w.socketFunction(functionPush, "Realtime-Push", role.Consumer, map[string]string{
		"CONNECTIONS_TABLE": *connections.Dynamo.TableName(),
		"SOCKET_ENDPOINT":   api.Callback(),
	})
	connections.GrantRead(push)
	connections.GrantWrite(push)
	api.GrantSend(push)
	annotate.Acknowledge(push.Role(), "It sends to whoever is connected, and connections have ids that API Gateway chooses.", "AwsSolutions-IAM5[Resource::…/@connections/*]")
	w.pushEvents(push)
	w.output("SocketAddress", "Where clients connect to be told at once, with the subprotocols dinner.v1 and bearer.TOKEN", api.Endpoint())
}

// newConnections defines the table of who is connected.
func (w *workload) newConnections(about annotate.Attributes) *table.Table {
	connections := table.New(w.stack, "Connections", table.Props{
		Key: w.key(design.ReadModels), PartitionKey: "pk", SortKey: "sk", TTLAttribute: "expiresAt",
		Indexes: []table.Index{{Name: byConnection, PartitionKey: "sk"}}, RecoveryDays: 1, Sandbox: w.Settings.Sandbox,
	})
	annotate.Role(connections.Dynamo, role.Connections, annotate.Attributes{annotate.DataClass: connections.DataClass}, about)
	return connections
}

// socketFunction defines a program that works with connections.
func (w *workload) socketFunction(name, id string, r role.Role, environment map[string]string) awslambda.Function {
	environment["SYSTEM"] = w.Design.System
	return w.program(name, id, consumerTimeout, r, environment)
}

// pushEvents brings to f the events that people are told of: those of the inboxes.
func (w *workload) pushEvents(f awslambda.Function) {
	if len(w.Design.Consumer(inboxes).Events) == 0 {
		panic("realtime: there is no consumer " + inboxes + ", whose events people are told of at once; add it to the consumers, or synthesize what does without it: -c stack=Chosen")
	}
	events := slices.Clone(w.Design.Consumer(inboxes).Events)
	from := w.subscribe(functionPush, events)
	c := consumer.New(w.stack, "Realtime-Events", consumer.Props{
		Service: functionPush, Bus: from.Events, Sources: w.sources(events), Events: events,
		Function: f, FunctionTimeout: consumerTimeout, Key: from.Key, Alarms: w.alarms, Sandbox: w.Settings.Sandbox,
	})
	w.backlog = append(w.backlog, c.Delayed, c.DeadLetter.Alarm)
}

// inboxes is the consumer that keeps what people are told.
const inboxes = "notification"
