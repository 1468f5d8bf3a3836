package price

var elasticacheNode = Service{
	Name:  "elasticache-node",
	About: "ElastiCache nodes by the hour.",
	Inputs: []Input{
		{Name: "nodes", Unit: "nodes", Required: true},
		{
			Name: "type", AnyWord: true, About: "any type that the price book knows",
			Words: []string{"cache.t4g.micro", "cache.t4g.small", "cache.t4g.medium", "cache.m7g.large", "cache.r7g.large"},
		},
		{Name: "engine", Words: []string{"valkey", "redis", "memcached"}},
		{Name: "hours", Unit: "hours", Default: HoursPerMonth, About: "of each node; AWS charges a started hour as a whole one"},
	},
	meter: func(u usage, b *bill) {
		b.fixed(u.w("type")+"-"+u.w("engine")+"-hours", u.n("nodes")*u.n("hours"))
	},
}
