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
func connections(_ *context, _ *assembly.Resource, d Demand) []Usage {
	writes := d.Load.Connections * 2 * 2
	return []Usage{
		{Part: Data, Service: "dynamodb", Formula: "each session's item and index entry, put and deleted",
			Inputs: price.Inputs{"writes": n(writes), "item-kb": n(float64(connectionBytes) / KB)}},
		{Part: Data, Service: "dynamodb", Formula: "who is connected, for each notice",
			Inputs: price.Inputs{"reads": n(d.notices()), "item-kb": n(float64(connectionBytes) / KB), "consistency": w("strong")}},
	}
}
