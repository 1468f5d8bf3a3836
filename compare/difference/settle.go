package difference

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"strings"
)

var (
	assetHash = regexp.MustCompile(`\b[0-9a-f]{64}\b`)
	// hashedID is a logical id that CDK ends in a hash of what it stands for, so
	// that a change makes a new resource: API deployments and function versions.
	hashedID = regexp.MustCompile(`^(.*[0-9A-F]{8}|.*CurrentVersion[0-9A-F]{0,8})[0-9a-f]{32}$`)
)

const (
	masked      = "<hash>"
	maskedStack = "<stack>"
)

// settle returns a copy of a template without what differs between two builds of
// the same thing.
func settle(t Template) map[string]any {
	m := mask{names: map[string]string{}}
	if t.Stack != "" {
		m.stack = regexp.MustCompile(`\b` + regexp.QuoteMeta(t.Stack) + `\b`)
		// CDK names things by the path to them without its separators, and a hash.
		compact := notAlphanumeric.ReplaceAllString(t.Stack, "")
		m.made = regexp.MustCompile(regexp.QuoteMeta(compact) + `([A-Za-z0-9]*?)(?:[0-9A-F]{16}|[0-9A-F]{8})\b`)
	}
	taken := map[string]bool{}
	for _, id := range union(object(t.Body["Resources"]), nil) {
		found := hashedID.FindStringSubmatch(id)
		if found == nil || taken[found[1]] { // two of one name stay apart
			continue
		}
		m.names[id], taken[found[1]] = found[1]+masked, true
	}
	out, _ := m.value(t.Body).(map[string]any)
	for id, r := range object(out["Resources"]) {
		if typeOf(r) == "AWS::CDK::Metadata" {
			delete(object(out["Resources"]), id)
			continue
		}
		forget(object(r))
	}
	return out
}

var (
	notAlphanumeric = regexp.MustCompile(`[^A-Za-z0-9]`)
	// nameHash is how an app tells names of its own apart by their stack.
	nameHash = regexp.MustCompile(`-[0-9a-f]{8}-`)
)

// forget drops the metadata in which CDK notes where a resource came from.
func forget(resource map[string]any) {
	metadata := object(resource["Metadata"])
	maps.DeleteFunc(metadata, func(k string, _ any) bool {
		return strings.HasPrefix(k, "aws:cdk:path") || strings.HasPrefix(k, "aws:asset:")
	})
	if metadata != nil && len(metadata) == 0 {
		delete(resource, "Metadata")
	}
}

// mask hides what identifies a build or a stack.
type mask struct {
	// names maps logical ids that end in a hash to what is shown for them.
	names map[string]string
	// stack and made find the stack's name and what was made of it; nil without one.
	stack, made *regexp.Regexp
}

func (m mask) value(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[m.text(k)] = m.value(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = m.value(x)
		}
		return out
	case string:
		return m.text(v)
	default:
		return v
	}
}

func (m mask) text(s string) string {
	if name, ok := m.names[s]; ok {
		return name
	}
	if strings.Contains(s, "${") {
		for id, name := range m.names {
			s = strings.ReplaceAll(s, "${"+id, "${"+name)
		}
	}
	s = assetHash.ReplaceAllString(s, masked)
	if m.stack != nil {
		s = m.made.ReplaceAllString(s, maskedStack+"${1}"+masked)
		s = m.stack.ReplaceAllString(s, maskedStack)
		s = nameHash.ReplaceAllString(s, "-"+masked+"-")
	}
	return s
}

// canonical returns v as JSON on one line, keys sorted.
func canonical(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err.Error() // not JSON: two such values differ only by what they are
	}
	return strings.TrimSuffix(b.String(), "\n")
}
