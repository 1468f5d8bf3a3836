package fulcrum

import (
	"os/exec"
	"strings"
	"testing"
)

// arrows says which rooms of the module each room may depend on; "." is the module's
// root. Packages outside the module are free, but for the CDK, which only constructs
// and infra may use.
var arrows = map[string][]string{
	"design":     {"design"},
	"constructs": {"constructs", "design/role"},
	"infra":      {"infra", "constructs", "design"},
	"compare":    {"compare", "design"},
	"cmd":        {".", "cmd", "compare", "design", "lambdas/ring"},
	"lambdas":    {"lambdas"},
}

var usesCDK = map[string]bool{"constructs": true, "infra": true}

func TestArrowsPointOneWay(t *testing.T) {
	for room, allowed := range arrows {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "./"+room+"/...").Output()
		if err != nil {
			t.Fatalf("go list ./%s/...: %v", room, err)
		}
		deps := strings.Fields(string(out))
		if len(deps) == 0 {
			t.Errorf("%s: no packages", room)
		}
		for _, dep := range deps {
			path, own := strings.CutPrefix(dep, "fulcrum/")
			if dep == "fulcrum" {
				path, own = ".", true
			}
			switch {
			case own && !within(path, allowed):
				t.Errorf("%s depends on %s; it may depend on %s", room, dep, strings.Join(allowed, ", "))
			case isCDK(dep) && !usesCDK[room]:
				t.Errorf("%s depends on %s; the CDK belongs to constructs and infra", room, dep)
			}
		}
	}
}

func within(path string, rooms []string) bool {
	for _, room := range rooms {
		if path == room || strings.HasPrefix(path, room+"/") {
			return true
		}
	}
	return false
}

func isCDK(dep string) bool {
	for _, module := range []string{"github.com/aws/aws-cdk-go/", "github.com/aws/constructs-go/", "github.com/aws/jsii-runtime-go"} {
		if strings.HasPrefix(dep, module) {
			return true
		}
	}
	return false
}

// domain are the packages of the service that know nothing but the business.
var domain = []string{"dinner", "guest", "menu", "notification", "once", "refusal", "search"}

func TestDomainNeedsTheStandardLibraryOnly(t *testing.T) {
	for _, name := range domain {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "./lambdas/"+name).Output()
		if err != nil {
			t.Fatalf("go list ./lambdas/%s: %v", name, err)
		}
		for _, dep := range strings.Fields(string(out)) {
			if !strings.HasPrefix(dep, "fulcrum/lambdas/") {
				t.Errorf("lambdas/%s depends on %s", name, dep)
			}
		}
	}
}
