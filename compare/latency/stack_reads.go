package latency

import (
	"strconv"

	"fulcrum/compare/assembly"
	"fulcrum/design/role"
)

// gib is the gibibyte that AWS means by a GB of memory.
const gib = 1 << 30

// answers reads the caches that keep answers which are alike for everybody: at the
// edge, and in front of the store. How many they answer follows from the popularity of
// the design's answers, for how long one is kept and how much room there is.
func (m *Model) answers(s *assembly.Stack, demand Demand, a *Assumptions) {
	edge := m.edge(s, a)
	cache := m.cache(s, a)
	if !edge && !cache {
		return
	}
	for _, c := range demand.Calls {
		if c.Shared && c.Share > 0 {
			m.Work.Answers = append(m.Work.Answers, Answer{
				Share: c.Share, Kinds: c.Kinds, Bytes: c.Bytes, Skew: ZipfExponent(c.Kinds, demand.HotShare, a.number("data.hot-requests")),
			})
		}
	}
	if len(m.Work.Answers) == 0 { // nothing that a cache may keep
		m.Work.Cache, m.Door.Edge = Cache{}, Edge{}
		return
	}
	m.noteHits(s, demand)
}

// edge reads whether a distribution before the door keeps answers as long as compute
// says.
func (m *Model) edge(s *assembly.Stack, a *Assumptions) bool {
	for _, r := range s.Resources {
		seconds, err := strconv.ParseFloat(r.Setting("EDGE_SECONDS"), 64)
		if err != nil || seconds <= 0 {
			continue
		}
		for _, h := range s.Hops() {
			if h.From.Type == "AWS::CloudFront::Distribution" && h.To.Role == role.FrontDoor {
				m.Door.Edge = Edge{
					Time: a.dist("cloudfront.hit"), Overhead: a.dist("cloudfront.overhead"), Seconds: seconds, Places: a.number("cloudfront.places"),
				}
				return true
			}
		}
	}
	return false
}

// cache reads the cache in front of the store, for how long it keeps an answer and for
// how many it has room.
func (m *Model) cache(s *assembly.Stack, a *Assumptions) bool {
	caches := s.OfRole(role.Cache)
	if len(caches) == 0 {
		return false
	}
	c := Cache{Time: a.dist("cache.time"), Entry: a.number("cache.entry-overhead")}
	for _, r := range s.Resources {
		if v, err := strconv.ParseFloat(r.Setting("CACHE_SECONDS"), 64); err == nil {
			c.Seconds = v
		}
	}
	if c.Seconds == 0 {
		c.Seconds = a.number("cache.seconds")
	}
	for _, r := range caches {
		c.Room += room(r, a)
	}
	c.Room *= a.number("cache.usable")
	m.Work.Cache = c
	return true
}

// room is the memory of a cache in bytes, 0 where nothing bounds it or nobody says how
// much its nodes have.
func room(r *assembly.Resource, a *Assumptions) float64 {
	if gb, ok := r.Number("CacheUsageLimits", "DataStorage", "Maximum"); ok {
		return gb * gib
	}
	name := r.Text("CacheNodeType") + ".memory"
	if _, ok := a.Get(name); !ok {
		return 0
	}
	nodes, ok := r.Number("NumCacheNodes")
	if !ok {
		nodes = 1
	}
	return nodes * a.number(name) * gib
}

// noteHits says what the caches answer at the busiest minute.
func (m *Model) noteHits(s *assembly.Stack, demand Demand) {
	busiest := *m
	busiest.Arrivals = demand.Arrivals().Busiest()
	p := busiest.prepared()
	kinds, bytes := 0, 0.0
	for _, x := range m.Work.Answers {
		kinds += x.Kinds
		bytes += float64(x.Kinds) * (x.Bytes + m.Work.Cache.Entry)
	}
	if e := p.Door.Edge; e.Seconds > 0 {
		for _, r := range s.OfType("AWS::CloudFront::Distribution") {
			m.read(r, "DistributionConfig", "the edge keeps an answer for %g s and gives %.3g %% of the reads that are alike for everybody, in the busiest minute", e.Seconds, 100*e.Hits)
			break
		}
	}
	if c := p.Work.Cache; !c.Time.IsZero() {
		r := s.OfRole(role.Cache)[0]
		if c.Room > 0 {
			m.read(r, "", "room for %.3g MB; all %d answers take %.3g MB", c.Room/(1<<20), kinds, bytes/(1<<20))
		}
		m.read(r, "", "a cache before the store keeps an answer for %g s and gives %.3g %% of those reads that reach it, in the busiest minute", c.Seconds, 100*c.Hits)
	}
}

// personKeys is the data class of a table with a data key for each person.
const personKeys = "person-keys"

// persons reads whether texts about persons are sealed with a key for each.
func (m *Model) persons(s *assembly.Stack, demand Demand, a *Assumptions) {
	for _, r := range s.OfRole(role.Store) {
		if r.DataClass() != personKeys {
			continue
		}
		p := Persons{
			Alias: a.dist("dynamodb.read-strong"), Key: sum(a.dist("dynamodb.read-strong"), a.dist("kms.decrypt")),
			AtOnce: int(a.number("persons.at-once")), Kinds: max(1, demand.items(a)), Seconds: a.number("persons.remembered"),
			Calls: demand.SessionCalls, Session: demand.SessionSeconds,
		}
		p.Skew = ZipfExponent(p.Kinds, demand.HotShare, a.number("data.hot-requests"))
		reads := demand.of(func(c Call) bool { return !c.Write })
		p.Tokens = demand.of(func(c Call) bool { return !c.Write && c.Token }) / max(reads, 1e-12)
		for _, c := range demand.Calls {
			if !c.Write && c.Share > 0 && (c.Aggregates || c.Shared) {
				p.Opened = append(p.Opened, Opening{Share: c.Share / reads, Keys: c.Items})
			}
		}
		m.Work.Persons = p
		m.read(r, "", "a key for each person: reads open what %d persons told, with keys that a process remembers for %g s", p.Kinds, p.Seconds)
		return
	}
}
