package outbox

import "testing"

func TestFilterNames(t *testing.T) {
	const want = `{"dynamodb":{"NewImage":{"kind":{"S":["event"]},"type":{"S":["Seat Reserved","Dinner \"Full\""]}}},"eventName":["INSERT"]}`
	if got := (Props{}).filter([]string{"Seat Reserved", `Dinner "Full"`}); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
