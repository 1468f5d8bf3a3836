package workload

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"

	"fulcrum/constructs/cache"
	"fulcrum/constructs/loadbalancer"
	"fulcrum/constructs/route"
	"fulcrum/design/role"
)

// sessions holds what a program finds in SESSION, by option of session.
var sessions = map[string]string{"stateless": "", "sticky": "process", "shared-store": "shared"}

// sessionPrefix begins every key of a session in the shared store.
const sessionPrefix = "session:"

// sessionRoutes are the routes to what is remembered between two calls of a host: the
// dinner that is not opened yet.
func (w *workload) sessionRoutes() []route.Route {
	if sessions[w.Blueprint["session"]] == "" {
		return nil
	}
	var routes []route.Route
	for _, method := range []string{"PUT", "GET", "DELETE"} {
		routes = append(routes, route.Route{Method: method, Path: "/me/draft", Scope: w.hostScope()})
	}
	return routes
}

// hostScope is the scope of the design's first operation that asks for one.
func (w *workload) hostScope() string {
	for _, o := range w.Design.Operations() {
		if !o.Route.Public {
			return o.Route.Scope
		}
	}
	panic("design: process: every operation is public; a session needs one with a scope, to know whose it is")
}

// stay makes clients stay with their server for as long as a session lasts, where that
// is what remembers.
func (w *workload) stay(s *loadbalancer.Servers) {
	if w.Blueprint["session"] == "sticky" {
		s.Stickiness = seconds(w.Design.Capacity.SessionSeconds)
	}
}

// sessionEnvironment adds to environment where sessions are and how long they last.
func (w *workload) sessionEnvironment(environment map[string]string) {
	where := sessions[w.Blueprint["session"]]
	if where == "" {
		return
	}
	environment["SESSION"] = where
	environment["SESSION_SECONDS"] = strconv.Itoa(int(seconds(w.Design.Capacity.SessionSeconds).Seconds()))
	if where != "shared" {
		return
	}
	at := w.sessionStore().Environment()
	environment["SESSION_ENDPOINT"], environment["SESSION_NAME"], environment["SESSION_USER"] = at["CACHE_ENDPOINT"], at["CACHE_NAME"], at["CACHE_USER"]
}

// sessionStore returns the cache that all servers share, defining it on first use.
func (w *workload) sessionStore() *cache.Cache {
	if w.sessions == nil {
		// What is remembered names persons, as bookings do.
		w.sessions = cache.New(w.stack, "Sessions", cache.Props{
			Network: w.network(), Key: w.key(w.Design.Aggregates[0].DataClass), Keys: sessionPrefix, Role: role.Session,
			MaxGB: 1, MaxECPU: sessionECPU,
		})
	}
	return w.sessions
}

// sessionECPU bounds what sessions may cost: a unit is a call of up to 1 KB.
const sessionECPU = 1000

// openSessions lets servers reach the shared store, if there is one.
func (w *workload) openSessions(members awsec2.ISecurityGroup, as awsiam.IGrantable) {
	if w.sessions != nil {
		w.sessions.Admit(members)
		w.sessions.GrantConnect(as)
	}
}
