package price

var logs = Service{
	Name:  "logs",
	About: "CloudWatch Logs: what is taken in, what is held, and what queries scan.",
	Inputs: []Input{
		{Name: "ingest-gb", Unit: "GB", Required: true},
		{Name: "stored-gb", Unit: "GB", About: "mean of the month, compressed"},
		{Name: "scanned-gb", Unit: "GB", About: "by Logs Insights"},
		{Name: "class", Words: []string{"standard", "infrequent-access"}},
	},
	meter: func(u usage, b *bill) {
		class := u.w("class")
		b.perRequest(class+"-ingest-gb", u.n("ingest-gb"))
		b.fixedIfAny(class+"-stored-gb", u.n("stored-gb"))
		b.perRequestIfAny("scanned-gb", u.n("scanned-gb"))
	},
}
