package workload

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"

	"fulcrum/constructs/cache"
	"fulcrum/constructs/memcached"
	"fulcrum/constructs/site"
	"fulcrum/design"
)

// Bounds of staleness: how old an answer from the cache may be, and how long the
// distribution keeps one. A client that reads through both sees no answer older
// than their sum.
const (
	cacheAge = 30 * time.Second
	edgeAge  = 10 * time.Second
)

// reads is a cache in front of the store.
type reads struct {
	environment map[string]string
	// admit lets the members of a security group reach it, and grant lets a program
	// prove who it is; nil where nothing asks for proof.
	admit func(awsec2.ISecurityGroup)
	grant func(awsiam.IGrantable)
}

// placements holds who places keys, for each option of cache-placement.
var placements = map[string]func(w *workload) reads{
	"managed":         (*workload).managedCache,
	"consistent-hash": (*workload).cacheNodes,
	"modulo":          (*workload).cacheNodes,
}

// cache returns the cache in front of the store, defining it on first use; nil
// unless reads are what the store is asked most for.
func (w *workload) cache() *reads {
	if w.Blueprint["access-pattern"] != "read-heavy" {
		return nil
	}
	if w.cached == nil {
		c := placements[w.Blueprint["cache-placement"]](w)
		c.environment["CACHE_SECONDS"] = inSeconds(cacheAge)
		if w.readsAtEdge() {
			c.environment["EDGE_SECONDS"] = inSeconds(edgeAge)
		}
		w.cached = &c
	}
	return w.cached
}

func inSeconds(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) }

// cacheEnvironment is what a program needs to know of the cache.
func (w *workload) cacheEnvironment() map[string]string {
	if c := w.cache(); c != nil {
		return maps.Clone(c.environment)
	}
	return nil
}

// letCache lets a program use the cache, from the security group it is in.
func (w *workload) letCache(b backend) {
	c := w.cache()
	if c == nil {
		return
	}
	c.admit(b.group)
	if c.grant != nil {
		c.grant(b.runsAs)
	}
}

// managedCache defines the option managed: a serverless cache that places keys
// itself. Its bounds are far above the load: they bound a bill, not the service.
func (w *workload) managedCache() reads {
	const gb, ecpuOfCall = 5, 10
	c := cache.New(w.stack, "Cache", cache.Props{
		Network:  w.network(),
		Key:      w.key(design.ReadModels),
		Keys:     strings.ToLower(w.Design.System) + ":",
		Fallback: true,
		MaxGB:    gb,
		MaxECPU:  max(10_000, int(ecpuOfCall*w.peak().PeakRPS)),
	})
	return reads{environment: c.Environment(), admit: c.Admit, grant: c.GrantConnect}
}

// cacheNodes defines the options consistent-hash and modulo: nodes whose keys the
// client places, as it is told. Nothing else tells the two apart.
func (w *workload) cacheNodes() reads {
	n := memcached.New(w.stack, "Cache", memcached.Props{Network: w.network(), DataClass: design.ReadModels, Fallback: true})
	return reads{
		environment: map[string]string{"CACHE_NODES": n.Endpoint(), "CACHE_PLACEMENT": w.Blueprint["cache-placement"]},
		admit:       n.Admit,
	}
}

// readsAtEdge says whether the site's distribution also answers public queries: the
// door must be reached from anywhere, without a certificate or a signature of the
// caller, and prove its own name, which a sandbox's load balancer does not.
func (w *workload) readsAtEdge() bool {
	named := w.Blueprint["front-door"] != "alb" || w.Settings.Domain != ""
	open := w.Blueprint["perimeter"] == "open" && w.Blueprint["identity"] != "mtls" && w.Blueprint["identity"] != "iam"
	return w.Blueprint["access-pattern"] == "read-heavy" && w.Blueprint["delivery"] == "cloudfront" && named && open
}

// edgeReads are the public queries that the site's distribution answers.
func (w *workload) edgeReads() *site.Reads {
	if !w.readsAtEdge() {
		return nil
	}
	r := &site.Reads{Origin: w.door.host, OriginPath: w.door.path, Age: edgeAge}
	for _, o := range w.Design.Operations() {
		if o.Kind != design.QueryKind || !o.Route.Public {
			continue
		}
		path := o.Route.Path
		if i := strings.Index(path, "{"); i >= 0 {
			path = path[:i] + "*"
		}
		r.Paths = append(r.Paths, path)
	}
	return r
}
