package latency

import (
	"fmt"
	"math"

	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
	"fulcrum/design/role"
)

// regions reads what other Regions have to do with a request: a table that is strongly
// consistent over them, and parts that serve a share of the clients there. The limits
// are then those of all serving Regions, and their load is the design's.
func (m *Model) regions(whole *assembly.Stack, demand Demand, a *Assumptions) {
	s := whole.Main()
	w := &m.Work
	far := func() {
		w.Distance = a.dist("region.distance")
		w.Crossings = 1 // a command that decides by what it has read asks twice
		if demand.Writes > 0 {
			w.Crossings += demand.of(func(c Call) bool { return c.Write && c.Items > 0 }) / demand.Writes
		}
	}
	for _, r := range s.OfRole(role.Store) {
		if r.Text("MultiRegionConsistency") == "STRONG" {
			far()
			w.FarWrites, w.FarReads = 1, w.Strong
			m.read(r, "MultiRegionConsistency", "a write is answered when a second Region has it, and a strong read asks there")
			// Such a table has no transactions: what leads to an aggregate is written, and
			// the person looked at, before the aggregate is.
			w.Crossings += 2
			w.Write = sum(w.Write, w.Write)
			m.read(r, "MultiRegionConsistency", "a command writes item by item: there are no transactions")
			return
		}
	}
	if s.Share <= 0 || s.Share >= 1 {
		return
	}
	m.Evidence = append(m.Evidence, evidence.Template("Metadata/fulcrum/share", fmt.Sprintf("serves %.3g %% of the clients, other Regions the rest", 100*s.Share)))
	m.widen(1 / s.Share)
	for _, part := range whole.Parts {
		for _, r := range part.Resources {
			if home := r.Setting("HOME_REGION"); part != s && home != "" && home != part.Region && part.Share < 1 {
				far()
				w.FarWrites += part.Share
				m.read(r, "Environment", "commands of %.3g %% of the clients are carried out in %s, from %s", 100*part.Share, home, part.Region)
			}
		}
	}
}

// widen multiplies the limits of front door and compute by the number of Regions that
// serve.
func (m *Model) widen(regions float64) {
	n := int(math.Round(regions))
	m.Door.Rate, m.Door.Burst = m.Door.Rate*regions, m.Door.Burst*regions
	if l := m.Lambda; l != nil {
		l.Concurrency, l.Provisioned, l.ScaleUnits = l.Concurrency*n, l.Provisioned*n, l.ScaleUnits*regions
	}
	if p := m.Pool; p != nil {
		p.Servers *= n
		if p.Scaling != nil {
			p.Scaling.Min, p.Scaling.Max = p.Scaling.Min*n, p.Scaling.Max*n
		}
	}
}
