package capability

import (
	"fmt"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
)

// fronted answers with what the perimeters before the door do, if found says so, and
// otherwise with what the door does itself.
func fronted(otherwise answer, found func(before []*assembly.Resource) (Cell, bool)) answer {
	return func(d *door) Cell {
		if c, ok := found(d.stack.Before(d.main)); ok {
			return c
		}
		return otherwise(d)
	}
}

// edgeACL finds a web ACL on the distribution before the door. It inspects 16 KB of
// a body unless it says more.
// https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-setting-body-inspection-limit.html
func edgeACL(before []*assembly.Resource) (Cell, bool) {
	for _, r := range before {
		if r.Type != "AWS::WAFv2::WebACL" {
			continue
		}
		inspected := "16 KB"
		if size := strings.TrimPrefix(r.Text("AssociationConfig", "RequestBody", "CLOUDFRONT", "DefaultSizeInspectionLimit"), "KB_"); size != "" {
			inspected = size + " KB"
		}
		return Cell{
			Mark: Yes, Text: fmt.Sprintf("at the edge: %d rules, bodies to %s", len(r.List("Rules")), inspected),
			Evidence: []evidence.Item{at(r, "Scope")},
		}, true
	}
	return Cell{}, false
}

// edgeCountries finds a list of countries on the distribution before the door, or in
// its web ACL.
func edgeCountries(before []*assembly.Resource) (Cell, bool) {
	for _, r := range before {
		if r.Text("DistributionConfig", "Restrictions", "GeoRestriction", "RestrictionType") == "whitelist" {
			path := []string{"DistributionConfig", "Restrictions", "GeoRestriction", "Locations"}
			return Cell{Mark: Yes, Text: r.Text(path...) + "; who cannot be placed gets in", Evidence: []evidence.Item{at(r, path...)}}, true
		}
	}
	for _, r := range before {
		for _, rule := range r.List("Rules") {
			if codes := countryCodes(rule); codes != "" {
				return Cell{Mark: Yes, Text: codes + ", by the firewall", Evidence: []evidence.Item{at(r, "Rules", "Name")}}, true
			}
		}
	}
	return Cell{}, false
}

// countryCodes returns the countries that a rule lets in alone, wherever in its
// statement they are; empty for none.
func countryCodes(rule any) string {
	switch rule := rule.(type) {
	case map[string]any:
		if codes := assembly.Text(assembly.Dig(rule, "GeoMatchStatement", "CountryCodes")); codes != "" {
			return codes
		}
		for _, v := range rule {
			if codes := countryCodes(v); codes != "" {
				return codes
			}
		}
	case []any:
		for _, v := range rule {
			if codes := countryCodes(v); codes != "" {
				return codes
			}
		}
	}
	return ""
}
