package capability

import (
	"fmt"

	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
	"fulcrum/design/role"
)

// readCache answers with what stands between programs and the store: whose nodes they
// are, how keys find theirs, and for how long an answer is kept.
func readCache(d *door) Cell {
	caches := d.stack.OfRole(role.Cache)
	switch {
	case len(caches) == 0 && len(d.stack.OfRole(role.Store)) == 0:
		return Cell{Mark: Unknown, Text: "no store"}
	case len(caches) == 0:
		return Cell{Mark: Offered, Text: "not used: the store answers"}
	}
	r := caches[0]
	c := Cell{Mark: Yes, Text: r.Text("Engine"), Evidence: []evidence.Item{evidence.Template(r.Path(), r.Type)}}
	add := func(name, format string) {
		if value, e := fromEnvironment(d.stack, name); value != "" {
			c.Text += fmt.Sprintf(format, value)
			c.Evidence = append(c.Evidence, e)
		}
	}
	switch r.Type {
	case "AWS::ElastiCache::ServerlessCache":
		c.Text += ", serverless"
	case "AWS::ElastiCache::CacheCluster":
		c.Text = fmt.Sprintf("%s %s nodes", assembly.Text(r.Get("NumCacheNodes")), c.Text)
		add("CACHE_PLACEMENT", ", keys placed by %s")
	}
	add("CACHE_SECONDS", ", for %s s")
	add("EDGE_SECONDS", "; %s s at the edge")
	return c
}

// fromEnvironment is what programs that answer calls find in their environment.
func fromEnvironment(s *assembly.Stack, name string) (value string, e evidence.Item) {
	for _, r := range s.Resources {
		if v := r.Setting(name); v != "" {
			return v, evidence.Template(r.Path(), name+" "+v)
		}
	}
	return "", evidence.Item{}
}
