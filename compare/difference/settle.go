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

const masked = "<hash>"

// settle returns a copy of a template without what differs between two builds of
// the same thing.
func settle(template map[string]any) map[string]any {
	names, taken := map[string]string{}, map[string]bool{}
	for _, id := range union(object(template["Resources"]), nil) {
		m := hashedID.FindStringSubmatch(id)
		if m == nil || taken[m[1]] { // two of one name stay apart
			continue
		}
		names[id], taken[m[1]] = m[1]+masked, true
	}
	out, _ := rewrite(template, names).(map[string]any)
	for id, r := range object(out["Resources"]) {
		if typeOf(r) == "AWS::CDK::Metadata" {
			delete(object(out["Resources"]), id)
			continue
		}
		forget(object(r))
	}
	return out
}

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

func rewrite(v any, names map[string]string) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			if name, ok := names[k]; ok {
				k = name
			}
			out[k] = rewrite(x, names)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = rewrite(x, names)
		}
		return out
	case string:
		if name, ok := names[v]; ok {
			return name
		}
		for id, name := range names {
			v = strings.ReplaceAll(v, "${"+id, "${"+name)
		}
		return assetHash.ReplaceAllString(v, masked)
	default:
		return v
	}
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
