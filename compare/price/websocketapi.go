package price

var webSocketAPI = Service{
	Name:  "websocket-api",
	About: "Messages either way, metered per started 32 KB, and the minutes that connections last.",
	Inputs: []Input{
		{Name: "messages", Unit: "messages", Required: true},
		{Name: "message-kb", Unit: "KB", Default: 1},
		{Name: "connection-minutes", Unit: "minutes", About: "the sum over all connections"},
	},
	meter: func(u usage, b *bill) {
		b.perRequest("messages", u.n("messages")*chunks(u.n("message-kb"), 32))
		b.perRequest("connection-minutes", u.n("connection-minutes"))
	},
}
