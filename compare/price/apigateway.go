package price

// cacheSizes are the sizes that API Gateway offers, in GB.
var cacheSizes = []string{"0", "0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"}

var restAPI = Service{
	Name:  "rest-api",
	About: "Requests, whatever their size, and a cache by the hour.",
	Inputs: []Input{
		{Name: "requests", Unit: "requests", Required: true},
		{Name: "cache-gb", Words: cacheSizes, About: "size of the stage's cache in GB; 0 for none"},
		{Name: "cache-hours", Unit: "hours", Default: HoursPerMonth},
	},
	meter: func(u usage, b *bill) {
		b.perRequest("requests", u.n("requests"))
		if size := u.w("cache-gb"); size != "0" {
			b.fixed("cache-"+size+"-gb-hours", u.n("cache-hours"))
		}
	},
}

var httpAPI = Service{
	Name:  "http-api",
	About: "Requests, metered per started 512 KB.",
	Inputs: []Input{
		{Name: "requests", Unit: "requests", Required: true},
		{Name: "request-kb", Unit: "KB", Default: 1, About: "request and response bodies are metered in steps of 512 KB"},
	},
	meter: func(u usage, b *bill) {
		b.perRequest("requests", u.n("requests")*chunks(u.n("request-kb"), 512))
	},
}

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
