package price

var eventBridge = Service{
	Name:  "eventbridge",
	About: "Custom events metered per started 64 KB; archive, replay and delivery to other accounts and APIs. AWS's own events are free.",
	Inputs: []Input{
		{Name: "events", Unit: "events", Required: true},
		{Name: "event-kb", Unit: "KB", Default: 1, About: "of every event, replayed and delivered ones included"},
		{Name: "archive-gb", Unit: "GB", About: "written to archives"},
		{Name: "stored-gb", Unit: "GB", About: "held in archives"},
		{Name: "replay-events", Unit: "events"},
		{Name: "cross-account", Unit: "events", About: "delivered to other accounts"},
		{Name: "api-destinations", Unit: "events", About: "delivered to HTTP endpoints"},
		{Name: "discovered-events", Unit: "events", About: "seen by schema discovery, metered per 8 KB"},
	},
	meter: func(u usage, b *bill) {
		perEvent := chunks(u.n("event-kb"), 64)
		b.perRequest("events", u.n("events")*perEvent)
		b.perRequestIfAny("archived-gb", u.n("archive-gb"))
		b.fixedIfAny("archive-stored-gb", u.n("stored-gb"))
		b.perRequestIfAny("replayed-events", u.n("replay-events")*perEvent)
		b.perRequestIfAny("cross-account-events", u.n("cross-account")*perEvent)
		b.perRequestIfAny("api-destination-invocations", u.n("api-destinations")*perEvent)
		b.perRequestIfAny("discovered-events", u.n("discovered-events")*chunks(u.n("event-kb"), 8))
	},
}
