package httpapi

import (
	"fulcrum/constructs/internal/origin"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/route"
)

// maxRoutes is the quota of routes of an API; it can be raised.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const maxRoutes = 300

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Check((p.Handler == nil) != (p.Link == nil), "Handler", "give a Handler or a Link, and not both")
	route.Check(&found, "Routes", p.Routes)
	found.Check(len(p.Routes) <= maxRoutes, "Routes", "%d are more than the %d an API may have", len(p.Routes), maxRoutes)
	found.Check(p.Authorizer == nil || !p.IAM, "Authorizer", "decides on tokens, and IAM takes none; give one of the two")
	if len(route.Scopes(p.Routes)) > 0 && p.tokens() {
		found.Required(p.Issuer != "", "Issuer")
		found.Required(len(p.Audience) > 0, "Audience")
	}
	origin.Check(&found, "CORSOrigins", p.CORSOrigins)
	found.Check(p.Rate > 0, "Rate", "%d is not positive; say how many requests a second a route takes", p.Rate)
	found.Check(p.Burst > 0, "Burst", "%d is not positive; say how many requests a route takes at once", p.Burst)
	found.Check((p.Domain == "") == (p.Certificate == nil), "Certificate", "a domain and its certificate go together; give both or none")
	found.Required(p.LogKey != nil, "LogKey")
	found.Check(p.LogDays >= 0, "LogDays", "%d is negative; leave it out for %d", p.LogDays, defaultLogDays)
	return found.Err()
}
