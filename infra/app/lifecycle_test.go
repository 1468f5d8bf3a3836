package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"fulcrum/compare/difference"
	"fulcrum/design"
	"fulcrum/design/catalogue"
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

// TestPicturesGrowOldIfTheirClassSaysWhen chooses both a place for pictures and tiers:
// pictures move at the age that their class of data names, and stay where they are if it
// names none.
func TestPicturesGrowOldIfTheirClassSaysWhen(t *testing.T) {
	blueprint := catalogue.Baseline().With("front-door", "rest-api").With("integration", "s3").With("object-lifecycle", "tiers").Settled()
	for days, want := range map[int]string{
		0:   "",
		120: `[{"StorageClass":"STANDARD_IA","TransitionInDays":120},{"StorageClass":"GLACIER_IR","TransitionInDays":240}]`,
	} {
		t.Run(strconv.Itoa(days), func(t *testing.T) {
			into := t.TempDir()
			err := synthesizeDrawn(t, []Stack{{Name: "Pictures", Varies: baseline, Blueprint: blueprint}}, into, func(d *design.Design) {
				for i := range d.DataClasses {
					if d.DataClasses[i].Name == design.People {
						d.DataClasses[i].TierAfterDays = days
					}
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			found, err := filepath.Glob(filepath.Join(into, "*Pictures*.template.json"))
			if err != nil || len(found) != 1 {
				t.Fatalf("templates %v, %v", found, err)
			}
			raw, err := os.ReadFile(found[0])
			if err != nil {
				t.Fatal(err)
			}
			var template map[string]any
			if err := json.Unmarshal(raw, &template); err != nil {
				t.Fatal(err)
			}
			got, buckets := "", 0
			for id, r := range resources(template) {
				if r["Type"] != "AWS::S3::Bucket" || !strings.HasPrefix(id, "Photos") {
					continue
				}
				buckets++
				rules, _ := property(r, "LifecycleConfiguration", "Rules").([]any)
				for _, one := range rules {
					if moves := one.(map[string]any)["Transitions"]; moves != nil {
						got += text(t, moves)
					}
				}
			}
			if buckets != 1 || got != want {
				t.Errorf("after %d days: %d buckets of pictures, which move %s; want %s", days, buckets, got, want)
			}
		})
	}
}
