package workload

import "strings"

// globalStrong is the option of consistency whose table has neither transactions nor a
// time to live.
const globalStrong = "global-strong"

// alone reports whether the store's items are written one by one.
func (w *workload) alone() bool { return w.Blueprint["consistency"] == globalStrong }

// readConsistency is how queries of aggregates read the store: "strong" or
// "eventual", or "global-strong" where it is written without transactions, too. Queries of read models are eventual under every option.
func (w *workload) readConsistency() string {
	if w.alone() {
		return globalStrong
	}
	if strings.HasSuffix(w.Blueprint["consistency"], "strong") {
		return "strong"
	}
	return "eventual"
}
