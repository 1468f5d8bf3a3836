// Package evidence says where a figure comes from: a place in a template, or a
// fact with its source, date and confidence.
package evidence

import "fulcrum/compare/facts"

// Item is one thing a figure rests on.
type Item struct {
	// Claim is what is known, "http-api waf: no" or "SecurityPolicy TLS_1_2".
	Claim string `json:"claim"`
	// Path is the place in the template, "Resources/Api/Properties/Policy"; empty
	// for a fact.
	Path string `json:"path,omitempty"`
	// Source, AsOf and Confidence are a fact's; empty for what the template says.
	Source     string           `json:"source,omitempty"`
	AsOf       string           `json:"as_of,omitempty"`
	Confidence facts.Confidence `json:"confidence,omitempty"`
	// Note qualifies the fact.
	Note string `json:"note,omitempty"`
}

// FromMemory reports whether the item was found in no source.
func (i Item) FromMemory() bool { return i.Confidence == facts.Memory }

// Template returns the evidence of a place in a template.
func Template(path, claim string) Item { return Item{Claim: claim, Path: path} }

// Fact returns the evidence of a fact with that origin.
func Fact(claim string, o facts.Origin) Item {
	return Item{Claim: claim, Source: o.Source, AsOf: o.AsOf, Confidence: o.Confidence, Note: o.Note}
}

// AnyFromMemory reports whether any of the items was found in no source.
func AnyFromMemory(items []Item) bool {
	for _, i := range items {
		if i.FromMemory() {
			return true
		}
	}
	return false
}
