package app

import (
	"strings"
	"testing"

	"fulcrum/compare/difference"
	"fulcrum/design"
)

// TestObjectsGrowOldAsTheDesignSays reads the ages of each option off the template
// against the data class, and wants no archive that a reader would have to wait for.
func TestObjectsGrowOldAsTheDesignSays(t *testing.T) {
	d, err := design.Read("../../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	class := d.DataClass(design.Content)
	if class.TierAfterDays != 90 || class.RetentionDays != 365 || class.RestoreHours != 0 {
		t.Fatalf("the design's content changed: %+v; work out the ages below anew", class)
	}
	for stack, want := range map[string]string{
		"ObjectLifecycle-Tiers":       `[{"StorageClass":"STANDARD_IA","TransitionInDays":90},{"StorageClass":"GLACIER_IR","TransitionInDays":180}]`,
		"ObjectLifecycle-Intelligent": `[{"StorageClass":"INTELLIGENT_TIERING","TransitionInDays":0}]`,
	} {
		diff := difference.Of(templates[baseline], templates[stack])
		if len(diff.Added)+len(diff.Removed) > 0 || len(diff.Changed) == 0 {
			t.Errorf("%s adds %d and removes %d resources, changes %d", stack, len(diff.Added), len(diff.Removed), len(diff.Changed))
		}
		for _, c := range diff.Changed {
			if !strings.HasPrefix(c.ID, "Site") {
				t.Errorf("%s changes %s", stack, c)
			}
		}
		aged := 0
		for id, r := range resources(templates[stack]) {
			if r["Type"] != "AWS::S3::Bucket" {
				continue
			}
			if property(r, "IntelligentTieringConfigurations") != nil {
				t.Errorf("%s: %s archives what readers cannot wait for", stack, id)
			}
			rules, _ := property(r, "LifecycleConfiguration", "Rules").([]any)
			for _, one := range rules {
				rule, _ := one.(map[string]any)
				if rule["Transitions"] == nil {
					continue
				}
				aged++
				if got := text(t, rule["Transitions"]); got != want || text(t, rule["NoncurrentVersionTransitions"]) != want ||
					property(r, "LifecycleConfiguration", "TransitionDefaultMinimumObjectSize") != "all_storage_classes_128K" {
					t.Errorf("%s: %s: %s", stack, id, text(t, rule))
				}
			}
		}
		if aged != 1 {
			t.Errorf("%s: %d rules move objects", stack, aged)
		}
	}
}
