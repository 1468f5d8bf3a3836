package workload

import (
	"math"
	"slices"
	"time"

	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/httpapi"
	"fulcrum/constructs/restapi"
	"fulcrum/constructs/route"
	"fulcrum/constructs/slo"
	"fulcrum/constructs/webacl"
	"fulcrum/design"
)

// healthPath answers whether the service and its store are well. It is no
// operation of the design: it is there for health checks.
const healthPath = "/health"

// door is what the rest of a stack needs of its front door.
type door struct {
	endpoint string
	metrics  slo.Metrics
	// host and path are where a distribution finds the door: a name, and what every
	// path begins with.
	host, path string
}

// frontDoors holds how each option of front-door is defined.
var frontDoors = map[string]func(w *workload, b backend) door{
	"http-api": (*workload).httpAPI,
	"rest-api": (*workload).restAPI,
	"alb":      (*workload).loadBalancer,
}

// defineDoor defines what serves every operation and the front door before it.
func (w *workload) defineDoor() {
	w.door = frontDoors[w.Blueprint["front-door"]](w, w.defineBackend())
}

// answerTime is how long an answer may take. Clients and doors give up sooner
// than a function would.
func (w *workload) answerTime() time.Duration {
	if w.needs("timeout-over-30s") {
		return 2 * time.Minute
	}
	return 10 * time.Second
}

// httpAPI defines the option http-api.
func (w *workload) httpAPI(b backend) door {
	rate, burst := limits(w.peak().PeakRPS)
	routes := w.routes()
	p := httpapi.Props{
		Handler:      b.function,
		Link:         w.link(b),
		Routes:       routes,
		Authorizer:   w.authorizer(routes),
		IAM:          w.signed(),
		Issuer:       w.users.Issuer(),
		Audience:     w.users.ClientIDs(),
		CORSOrigins:  w.origins(),
		Rate:         rate,
		Burst:        burst,
		LogKey:       w.key(design.Telemetry),
		LogDays:      w.class(design.Telemetry).RetentionDays,
		AnonymousLog: w.persons != nil,
		Sandbox:      w.Settings.Sandbox,
	}
	w.nameOfItsOwn(&p)
	api := httpapi.New(w.stack, "FrontDoor", p)
	w.defineFailover(api)
	w.allowPrincipals(routes, func(method, path string) *string {
		return api.HTTP.ArnForExecuteApi(jsii.String(method), jsii.String(path), api.Stage.StageName())
	})
	return door{endpoint: api.Endpoint(), host: hostOf(api.Endpoint()), metrics: slo.Metrics{
		Requests: api.Stage.MetricCount(nil),
		Failures: metrics(api.Stage.MetricServerError(nil)),
		Latency:  api.Stage.MetricLatency(nil),
	}}
}

// restAPI defines the option rest-api. Every client holds an API key: it says
// which program calls, so that each has a rate of its own; the token says who. The
// key in a web page is no secret, so there is no daily quota: whoever used it up
// would lock out every browser.
func (w *workload) restAPI(b backend) door {
	load := w.peak()
	rate, burst := limits(load.PeakRPS)
	routes := w.routes()
	for i := range routes {
		routes[i].APIKey = routes[i].Path != healthPath
	}
	var clients []string
	for _, c := range w.Design.Clients {
		clients = append(clients, c.Name)
	}
	clientRate, clientBurst := limits(load.PeakRPS / float64(len(clients)))
	var timeout time.Duration
	if w.needs("timeout-over-30s") {
		timeout = w.answerTime()
	}
	direct := w.direct()
	all := slices.Clone(routes)
	for _, d := range direct {
		all = append(all, d.Route)
	}
	api := restapi.New(w.stack, "FrontDoor", restapi.Props{
		Handler:     b.function,
		Link:        w.link(b),
		Routes:      routes,
		Direct:      direct,
		Authorizer:  w.authorizer(all),
		IAM:         w.signed(),
		Domain:      w.ownDomain(),
		Canary:      w.canary(),
		UserPool:    w.users.Users,
		CORSOrigins: w.origins(),
		Rate:        rate,
		Burst:       burst,
		Plan: &restapi.Plan{
			Clients: clients,
			Rate:    clientRate,
			Burst:   clientBurst,
		},
		WebACL:       w.webACL(),
		AllowCIDRs:   w.letsIn("resource-policy", w.Design.Perimeter.Addresses),
		Timeout:      timeout,
		LogKey:       w.key(design.Telemetry),
		LogDays:      w.class(design.Telemetry).RetentionDays,
		AnonymousLog: w.persons != nil,
		Sandbox:      w.Settings.Sandbox,
	})
	w.allowPrincipals(all, func(method, path string) *string {
		return api.REST.ArnForExecuteApi(jsii.String(method), jsii.String(path), api.Stage.StageName())
	})
	return door{endpoint: api.Endpoint(), host: hostOf(api.Endpoint()), path: "/" + restapi.StageName, metrics: slo.Metrics{
		Requests: api.Stage.MetricCount(nil),
		Failures: metrics(api.Stage.MetricServerError(nil)),
		Latency:  api.Stage.MetricLatency(nil),
	}}
}

// routes returns the front door's routes: the design's operations and the health
// check.
func (w *workload) routes() []route.Route {
	load := w.peak()
	routes := []route.Route{{Method: "GET", Path: healthPath, Public: true}}
	for _, o := range load.Operations {
		rate, burst := limits(o.PeakRPS)
		routes = append(routes, route.Route{
			Method: o.Route.Method,
			Path:   o.Route.Path,
			Scope:  o.Route.Scope,
			Public: o.Route.Public,
			Rate:   rate,
			Burst:  burst,
			Body:   o.BodySchema(),
		})
	}
	return slices.Concat(routes, w.sessionRoutes(), w.menuRoutes(), w.socketRoutes(), w.commandRoutes())
}

// webACL defines a web ACL that lets one address send a hundredth of the peak's
// requests: more than a large office behind one address, less than a flood.
func (w *workload) webACL() *webacl.WebACL {
	p := w.firewall()
	p.LogKey, p.LogDays = w.key(design.Telemetry), w.class(design.Telemetry).RetentionDays
	return webacl.New(w.stack, "Perimeter", p)
}

// firewall is what every web ACL of the system lets in: how many requests of one
// address, and large bodies where the door takes pictures.
func (w *workload) firewall() webacl.Props {
	const window = 5 * time.Minute
	return webacl.Props{
		RateLimit:   max(100, int(math.Ceil(w.peak().PeakRPS*window.Seconds()/100))),
		LargeBodies: w.Blueprint["integration"] == "s3",
		Sandbox:     w.Settings.Sandbox,
	}
}

// peak is the load that limits are set for.
func (w *workload) peak() design.Load { return w.Design.Load(design.Peak) }

// limits are the throttle for calls that come at rate in the busiest second: half
// as many again, for retries and for what the capacity did not foresee, and as
// many at once. Calls that are rare come in bursts all the same, so there is a
// floor: it refuses fewer than one in a million of Poisson arrivals at 1 a second.
func limits(rate float64) (perSecond, burst int) {
	perSecond = max(10, int(math.Ceil(1.5*rate)))
	return perSecond, max(20, perSecond)
}

func (w *workload) needs(need string) bool { return slices.Contains(w.Design.Needs, need) }

// origins are where the design's browser clients are served from.
func (w *workload) origins() []string {
	var origins []string
	for _, c := range w.Design.Clients {
		if c.Origin != "" {
			origins = append(origins, c.Origin)
		}
	}
	return origins
}
