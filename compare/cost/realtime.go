package cost

import (
	"fmt"

	"fulcrum/compare/assembly"
	"fulcrum/compare/price"
)

// What a session does over its WebSocket, which the design does not say.
const (
	// messagesOfSession are a ping and its pong: a session is shorter than the ten
	// minutes after which a silent connection ends.
	messagesOfSession = 2
	// callsOfSession are those of the function behind it: who may connect, connect, a
	// ping, disconnect.
	callsOfSession = 4
	// connectionBytes is an item of the table of connections.
	connectionBytes = 200
	// noticeBytes is a notice with what carries it: what a WebSocket API meters at
	// least for a message, at most.
	noticeBytes = KB
	// leaseSeconds is how often a server that holds connections says that it is there:
	// package sockets of the service.
	leaseSeconds = 30
)

// socketAPI prices a WebSocket API beside the front door.
func socketAPI(d Demand) []Usage {
	return []Usage{{
		Part: Door, Service: "websocket-api",
		Formula: fmt.Sprintf("%d messages and the minutes of each session, and each notice, as if its reader were connected", messagesOfSession),
		Inputs: price.Inputs{
			"messages": n(d.Load.Connections*messagesOfSession + d.notices()), "message-kb": n(1), "connection-minutes": n(d.connectionMinutes()),
		},
	}}
}

// notices is how many notices a month brings: two for each event, one for a guest
// and one for the host.
func (d Demand) notices() float64 { return 2 * d.Load.EventCount }

// connections prices the table of who is connected: an item and its entry in the
// index, written at the beginning and the end of each session and read for each
// notice.
func connections(c *context, _ *assembly.Resource, d Demand) []Usage {
	writes := d.Load.Connections * 2 * 2
	uses := []Usage{
		{Part: Data, Service: "dynamodb", Formula: "each session's item and index entry, put and deleted",
			Inputs: price.Inputs{"writes": n(writes), "item-kb": n(float64(connectionBytes) / KB)}},
		{Part: Data, Service: "dynamodb", Formula: "who is connected, for each notice",
			Inputs: price.Inputs{"reads": n(d.notices()), "item-kb": n(float64(connectionBytes) / KB), "consistency": w("strong")}},
		{Part: Traffic, Service: "transfer", Formula: "each notice, to the internet",
			Inputs: price.Inputs{"out-gb": n(d.notices() * noticeBytes / GB)}},
	}
	if c.stack.Holders() == nil {
		return uses
	}
	servers := c.leastServers()
	return append(uses, Usage{Part: Data, Service: "dynamodb", Fixed: true,
		Formula: fmt.Sprintf("the leases of %g servers and their index entries, put every %d s", servers, leaseSeconds),
		Inputs:  price.Inputs{"writes": n(servers * 2 * Hours * 3600 / leaseSeconds), "item-kb": n(float64(connectionBytes) / KB)}})
}

// leastServers is how many servers run always.
func (c *context) leastServers() float64 {
	for _, t := range c.stack.OfType("AWS::ApplicationAutoScaling::ScalableTarget") {
		if n, ok := t.Number("MinCapacity"); ok {
			return n
		}
	}
	for _, g := range c.stack.OfType("AWS::AutoScaling::AutoScalingGroup") {
		if n, ok := g.Number("MinSize"); ok {
			return n
		}
	}
	return 1
}
