package workload

import "strings"

// readConsistency is how queries of aggregates read the store: "strong" or
// "eventual". Queries of read models are eventual under every option.
func (w *workload) readConsistency() string {
	if strings.HasSuffix(w.Blueprint["consistency"], "strong") {
		return "strong"
	}
	return "eventual"
}
