package price

// Records are metered as the Kinesis Data Streams pricing page says: per started
// 25 KB with provisioned shards, per started KB on demand.
var kinesis = Service{
	Name:  "kinesis",
	About: "Shards and 25 KB put units, or on demand the stream-hours and the GB in and out; fan-out and retention.",
	Inputs: []Input{
		{Name: "mode", Words: []string{"on-demand", "provisioned", "advantage"}, About: "advantage: the account-wide On-demand Advantage"},
		{Name: "streams", Unit: "streams", Default: 1, About: "on-demand"},
		{Name: "shards", Unit: "shards", Default: 1, About: "provisioned"},
		{Name: "hours", Unit: "hours", Default: HoursPerMonth},
		{Name: "records", Unit: "records", Required: true},
		{Name: "record-kb", Unit: "KB", Default: 1},
		{Name: "out-gb", Unit: "GB", About: "on-demand: read by all consumers without fan-out"},
		{Name: "fan-out-consumers", Unit: "consumers", About: "provisioned"},
		{Name: "fan-out-gb", Unit: "GB", About: "read by fan-out consumers"},
		{Name: "extended-retention", Words: []string{"false", "true"}, About: "24 hours to 7 days; on-demand charges extended-gb"},
		{Name: "extended-gb", Unit: "GB", About: "on-demand: held beyond 24 hours"},
		{Name: "long-term-gb", Unit: "GB", About: "provisioned: held beyond 7 days"},
	},
	meter: func(u usage, b *bill) {
		inGB := u.n("records") * chunks(u.n("record-kb"), 1) / kbPerGB
		switch u.w("mode") {
		case "provisioned":
			shardHours := u.n("shards") * u.n("hours")
			b.fixed("shard-hours", shardHours)
			b.perRequest("put-units", u.n("records")*chunks(u.n("record-kb"), 25))
			b.fixedIfAny("fan-out-shard-hours", u.n("fan-out-consumers")*shardHours)
			b.perRequestIfAny("fan-out-gb", u.n("fan-out-gb"))
			if u.w("extended-retention") == "true" {
				b.fixed("extended-retention-shard-hours", shardHours)
			}
			b.fixedIfAny("long-term-retention-gb", u.n("long-term-gb"))
		case "advantage":
			b.perRequest("advantage-in-gb", inGB)
			b.perRequestIfAny("advantage-out-gb", u.n("out-gb")+u.n("fan-out-gb"))
		default:
			b.fixed("on-demand-stream-hours", u.n("streams")*u.n("hours"))
			b.perRequest("on-demand-in-gb", inGB)
			b.perRequestIfAny("on-demand-out-gb", u.n("out-gb"))
			b.perRequestIfAny("on-demand-fan-out-gb", u.n("fan-out-gb"))
			b.fixedIfAny("on-demand-extended-retention-gb", u.n("extended-gb"))
		}
	},
}
