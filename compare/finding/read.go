package finding

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Directory is where an assembly keeps what the rule packs printed: nag.json of
// cdk-nag and guard/STACK.json of cfn-guard.
const Directory = "findings"

// ErrNone is returned by Read for an assembly that no rule pack has looked at.
var ErrNone = errors.New("no rule pack has looked at this assembly; run scripts/validate-templates on it")

// Read returns what the rule packs found in the assembly in dir, sorted.
func Read(dir string) ([]Finding, error) {
	path := filepath.Join(dir, Directory, "nag.json")
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, err
	}
	found, err := parseNag(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	paths, err := filepath.Glob(filepath.Join(dir, Directory, "guard", "*.json"))
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		more, err := parseGuard(content, strings.TrimSuffix(filepath.Base(path), ".json"))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		found = append(found, more...)
	}
	slices.SortFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Stack, b.Stack))
	})
	return slices.Compact(found), nil
}

// parseNag reads the reports that cdk-nag's packs return, one for each stack and
// pack. A resource's path is STACK/Template/LOGICAL-ID.
func parseNag(content []byte) ([]Finding, error) {
	var reports []struct {
		Violations []struct {
			RuleName, Description string
			ViolatingResources    []struct{ ConstructPath string }
		}
	}
	if err := json.Unmarshal(content, &reports); err != nil {
		return nil, err
	}
	var found []Finding
	for _, r := range reports {
		for _, v := range r.Violations {
			for _, at := range v.ViolatingResources {
				path := strings.Split(at.ConstructPath, "/")
				if len(path) < 3 {
					return nil, fmt.Errorf("%q is no path of a resource", at.ConstructPath)
				}
				found = append(found, Finding{"cdk-nag", path[0], path[2], v.RuleName, v.Description})
			}
		}
	}
	return found, nil
}

var (
	control    = regexp.MustCompile(`\[(CT\.[A-Z0-9]+\.[A-Z]+\.[0-9]+)\]: *([^\n]*)`)
	inTemplate = regexp.MustCompile(`^/Resources/([A-Za-z0-9]+)`)
)

// parseGuard reads what cfn-guard prints with --structured of one template. A rule
// names the control it stands for in its message, and the resources it refuses by
// the paths it looked at.
func parseGuard(content []byte, stack string) ([]Finding, error) {
	var files []struct {
		NotCompliant []struct{ Rule map[string]any } `json:"not_compliant"`
	}
	if err := json.Unmarshal(content, &files); err != nil {
		return nil, err
	}
	var found []Finding
	for _, file := range files {
		for _, n := range file.NotCompliant {
			name, _ := n.Rule["name"].(string)
			rule, text := name, name
			resources := map[string]bool{}
			walk(n.Rule, func(key, value string) {
				if m := control.FindStringSubmatch(value); m != nil && key == "custom_message" {
					rule, text = m[1], m[2]
				}
				if m := inTemplate.FindStringSubmatch(value); m != nil && key == "path" {
					resources[m[1]] = true
				}
			})
			if len(resources) == 0 {
				return nil, fmt.Errorf("rule %s names no resource", name)
			}
			for id := range resources {
				found = append(found, Finding{"cfn-guard", stack, id, rule, text})
			}
		}
	}
	return found, nil
}

// walk calls see for every text of a JSON value, with its key.
func walk(value any, see func(key, text string)) {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			if text, ok := inner.(string); ok {
				see(key, text)
			} else {
				walk(inner, see)
			}
		}
	case []any:
		for _, inner := range v {
			walk(inner, see)
		}
	}
}
