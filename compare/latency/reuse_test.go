package latency

import (
	"math"
	"testing"
)

// TestCachesOnTheWay asks one answer at 50 a second. An edge of five places that keeps
// it for a second fetches it λ/(1+λT) times at each, λ being 10 (Jung, Berger and
// Balakrishnan, 2003); a cache behind them, asked for what they miss, for 2 s.
func TestCachesOnTheWay(t *testing.T) {
	t.Parallel()
	m := Model{
		Name: "kept", Arrivals: Poisson(100), Lambda: &Lambda{},
		Work: Work{
			Writes: 0.2, Read: Constant(0.010), Write: Constant(0.020), Answers: []Answer{{Share: 0.5, Kinds: 1}},
			Cache: Cache{Time: Constant(0.001), Seconds: 2},
		},
		Door: Door{Edge: Edge{Time: Constant(0.002), Overhead: Constant(0.004), Seconds: 1, Places: 5}},
	}
	p := m.prepared()
	missed := 5 * 10.0 / (1 + 10)
	if want := 1 - missed/50; math.Abs(p.Door.Edge.Hits-want) > 1e-9 {
		t.Errorf("the edge answers %v, want %v", p.Door.Edge.Hits, want)
	}
	if want := 1 - 1/(1+2*missed); math.Abs(p.Work.Cache.Hits-want) > 1e-9 {
		t.Errorf("the cache answers %v, want %v", p.Work.Cache.Hits, want)
	}
	r := mustSimulate(t, m, Options{Requests: 100_000, Runs: 4, Seed: 1})
	e, c := p.Door.Edge.Hits, p.Work.Cache.Hits
	// Three eighths of the reads are the caller's own: no cache is asked.
	shared := 0.5 * (e*0.002 + (1-e)*(0.004+0.001+(1-c)*0.010))
	agrees(t, "mean with an edge and a cache", r.MeanResponse, 0.2*0.020+0.3*0.010+shared)
	// What the edge answers takes no token of the door.
	m.Door.Rate, m.Door.Burst, m.Lasting = p.offered()*1.02, 100, true
	if s := mustSimulate(t, m, Options{Requests: 100_000, Runs: 4, Seed: 1}); s.Throttled.Value > 0.01 || math.Abs(p.offered()-100*(1-0.5*e)) > 1e-9 {
		t.Errorf("%v of the requests are throttled, %v a second come to the door", s.Throttled.Value, p.offered())
	}
	if r.LittleError > 1e-9 {
		t.Errorf("Little's law is off by %v", r.LittleError)
	}
}

// TestRoomBindsWhereItIsTight has room for a tenth of the answers, which then are those
// that Che's approximation says, however long one is kept.
func TestRoomBindsWhereItIsTight(t *testing.T) {
	t.Parallel()
	m := Model{Arrivals: Poisson(1000), Work: Work{
		Answers: []Answer{{Share: 1, Kinds: 10_000, Skew: 0.9, Bytes: 900}}, Cache: Cache{Seconds: 3600, Room: 1e6, Entry: 100},
	}}
	tight := m.prepared().Work.Cache.Hits
	if want := HitRatio(10_000, 0.9, 1000); math.Abs(tight-want) > 1e-9 {
		t.Errorf("with room for a tenth %v are answered, want %v", tight, want)
	}
	m.Work.Cache.Room = 1e9
	if wide := m.prepared().Work.Cache.Hits; wide <= tight || math.Abs(wide-(1-TTLMisses(1000, 10_000, 0.9, 3600)/1000)) > 1e-9 {
		t.Errorf("with room for all %v are answered, with room for a tenth %v", wide, tight)
	}
}

// TestFarCalls has half of the writes and a quarter of the reads in another Region, a
// write with two crossings in three of four cases.
func TestFarCalls(t *testing.T) {
	t.Parallel()
	m := Model{Name: "far", Arrivals: Poisson(100), Lambda: &Lambda{}, Work: Work{
		Writes: 0.4, Read: Constant(0.010), ReadStrong: Constant(0.014), Strong: 0.5, Write: Constant(0.020),
		Distance: Constant(0.100), FarReads: 0.25, FarWrites: 0.5, Crossings: 1.75,
	}}
	r := mustSimulate(t, m, Options{Requests: 100_000, Runs: 4, Seed: 1})
	agrees(t, "mean with far calls", r.MeanResponse, 0.4*(0.020+0.5*1.75*0.100)+0.6*(0.012+0.25*0.100))
	agrees(t, "mean of the work itself", r.MeanResponse, m.Work.mean())
}

// TestWorkflowAndSession has a workflow take the place of the store's call for a
// quarter of the writes, and every write call the store of sessions.
func TestWorkflowAndSession(t *testing.T) {
	t.Parallel()
	m := Model{Name: "workflow", Arrivals: Poisson(100), Lambda: &Lambda{}, Work: Work{
		Writes: 0.5, Read: Constant(0.010), Write: Constant(0.020), Workflow: Constant(0.200), Workflows: 0.25, Session: Constant(0.003),
	}}
	r := mustSimulate(t, m, Options{Requests: 100_000, Runs: 4, Seed: 1})
	agrees(t, "mean with a workflow", r.MeanResponse, 0.5*(0.75*0.020+0.25*0.200+0.003)+0.5*0.010)
}
