package restapi

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"fulcrum/constructs/internal/origin"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/route"
)

const (
	defaultLogDays = 30
	// maxTimeout is what the account's quota can be raised to.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
	maxTimeout = 300 * time.Second
	// maxResources is the quota of resources of an API; it can be raised.
	maxResources = 300
)

var clientName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 _.-]{0,127}$`)

func (p Props) withDefaults() Props {
	if p.Timeout == 0 {
		p.Timeout = longestByDefault
	}
	if p.LogDays == 0 {
		p.LogDays = defaultLogDays
	}
	return p
}

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Check((p.Handler == nil) != (p.Link == nil), "Handler", "give a Handler or a Link, and not both")
	found.Required(len(p.Routes) > 0, "Routes")
	if len(p.Routes) > 0 {
		route.Check(&found, "Routes", p.all())
	}
	p.checkDirect(&found)
	if n := resources(p.all()); n > maxResources {
		found.Check(false, "Routes", "%d resources are more than the %d an API may have", n, maxResources)
	}
	found.Check(p.Authorizer == nil || !p.IAM, "Authorizer", "decides on tokens, and IAM takes none; give one of the two")
	if c := p.Canary; c != nil {
		found.Required(c.Handler != nil, "Canary.Handler")
		found.Check(p.Handler != nil, "Canary", "shares the requests of a Handler, and there is none")
		found.Check(c.Percent > 0 && c.Percent < 100, "Canary.Percent", "%d is not from 1 to 99", c.Percent)
	}
	if p.Domain != nil {
		found.Required(p.Domain.Name != "", "Domain.Name")
		found.Required(p.Domain.Certificate != nil, "Domain.Certificate")
		found.Required(p.Domain.Clients != nil, "Domain.Clients")
	}
	found.Check(p.UserPool != nil || p.Authorizer != nil || p.IAM || len(route.Scopes(p.all())) == 0, "UserPool", "missing; it is required by the routes that are not public")
	origin.Check(&found, "CORSOrigins", p.CORSOrigins)
	found.Check(p.Rate > 0, "Rate", "%d is not positive; say how many requests a second a method takes", p.Rate)
	found.Check(p.Burst > 0, "Burst", "%d is not positive; say how many requests a method takes at once", p.Burst)
	p.checkPlan(&found)
	for _, list := range []struct {
		field string
		cidrs []string
	}{{"AllowCIDRs", p.AllowCIDRs}, {"DenyCIDRs", p.DenyCIDRs}} {
		for i, cidr := range list.cidrs {
			_, err := netip.ParsePrefix(cidr)
			found.Check(err == nil, fmt.Sprintf("%s[%d]", list.field, i), "%q is not a range of addresses such as 192.0.2.0/24 or 2001:db8::/32", cidr)
		}
	}
	found.Check(p.Timeout == 0 || p.Timeout >= 50*time.Millisecond && p.Timeout <= maxTimeout, "Timeout",
		"%v is not from 50ms to %v; leave it out for %v", p.Timeout, maxTimeout, longestByDefault)
	found.Required(p.LogKey != nil, "LogKey")
	found.Check(p.LogDays >= 0, "LogDays", "%d is negative; leave it out for %d", p.LogDays, defaultLogDays)
	return found.Err()
}

func (p Props) checkPlan(found *props.Problems) {
	var keyed []string
	for _, r := range p.all() {
		if r.APIKey {
			keyed = append(keyed, r.Key())
		}
	}
	if p.Plan == nil {
		found.Check(len(keyed) == 0, "Plan", "missing; %s ask for an API key, which only a plan gives out", strings.Join(keyed, ", "))
		return
	}
	found.Check(len(keyed) > 0, "Plan", "limits nobody, for no route asks for an API key; set APIKey on some, or leave out the plan")
	found.Required(len(p.Plan.Clients) > 0, "Plan.Clients")
	seen := map[string]bool{}
	for i, client := range p.Plan.Clients {
		field := fmt.Sprintf("Plan.Clients[%d]", i)
		found.Check(clientName.MatchString(client), field, "%q is not a name; use letters, digits, spaces, dots, dashes and underscores", client)
		found.Check(!seen[client], field, "%q is there twice", client)
		seen[client] = true
	}
	found.Check(p.Plan.Rate > 0, "Plan.Rate", "%d is not positive; say how many requests a second a client may send", p.Plan.Rate)
	found.Check(p.Plan.Burst > 0, "Plan.Burst", "%d is not positive; say how many requests a client may send at once", p.Plan.Burst)
	found.Check(p.Plan.DailyQuota >= 0, "Plan.DailyQuota", "%d is negative; leave it out for no quota", p.Plan.DailyQuota)
}

// resources counts the resources that routes need: every path and every beginning
// of one.
func resources(routes []route.Route) int {
	paths := map[string]bool{"": true}
	for _, r := range routes {
		path := ""
		for _, segment := range r.Segments() {
			path += "/" + segment
			paths[path] = true
		}
	}
	return len(paths)
}
