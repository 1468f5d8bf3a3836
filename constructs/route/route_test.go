package route_test

import (
	"slices"
	"strings"
	"testing"

	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/route"
)

func TestCheck(t *testing.T) {
	for _, x := range []struct {
		name string
		r    route.Route
		want string // empty for a good route
	}{
		{"public", route.Route{Method: "GET", Path: "/dinners/{dinnerId}", Public: true}, ""},
		{"protected", route.Route{Method: "DELETE", Path: "/me", Scope: "dinner/guest", Rate: 1, Burst: 2}, ""},
		{"root", route.Route{Method: "GET", Path: "/", Public: true}, ""},
		{"no method", route.Route{Path: "/a", Public: true}, "Routes[0].Method: missing"},
		{"preflight", route.Route{Method: "OPTIONS", Path: "/a", Public: true}, `"OPTIONS" is not one of`},
		{"no path", route.Route{Method: "GET", Public: true}, "Routes[0].Path: missing"},
		{"unclean path", route.Route{Method: "GET", Path: "a//b/", Public: true}, `write "/a/b"`},
		{"wildcard", route.Route{Method: "GET", Path: "/a/*", Public: true}, `segment "*"`},
		{"query", route.Route{Method: "GET", Path: "/a?b=c", Public: true}, `segment "a?b=c"`},
		{"greedy variable", route.Route{Method: "GET", Path: "/{proxy+}", Public: true}, `variable "{proxy+}"`},
		{"variable twice", route.Route{Method: "GET", Path: "/{a}/{a}", Public: true}, `variable "a" appears twice`},
		{"neither", route.Route{Method: "GET", Path: "/a"}, "make it Public"},
		{"both", route.Route{Method: "GET", Path: "/a", Scope: "s", Public: true}, "leave out one of the two"},
		{"two scopes", route.Route{Method: "GET", Path: "/a", Scope: "a b"}, "not an OAuth scope"},
		{"rate only", route.Route{Method: "GET", Path: "/a", Public: true, Rate: 1}, "give both or neither"},
		{"negative", route.Route{Method: "GET", Path: "/a", Public: true, Rate: -1, Burst: -1}, "-1 is negative"},
	} {
		t.Run(x.name, func(t *testing.T) {
			var found props.Problems
			route.Check(&found, "Routes", []route.Route{x.r})
			err := found.Err()
			if x.want == "" && err != nil || x.want != "" && (err == nil || !strings.Contains(err.Error(), x.want)) {
				t.Errorf("%v, want %q", err, x.want)
			}
		})
	}
}

func TestCheckFindsEveryProblem(t *testing.T) {
	var found props.Problems
	route.Check(&found, "Routes", []route.Route{
		{Method: "GET", Path: "/a/{b}", Public: true},
		{Method: "GET", Path: "/a/{c}", Scope: "x"},
		{Method: "BREW", Path: "tea"},
	})
	want := []string{"Routes[1]: GET /a/{c} cannot be told from GET /a/{b}", "Routes[2].Method", "Routes[2].Path", "Routes[2].Scope"}
	if len(found) != len(want) {
		t.Fatalf("%d problems, want %d: %v", len(found), len(want), found)
	}
	for i := range want {
		if !strings.HasPrefix(found[i], want[i]) {
			t.Errorf("problem %d is %q, want %q", i, found[i], want[i])
		}
	}
}

func TestScopes(t *testing.T) {
	got := route.Scopes([]route.Route{{Scope: "b"}, {Public: true}, {Scope: "a"}, {Scope: "b"}})
	if !slices.Equal(got, []string{"b", "a"}) {
		t.Errorf("got %v", got)
	}
}
