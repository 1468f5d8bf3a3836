package price

var sqs = Service{
	Name:  "sqs",
	About: "Requests of any kind, metered per started 64 KB.",
	Inputs: []Input{
		{Name: "requests", Unit: "requests", Required: true, About: "sends, receives, deletes; a batch is one request"},
		{Name: "message-kb", Unit: "KB", Default: 1, About: "of a request, all the messages of a batch together"},
		{Name: "type", Words: []string{"standard", "fifo", "fair"}, About: "fair: a standard queue with message group ids"},
	},
	meter: func(u usage, b *bill) {
		requests := u.n("requests") * chunks(u.n("message-kb"), 64)
		switch u.w("type") {
		case "fifo":
			b.perRequest("fifo-requests", requests)
		case "fair":
			b.perRequest("standard-requests", requests)
			b.perRequest("fair-queue-requests", requests)
		default:
			b.perRequest("standard-requests", requests)
		}
	},
}
