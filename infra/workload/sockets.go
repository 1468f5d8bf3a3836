package workload

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/route"
	"fulcrum/constructs/table"
	"fulcrum/design"
	"fulcrum/design/role"
)

const (
	// socketPath is where clients connect. The load balancer lets it pass: it reads a
	// token in the header Authorization, which a browser cannot set for a WebSocket, so
	// the service verifies the one that comes as a subprotocol.
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-verify-jwt.html
	socketPath = "/live"
	// socketPort is where servers take what is sent to their connections.
	socketPort = 8081
	// socketIdle is how long the load balancer keeps a silent connection; servers ping
	// three times meanwhile.
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
	socketIdle = time.Minute
	socketPing = socketIdle / 3
	// A server that ECS or the group takes out of service is deregistered first. For as
	// long as drain says it gets no new connections and keeps those it has; then the
	// load balancer ends them, and the signal to stop comes. One that is stopped for
	// another reason gets the signal at once and tells its clients to connect again.
	// Clients have to in both cases.
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-connection-draining.html

	// socketsOfServer is how many connections a server takes. One took 53 KB over TLS,
	// server and client in one process (2,000 connections on loopback), so that the
	// server's share of 4,000 is less than 212 MB of the smallest task's 512. Servers
	// are added when they hold socketTarget on average.
	socketsOfServer = 4000
	socketTarget    = 0.6 * socketsOfServer
)

// socketServers is what the option alb-websocket has of servers.
type socketServers struct {
	connections *table.Table
	members     awsec2.ISecurityGroup
}

// holds says whether servers hold WebSockets.
func (w *workload) holds() bool { return w.Blueprint["realtime"] == "alb-websocket" }

// heldSockets defines the option alb-websocket, but for what servers need of it. The
// function that sends stands in the network, and its security group alone is let in
// where servers take messages.
func (w *workload) heldSockets() {
	s := w.socketServers()
	push := w.newFunction(w.Settings.Functions, functionPush, "Realtime-Push", consumerTimeout, role.Consumer, map[string]string{
		"SYSTEM": w.Design.System, "CONNECTIONS_TABLE": *s.connections.Dynamo.TableName(),
	}, true)
	s.connections.GrantRead(push.Lambda)
	s.connections.GrantWrite(push.Lambda)
	port := awsec2.Port_Tcp(jsii.Number(socketPort))
	push.SecurityGroup.AddEgressRule(s.members, port, jsii.String("Servers that hold connections"), nil)
	s.members.AddIngressRule(push.SecurityGroup, port, jsii.String("Who sends to connections"), nil)
	w.pushEvents(push.Lambda)
	w.output("SocketAddress", "Where clients connect to be told at once, with the subprotocols dinner.v1 and bearer.TOKEN",
		strings.Replace(w.door.endpoint, "https://", "wss://", 1)+socketPath)
}

// socketServers returns the table of who is connected to which server, defining it on
// first use.
func (w *workload) socketServers() *socketServers {
	if w.sockets == nil {
		w.sockets = &socketServers{connections: w.newConnections(annotate.Attributes{"held-by": "servers", "each": socketsOfServer, "tls": leastTLS})}
	}
	return w.sockets
}

// socketEnvironment adds to the environment of servers what they need to hold
// WebSockets.
func (w *workload) socketEnvironment(environment map[string]string) {
	if !w.holds() {
		return
	}
	environment["CONNECTIONS_TABLE"] = *w.socketServers().connections.Dynamo.TableName()
	environment["SOCKET_PORT"] = strconv.Itoa(socketPort)
	environment["SOCKET_LIMIT"] = strconv.Itoa(socketsOfServer)
	environment["SOCKET_PING_SECONDS"] = strconv.Itoa(int(socketPing.Seconds()))
}

// openSockets lets servers keep who is connected to them, and makes their number
// follow that of the connections, which each writes into its log.
func (w *workload) openSockets(members awsec2.ISecurityGroup, as awsiam.IGrantable, log awslogs.ILogGroup, scaleBy func(string, awscloudwatch.IMetric, float64)) {
	if !w.holds() {
		return
	}
	s := w.socketServers()
	s.members = members
	s.connections.GrantRead(as)
	s.connections.GrantWrite(as)
	held := awslogs.NewMetricFilter(w.stack, jsii.String("Held"), &awslogs.MetricFilterProps{
		LogGroup: log, FilterPattern: awslogs.FilterPattern_NumberValue(jsii.String("$.held"), jsii.String(">="), jsii.Number(0)),
		MetricNamespace: awscdk.Aws_STACK_NAME(), MetricName: jsii.String("ConnectionsOfServer"), MetricValue: jsii.String("$.held"),
	})
	annotate.Role(held, role.Alarm)
	scaleBy("Connections", held.Metric(&awscloudwatch.MetricOptions{Statistic: awscloudwatch.Stats_AVERAGE(), Period: awscdk.Duration_Minutes(jsii.Number(1))}), socketTarget)
}

// holders is how many servers hold the connections of the busiest second of a load:
// Little's law, L = λW, with one connection to a session.
func (w *workload) holders(load design.Load) int {
	if !w.holds() {
		return 0
	}
	open := load.Connections / design.SecondsPerMonth * load.PeakFactor * w.Design.Capacity.SessionSeconds
	return int(math.Ceil(open / socketTarget))
}

// socketRoutes is the route that clients connect by.
func (w *workload) socketRoutes() []route.Route {
	if !w.holds() {
		return nil
	}
	return []route.Route{{Method: "GET", Path: socketPath, Public: true}}
}

// idleTimeout is how long the load balancer keeps a silent connection; 0 for what it
// does by itself.
func (w *workload) idleTimeout() time.Duration {
	if !w.holds() {
		return 0
	}
	return socketIdle
}

// innerPort is where servers take what is not for the load balancer; 0 for nowhere.
func (w *workload) innerPort() int {
	if !w.holds() {
		return 0
	}
	return socketPort
}
