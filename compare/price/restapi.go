package price

var restAPI = Service{
	Name:  "rest-api",
	About: "Requests, whatever their size, and a cache by the hour.",
	Inputs: []Input{
		{Name: "requests", Unit: "requests", Required: true},
		{
			Name: "cache-gb", About: "size of the stage's cache in GB; 0 for none",
			Words: []string{"0", "0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"},
		},
		{Name: "cache-hours", Unit: "hours", Default: HoursPerMonth},
	},
	meter: func(u usage, b *bill) {
		b.perRequest("requests", u.n("requests"))
		if size := u.w("cache-gb"); size != "0" {
			b.fixed("cache-"+size+"-gb-hours", u.n("cache-hours"))
		}
	},
}
