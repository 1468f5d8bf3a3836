package difference

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
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

// Settled is a template without what differs between two builds of the same thing,
// ready to be compared with many.
type Settled struct{ body map[string]any }

// Settle prepares a template, which is not written to. What Settled has in common with
// it is shared.
func (t Template) Settle() Settled {
	m := mask{names: map[string]string{}}
	if t.Stack != "" {
		m.name = t.Stack
		m.stack = regexp.MustCompile(`\b` + regexp.QuoteMeta(t.Stack) + `\b`)
		// CDK names things by the path to them without its separators, and a hash.
		m.compact = notAlphanumeric.ReplaceAllString(t.Stack, "")
		m.made = regexp.MustCompile(regexp.QuoteMeta(m.compact) + `([A-Za-z0-9]*?)(?:[0-9A-F]{16}|[0-9A-F]{8})\b`)
	}
	resources := object(t.Body["Resources"])
	taken := map[string]bool{}
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		found := hashedID.FindStringSubmatch(id)
		if found == nil || taken[found[1]] { // two of one name stay apart
			continue
		}
		m.names[id], taken[found[1]] = found[1]+masked, true
	}
	out := make(map[string]any, len(t.Body))
	for k, v := range t.Body {
		if k != "Resources" || resources == nil {
			out[m.text(k)], _ = m.value(v)
		}
	}
	if resources == nil {
		return Settled{out}
	}
	kept := make(map[string]any, len(resources))
	for id, r := range resources {
		if typeOf(r) != "AWS::CDK::Metadata" {
			kept[m.text(id)], _ = m.value(forget(r))
		}
	}
	out["Resources"] = kept
	return Settled{out}
}

var (
	notAlphanumeric = regexp.MustCompile(`[^A-Za-z0-9]`)
	// nameHash is how an app tells names of its own apart by their stack.
	nameHash = regexp.MustCompile(`-[0-9a-f]{8}-`)
)

// forget returns a resource without the metadata in which CDK notes where it came
// from.
func forget(resource any) any {
	metadata := object(object(resource)["Metadata"])
	noted := func(k string, _ any) bool {
		return strings.HasPrefix(k, "aws:cdk:path") || strings.HasPrefix(k, "aws:asset:")
	}
	left := maps.Clone(metadata)
	maps.DeleteFunc(left, noted)
	if metadata == nil || len(left) == len(metadata) && len(left) > 0 {
		return resource
	}
	out := maps.Clone(object(resource))
	if out["Metadata"] = left; len(left) == 0 {
		delete(out, "Metadata")
	}
	return out
}

// mask hides what identifies a build or a stack.
type mask struct {
	// names maps logical ids that end in a hash to what is shown for them.
	names map[string]string
	// stack and made find the stack's name and what was made of it, compact; nil
	// without one.
	name, compact string
	stack, made   *regexp.Regexp
}

// value returns v masked, and whether that is anything other than v itself.
func (m mask) value(v any) (out any, other bool) {
	switch v := v.(type) {
	case map[string]any:
		var changed map[string]any
		for k, x := range v {
			name := m.text(k)
			y, other := m.value(x)
			if name == k && !other {
				continue
			}
			if changed == nil {
				changed = maps.Clone(v)
			}
			if name != k {
				delete(changed, k)
			}
			changed[name] = y
		}
		if changed != nil {
			return changed, true
		}
	case []any:
		var changed []any
		for i, x := range v {
			if y, other := m.value(x); other {
				if changed == nil {
					changed = slices.Clone(v)
				}
				changed[i] = y
			}
		}
		if changed != nil {
			return changed, true
		}
	case string:
		s := m.text(v)
		return s, s != v
	}
	return v, false
}

// The fewest letters of what the expressions find, and what each of it has: a look
// that spares most texts the search.
const (
	hashLength     = 64
	nameHashLength = 10
)

func (m mask) text(s string) string {
	if name, ok := m.names[s]; ok {
		return name
	}
	if strings.Contains(s, "${") {
		for id, name := range m.names {
			s = strings.ReplaceAll(s, "${"+id, "${"+name)
		}
	}
	if len(s) >= hashLength {
		s = assetHash.ReplaceAllString(s, masked)
	}
	if m.stack == nil {
		return s
	}
	if strings.Contains(s, m.compact) {
		s = m.made.ReplaceAllString(s, maskedStack+"${1}"+masked)
	}
	if strings.Contains(s, m.name) {
		s = m.stack.ReplaceAllString(s, maskedStack)
	}
	if len(s) >= nameHashLength && strings.Count(s, "-") > 1 {
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
