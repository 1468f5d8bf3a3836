package price

var valkeyServerless = Service{
	Name:   "valkey-serverless",
	About:  "ElastiCache Serverless for Valkey: data by the GB-hour, at least 0.1 GB, and ElastiCache processing units.",
	Inputs: serverlessCacheInputs,
	meter:  func(u usage, b *bill) { b.serverlessCache(u, 0.1) },
}

var redisServerless = Service{
	Name:   "redis-serverless",
	About:  "ElastiCache Serverless for Redis OSS or Memcached: data by the GB-hour, at least 1 GB, and ElastiCache processing units.",
	Inputs: serverlessCacheInputs,
	meter:  func(u usage, b *bill) { b.serverlessCache(u, 1) },
}

var serverlessCacheInputs = []Input{
	{Name: "gb-hours", Unit: "GB-hours", Required: true},
	{Name: "ecpu", Unit: "ECPU", About: "one for each KB that a simple command moves"},
	{Name: "hours", Unit: "hours", About: "of the caches' existence; the least that is metered in them is then applied"},
}

func (b *bill) serverlessCache(u usage, leastGB float64) {
	b.fixed("gb-hours", max(u.n("gb-hours"), leastGB*u.n("hours")))
	b.perRequest("ecpu", u.n("ecpu"))
}
