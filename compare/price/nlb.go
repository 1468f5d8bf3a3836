package price

// capacityUnit is what one network load balancer capacity unit (NLCU) carries of
// a protocol, besides 1 GB an hour: the Elastic Load Balancing pricing page.
var capacityUnit = map[string]struct{ newPerSecond, active float64 }{
	"tcp": {800, 100_000},
	"udp": {400, 50_000},
	"tls": {50, 3_000},
}

var nlb = Service{
	Name:  "nlb",
	About: "Hours, and NLCU-hours: the largest of new connections, active connections and bytes, of one protocol.",
	Also:  []string{"public-ipv4"},
	Inputs: []Input{
		loadBalancerHours,
		{Name: "protocol", Words: []string{"tcp", "udp", "tls"}},
		{Name: "new-connections-per-second", Unit: "connections/s", About: "or flows: 800 an NLCU for tcp, 400 for udp, 50 for tls"},
		{Name: "active-connections-per-minute", Unit: "connections", About: "or flows: 100,000 an NLCU for tcp, 50,000 for udp, 3,000 for tls"},
		{Name: "gb-per-hour", Unit: "GB/h", About: "1 GB an NLCU"},
		publicIPv4s,
	},
	meter: func(u usage, b *bill) {
		hours, unit := u.n("hours"), capacityUnit[u.w("protocol")]
		nlcu := max(
			u.n("new-connections-per-second")/unit.newPerSecond,
			u.n("active-connections-per-minute")/unit.active,
			u.n("gb-per-hour"),
		)
		b.fixed("load-balancer-hours", hours)
		b.perRequest("nlcu-hours", nlcu*hours)
		b.fixedIfAny("public-ipv4-hours", u.n("public-ipv4")*hours)
	},
}
