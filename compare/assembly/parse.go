package assembly

import (
	"errors"
	"fmt"
	"strconv"

	"fulcrum/design/role"
)

// Parse reads one CloudFormation template in JSON. The stack it returns has no
// name and no file, and nested stacks are not followed.
func Parse(data []byte) (*Stack, error) {
	var template map[string]any
	if err := decode(data, &template); err != nil {
		return nil, err
	}
	resources, ok := template["Resources"].(map[string]any)
	if !ok {
		return nil, errors.New(`has no object "Resources"; it is not a CloudFormation template`)
	}
	s := &Stack{Template: template, Bytes: len(data)}
	s.about(template["Metadata"])
	defaults := defaultsOf(template["Parameters"])
	for _, id := range keys(resources) {
		body, ok := resources[id].(map[string]any)
		kind, named := body["Type"].(string)
		if !ok || !named {
			return nil, fmt.Errorf("resource %q has no Type; it is not a CloudFormation template", id)
		}
		s.Resources = append(s.Resources, parseResource(id, kind, body, defaults))
	}
	s.index()
	s.settle()
	return s, nil
}

func parseResource(id, kind string, body map[string]any, defaults map[string]any) *Resource {
	r := &Resource{ID: id, Type: kind}
	r.Properties, _ = resolve(body["Properties"], defaults).(map[string]any)
	r.Metadata, _ = body["Metadata"].(map[string]any)
	r.DeletionPolicy, _ = body["DeletionPolicy"].(string)
	r.About, _ = r.Metadata[role.MetadataKey].(map[string]any)
	if name, ok := r.About["role"].(string); ok {
		r.Role, r.Declared = role.Role(name), true
	} else {
		r.Role = inferred(r)
	}
	seen := map[string]bool{}
	collect(body["Properties"], seen)
	for _, on := range texts(body["DependsOn"]) {
		seen[on] = true
	}
	r.Refers = keys(seen)
	return r
}

// about takes over what Fulcrum noted in the stack's metadata.
func (s *Stack) about(metadata any) {
	m, _ := Dig(metadata, role.MetadataKey).(map[string]any)
	text := func(key string) string { v, _ := m[key].(string); return v }
	s.System, s.TradeOff, s.Option = text("system"), text("trade-off"), text("option")
	s.Varies, s.Region = text("varies"), text("region")
	s.Part, s.Of, s.Share = text("part"), text("of"), 1
	if share, err := strconv.ParseFloat(text("share"), 64); err == nil {
		s.Share = share
	}
	s.Ground, s.Blueprint = choices(m["ground"]), choices(m["blueprint"])
}

func choices(v any) map[string]string {
	m, _ := v.(map[string]any)
	out := make(map[string]string, len(m))
	for k, x := range m {
		if s, ok := x.(string); ok {
			out[k] = s
		}
	}
	return out
}

func defaultsOf(parameters any) map[string]any {
	m, _ := parameters.(map[string]any)
	out := map[string]any{}
	for name, p := range m {
		if v := Dig(p, "Default"); v != nil {
			out[name] = v
		}
	}
	return out
}

// resolve returns v with references to parameters replaced by their defaults: v itself
// where it has none.
func resolve(v any, defaults map[string]any) any {
	if len(defaults) == 0 || !refersToAny(v, defaults) {
		return v
	}
	switch v := v.(type) {
	case map[string]any:
		if name, ok := v["Ref"].(string); ok && len(v) == 1 {
			return defaults[name]
		}
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = resolve(x, defaults)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = resolve(x, defaults)
		}
		return out
	}
	return v
}

// refersToAny reports whether somewhere in v is a reference to one of the parameters.
func refersToAny(v any, parameters map[string]any) bool {
	switch v := v.(type) {
	case map[string]any:
		if name, ok := v["Ref"].(string); ok && len(v) == 1 {
			return parameters[name] != nil
		}
		for _, x := range v {
			if refersToAny(x, parameters) {
				return true
			}
		}
	case []any:
		for _, x := range v {
			if refersToAny(x, parameters) {
				return true
			}
		}
	}
	return false
}

func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, x := range v {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}
