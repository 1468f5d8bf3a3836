package app

import (
	"testing"

	"fulcrum/compare/difference"
)

// TestStrongReadsChangeOneSetting wants strong reads to be what the program that
// answers queries is told, and nothing else to differ.
func TestStrongReadsChangeOneSetting(t *testing.T) {
	const name = "Consistency-Strong"
	d := difference.Of(templates[baseline], templates[name])
	if len(d.Added)+len(d.Removed) > 0 {
		t.Errorf("adds %v, removes %v", d.Added, d.Removed)
	}
	told := 0
	for id, r := range resources(templates[name]) {
		properties, _ := r["Properties"].(map[string]any)
		environment, _ := properties["Environment"].(map[string]any)
		variables, _ := environment["Variables"].(map[string]any)
		if value, ok := variables["CONSISTENCY"]; ok {
			told++
			if value != "strong" {
				t.Errorf("%s is told to read %v", id, value)
			}
		}
	}
	if told != 1 || len(d.Changed) != 1 {
		t.Errorf("%d functions are told, %d resources changed; want the one that answers", told, len(d.Changed))
	}
}
