package capability

import (
	"fmt"
	"slices"

	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
	"fulcrum/design/role"
)

// strongReads says whether queries of aggregates read consistently. Read models
// follow the events and are eventual under every option.
func strongReads(d *door) Cell {
	for _, r := range d.stack.OfRole(role.Compute) {
		if r.Text("Environment", "Variables", "CONSISTENCY") == "strong" {
			return Cell{Mark: Yes, Text: "of aggregates; read models lag behind", Evidence: []evidence.Item{at(r, "Environment", "Variables", "CONSISTENCY")}}
		}
	}
	if c := d.stack.Blueprint["consistency"]; c == "strong" || c == "global-strong" { // servers have no environment to read off
		return Cell{Mark: Yes, Text: "of aggregates; read models lag behind"}
	}
	if len(d.stack.OfRole(role.Compute)) == 0 {
		return Cell{Mark: Unknown, Text: "nothing that reads"}
	}
	return Cell{Mark: No, Text: "half the price, may lag a moment"}
}

// forgets says what is left of a person who asks to be forgotten, and for how long.
func forgets(d *door) Cell {
	tables := d.stack.OfType("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
	if i := slices.IndexFunc(tables, func(r *assembly.Resource) bool { return r.DataClass() == "person-keys" }); i >= 0 {
		days, _ := tables[i].Number("Replicas", "PointInTimeRecoverySpecification", "RecoveryPeriodInDays")
		return Cell{
			Mark: Yes, Text: fmt.Sprintf("everywhere, keys gone for good after %.0f days", days),
			Evidence: []evidence.Item{at(tables[i], "Replicas", "PointInTimeRecoverySpecification", "RecoveryPeriodInDays")},
		}
	}
	longest, where := 0.0, (*assembly.Resource)(nil)
	for _, r := range d.stack.OfType("AWS::Events::Archive") {
		if days, ok := r.Number("RetentionDays"); ok && days > longest {
			longest, where = days, r
		}
	}
	if where == nil {
		return Cell{Mark: Unknown, Text: "no archive, no keys of persons"}
	}
	return Cell{Mark: No, Text: fmt.Sprintf("rows at once, archives after %.0f days", longest), Evidence: []evidence.Item{at(where, "RetentionDays")}}
}
