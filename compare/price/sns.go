package price

// kbPerGB counts binary units, as AWS's meters do.
const kbPerGB = 1 << 20

var sns = Service{
	Name:  "sns",
	About: "Publishes metered per started 64 KB and deliveries; a FIFO topic charges requests and GB instead.",
	Inputs: []Input{
		{Name: "type", Words: []string{"standard", "fifo"}},
		{Name: "publishes", Unit: "messages", Required: true},
		{Name: "message-kb", Unit: "KB", Default: 1},
		{Name: "sqs-lambda-deliveries", Unit: "deliveries", About: "of a standard topic"},
		{Name: "http-deliveries", Unit: "deliveries"},
		{Name: "email-deliveries", Unit: "deliveries"},
		{Name: "filtered-gb", Unit: "GB", About: "payload that a filter policy looks into"},
		{Name: "fifo-deliveries", Unit: "deliveries", About: "of a FIFO topic, to all subscriptions"},
	},
	meter: func(u usage, b *bill) {
		kb := u.n("message-kb")
		if u.w("type") == "fifo" {
			gb := chunks(kb, 1) / kbPerGB
			b.perRequest("fifo-publishes", u.n("publishes"))
			b.perRequest("fifo-publish-gb", u.n("publishes")*gb)
			b.perRequestIfAny("fifo-deliveries", u.n("fifo-deliveries"))
			b.perRequestIfAny("fifo-delivery-gb", u.n("fifo-deliveries")*gb)
			return
		}
		b.perRequest("publishes", u.n("publishes")*chunks(kb, 64))
		b.perRequestIfAny("sqs-lambda-deliveries", u.n("sqs-lambda-deliveries"))
		b.perRequestIfAny("http-deliveries", u.n("http-deliveries"))
		b.perRequestIfAny("email-deliveries", u.n("email-deliveries"))
		b.perRequestIfAny("filtered-gb", u.n("filtered-gb"))
	},
}
