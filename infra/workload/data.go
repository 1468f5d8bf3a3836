package workload

import (
	"fulcrum/constructs/table"
	"fulcrum/design"
)

// defineStore defines the table of the aggregates, with the outbox in it, and the
// table of the read models.
func (w *workload) defineStore() {
	w.store = table.New(w.stack, "Store", table.Props{
		Key:          w.key(w.Design.Aggregates[0].DataClass),
		PartitionKey: "pk",
		SortKey:      "sk",
		TTLAttribute: "expiresAt",
		Stream:       true,
		Indexes:      []table.Index{{Name: "by-guest", PartitionKey: "gpk", SortKey: "gsk"}},
		Sandbox:      w.Settings.Sandbox,
	})
	w.readModels = table.New(w.stack, "ReadModels", table.Props{
		Key:          w.key(design.ReadModels),
		PartitionKey: "pk",
		SortKey:      "sk",
		TTLAttribute: "expiresAt",
		Sandbox:      w.Settings.Sandbox,
	})
}
