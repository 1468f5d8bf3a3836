package workload

import (
	"fulcrum/constructs/table"
	"fulcrum/design"
	"fulcrum/design/catalogue"
)

// defineStore defines the table of the aggregates, with the outbox in it, and the
// table of the read models.
func (w *workload) defineStore() {
	if w.Part == catalogue.Secondary {
		w.existingStore()
		return
	}
	store := table.Props{
		Key:          w.key(w.storeClass()),
		Replicas:     w.replicas(w.storeClass()),
		PartitionKey: "pk",
		SortKey:      "sk",
		TTLAttribute: "expiresAt",
		Stream:       true,
		Indexes:      []table.Index{{Name: indexByGuest, PartitionKey: "gpk", SortKey: "gsk"}},
		Sandbox:      w.Settings.Sandbox,
	}
	if w.alone() { // calls and events lie in the aggregates' items: nothing expires, and nobody looks for them
		store.Witness, store.TTLAttribute, store.Indexes = w.Place.Third, "", nil
	}
	w.store = table.New(w.stack, "Store", store)
	w.readModels = table.New(w.stack, "ReadModels", table.Props{
		Key:          w.key(design.ReadModels),
		Replicas:     w.replicas(design.ReadModels),
		PartitionKey: "pk",
		SortKey:      "sk",
		TTLAttribute: "expiresAt",
		Sandbox:      w.Settings.Sandbox,
	})
}
