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
		switch r.Text("Environment", "Variables", "CONSISTENCY") {
		case "strong":
			return Cell{Mark: Yes, Text: "of aggregates; read models lag behind", Evidence: []evidence.Item{at(r, "Environment", "Variables", "CONSISTENCY")}}
		case "global-strong":
			return Cell{Mark: Yes, Text: "of aggregates, in every Region; read models lag behind", Evidence: []evidence.Item{at(r, "Environment", "Variables", "CONSISTENCY")}}
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

// together says whether a command's items and events are written all or none, and what
// is done without where they are not.
func together(d *door) Cell {
	for _, r := range d.stack.OfType("AWS::DynamoDB::GlobalTable") {
		if r.Text("MultiRegionConsistency") != "STRONG" {
			continue
		}
		c := feature("dynamodb:multi-region-transactions", "transactions", "item by item: no transactions, no expiry, few calls remembered")(d)
		c.Evidence = append(c.Evidence, at(r, "MultiRegionConsistency"))
		return c
	}
	for _, r := range d.stack.OfType("AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table") {
		if r.Role == role.Store {
			return Cell{Mark: Yes, Text: "in one transaction", Evidence: []evidence.Item{evidence.Template(r.Path(), r.Type)}}
		}
	}
	return Cell{Mark: Unknown, Text: "no table"}
}

// elsewhere says what of the data can be read in another Region when this one is lost.
// What programs have sealed under persons' keys can be where these are copied too, and
// where a replica of the key that wraps them is.
func elsewhere(d *door) Cell {
	var stores, persons *assembly.Resource
	for _, r := range d.stack.OfType("AWS::DynamoDB::GlobalTable") {
		switch {
		case r.DataClass() == personKeys:
			persons = r
		case r.Role == role.Store && len(r.List("Replicas")) > 1:
			stores = r
		}
	}
	if stores == nil && len(d.stack.OfType("AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table")) == 0 {
		return Cell{Mark: Unknown, Text: "no table"}
	}
	if stores == nil {
		return Cell{Mark: No, Text: "nothing: the data is in one"}
	}
	c := Cell{Mark: Yes, Text: "copies of the tables", Evidence: []evidence.Item{at(stores, "Replicas")}}
	if persons == nil {
		return c
	}
	replicas := d.stack.OfType("AWS::KMS::ReplicaKey")
	if len(persons.List("Replicas")) < 2 || len(replicas) == 0 {
		c.Text += ", but nothing that is sealed in them"
		return c
	}
	c.Text += ", and what is sealed in them"
	c.Evidence = append(c.Evidence, at(persons, "Replicas"), evidence.Template(replicas[0].Path(), replicas[0].Type))
	return c
}

// personKeys is the data class of the table of persons' keys.
const personKeys = "person-keys"

// forgets says what is left of a person who asks to be forgotten, and for how long.
func forgets(d *door) Cell {
	tables := d.stack.OfType("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
	if i := slices.IndexFunc(tables, func(r *assembly.Resource) bool { return r.DataClass() == personKeys }); i >= 0 {
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
