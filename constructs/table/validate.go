package table

import (
	"fmt"

	"fulcrum/constructs/internal/props"
)

const (
	maxIndexes      = 20
	maxRecoveryDays = 35
)

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.Key != nil, "Key")
	found.Required(p.PartitionKey != "", "PartitionKey")
	found.Check(p.SortKey == "" || p.SortKey != p.PartitionKey, "SortKey",
		"%q is the partition key too; name another attribute", p.SortKey)
	found.Check(p.TTLAttribute == "" || p.TTLAttribute != p.PartitionKey && p.TTLAttribute != p.SortKey, "TTLAttribute",
		"%q is a key and a string; name a number attribute", p.TTLAttribute)
	found.Check(p.RecoveryDays >= 0 && p.RecoveryDays <= maxRecoveryDays, "RecoveryDays",
		"%d is not from 1 to %d; leave it out for %d", p.RecoveryDays, maxRecoveryDays, maxRecoveryDays)
	found.Check(len(p.Indexes) <= maxIndexes, "Indexes",
		"%d are more than the %d a table may have", len(p.Indexes), maxIndexes)
	if p.Witness != "" {
		found.Check(len(p.Replicas) == 1, "Replicas", "%d of them beside a witness; such a table is in exactly three Regions, so name one", len(p.Replicas))
		found.Check(p.TTLAttribute == "", "TTLAttribute", "%q with a witness; a table that is strongly consistent in several Regions has no time to live", p.TTLAttribute)
	}
	regions := map[string]bool{p.Witness: p.Witness != ""}
	for i, r := range p.Replicas {
		field := fmt.Sprintf("Replicas[%d]", i)
		found.Required(r.Region != "", field+".Region")
		found.Check(r.Region == "" || !regions[r.Region], field+".Region", "%q has a copy already", r.Region)
		regions[r.Region] = true
		found.Check(p.Key == nil || p.Key.Own() == (r.KeyARN != ""), field+".KeyARN", "missing, or there although AWS owns the table's key; a copy is encrypted as the table is")
	}
	seen := map[string]bool{}
	for i, index := range p.Indexes {
		field := fmt.Sprintf("Indexes[%d]", i)
		found.Required(index.PartitionKey != "", field+".PartitionKey")
		found.Check(index.SortKey == "" || index.SortKey != index.PartitionKey, field+".SortKey",
			"%q is the index's partition key too; name another attribute", index.SortKey)
		if index.Name == "" {
			found.Required(false, field+".Name")
			continue
		}
		found.Check(len(index.Name) >= 3 && len(index.Name) <= 255, field+".Name",
			"%q has %d characters; use 3 to 255", index.Name, len(index.Name))
		found.Check(!seen[index.Name], field+".Name", "%q is taken by an index before it", index.Name)
		seen[index.Name] = true
	}
	return found.Err()
}
