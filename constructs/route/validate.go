package route

import (
	"fmt"
	"slices"
	"strings"

	"fulcrum/constructs/internal/props"
)

// Check adds every problem of the routes in field to found.
func Check(found *props.Problems, field string, routes []Route) {
	found.Required(len(routes) > 0, field)
	seen := map[string]string{}
	for i, r := range routes {
		at := fmt.Sprintf("%s[%d]", field, i)
		if r.Method == "" {
			found.Required(false, at+".Method")
		} else {
			found.Check(slices.Contains(Methods, r.Method), at+".Method", "%q is not one of %s", r.Method, strings.Join(Methods, ", "))
		}
		checkPath(found, at+".Path", r)
		switch {
		case r.Public:
			found.Check(r.Scope == "", at+".Scope", "%q is asked of %s, which is public; leave out one of the two", r.Scope, r.Key())
		case r.Scope == "":
			found.Check(false, at+".Scope", "missing; name the scope that %s needs, or make it Public", r.Key())
		default:
			found.Check(scope.MatchString(r.Scope), at+".Scope", "%q is not an OAuth scope; use up to 256 characters without spaces, quotes and backslashes", r.Scope)
		}
		found.Check(r.Rate >= 0, at+".Rate", "%d is negative; leave it out for the front door's own", r.Rate)
		found.Check(r.Burst >= 0, at+".Burst", "%d is negative; leave it out for the front door's own", r.Burst)
		found.Check((r.Rate == 0) == (r.Burst == 0), at+".Rate", "%d with a burst of %d; give both or neither", r.Rate, r.Burst)
		if before, ok := seen[r.shape()]; ok {
			found.Check(false, at, "%s cannot be told from %s; keep one of them", r.Key(), before)
		}
		seen[r.shape()] = r.Key()
	}
}

func checkPath(found *props.Problems, at string, r Route) {
	if r.Path == "" {
		found.Required(false, at)
		return
	}
	clean := "/" + strings.Join(r.Segments(), "/")
	found.Check(r.Path == clean, at, "%q is not a clean path; write %q", r.Path, clean)
	names := map[string]bool{}
	for _, segment := range r.Segments() {
		if name, ok := Variable(segment); ok {
			found.Check(variable.MatchString(segment), at, "variable %q of %q must be letters and digits", segment, r.Path)
			found.Check(!names[name], at, "variable %q appears twice in %q; give it another name", name, r.Path)
			names[name] = true
			continue
		}
		found.Check(literal.MatchString(segment), at, "segment %q of %q may hold letters, digits and . _ ~ - only", segment, r.Path)
	}
}

// Scopes returns the scopes that routes need, each once, in order of first use.
func Scopes(routes []Route) []string {
	var scopes []string
	for _, r := range routes {
		if r.Scope != "" && !slices.Contains(scopes, r.Scope) {
			scopes = append(scopes, r.Scope)
		}
	}
	return scopes
}
