package cost

import (
	"fmt"

	"fulcrum/compare/assembly"
	"fulcrum/compare/price"
	"fulcrum/design"
	"fulcrum/design/role"
)

// What a cache holds.
const (
	// sessionKB is what is kept of one session, sessionECPU what a call takes: a
	// processing unit for each KB.
	sessionKB   = 1.0
	sessionECPU = 1.0
	// leastMeteredGB is what ElastiCache Serverless for Valkey charges at least.
	leastMeteredGB = 0.1
)

// serverlessCache prices a serverless cache by what it holds: sessions that are open,
// L = λW, with a call for each command, which is when what was remembered is read or
// written; or else hot reads, with a call for each query.
func serverlessCache(c *context, r *assembly.Resource, d Demand) []Usage {
	if r.Role == role.Cache && c.reads.cache > 0 {
		return readCache(c, d)
	}
	service := "valkey-serverless"
	if r.Text("Engine") != "valkey" {
		service = "redis-serverless"
	}
	gb, calls, formula, each := leastMeteredGB, d.Load.Reads, fmt.Sprintf("at least %.1f GB", leastMeteredGB), "a call for each query"
	if r.Role == role.Session {
		open := d.Load.Connections / design.SecondsPerMonth * d.Design.Capacity.SessionSeconds
		gb, calls, each = max(gb, open*sessionKB*KB/GB), d.Load.Writes, "a call for each command"
		formula = fmt.Sprintf("sessions open at a time × %.0f KB, at least %.1f GB", sessionKB, leastMeteredGB)
	}
	return []Usage{
		{Part: Data, Service: service, Fixed: gb == leastMeteredGB, Formula: formula, Inputs: price.Inputs{"gb-hours": n(gb * Hours)}},
		{Part: Data, Service: service, Formula: each, Inputs: price.Inputs{"gb-hours": n(0), "ecpu": n(calls * sessionECPU)}},
	}
}
