// Package route describes the routes of a front door as plain values, so that
// packages httpapi, restapi and loadbalancer serve one table of routes.
package route

import (
	"net/http"
	"regexp"
	"strings"
)

// Route is one operation that a front door offers.
type Route struct {
	// Method is the HTTP method, one of Methods. Required.
	Method string
	// Path is the path below the front door's endpoint, with a name in braces for
	// each variable segment, for example "/dinners/{dinnerId}". Required.
	Path string
	// Scope is the OAuth scope that an access token must hold, for example
	// "dinner/host". Required, unless the route is Public.
	Scope string
	// Public lets callers in without a token.
	Public bool
	// Rate is how many requests a second the route takes from all callers
	// together. Default: the front door's own rate.
	Rate int
	// Burst is how many requests the route takes at once above Rate.
	// Default: the front door's own burst.
	Burst int
	// APIKey asks for a client's key besides the token, for front doors with usage
	// plans: each key has a rate and a quota of its own. A key names a client and
	// proves nothing, and a key within a web page is everybody's, so leave it off
	// the routes that browsers use.
	APIKey bool
	// Body is the JSON Schema (draft 4) of the request's body, for front doors
	// that validate. Default: none, bodies are not validated at the door.
	Body map[string]any
}

// Methods are the methods a route may have. OPTIONS is missing: the front door
// or the handler answers it, as part of CORS.
var Methods = []string{
	http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodPatch, http.MethodPost, http.MethodPut,
}

// Key returns method and path separated by a space, for example
// "GET /dinners/{dinnerId}".
func (r Route) Key() string { return r.Method + " " + r.Path }

// Segments returns the path's segments; the path "/" has none.
func (r Route) Segments() []string {
	return strings.FieldsFunc(r.Path, func(c rune) bool { return c == '/' })
}

// Variable returns the name in braces, if segment is a variable one.
func Variable(segment string) (name string, ok bool) {
	name, ok = strings.CutPrefix(segment, "{")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(name, "}")
}

var (
	literal  = regexp.MustCompile(`^[A-Za-z0-9._~-]+$`)
	variable = regexp.MustCompile(`^\{[A-Za-z][A-Za-z0-9]*\}$`)
	scope    = regexp.MustCompile(`^[!#-\[\]-~]{1,256}$`) // a scope-token of RFC 6749, section 3.3
)

// shape returns the path with every variable segment replaced by "{}": two
// routes of one method and shape cannot be told apart.
func (r Route) shape() string {
	segments := r.Segments()
	for i, segment := range segments {
		if _, ok := Variable(segment); ok {
			segments[i] = "{}"
		}
	}
	return r.Method + " /" + strings.Join(segments, "/")
}
