package loggroup_test

import (
	"testing"

	"fulcrum/constructs/internal/loggroup"
)

func TestRetention(t *testing.T) {
	for days, want := range map[int]int{
		-1: 1, 0: 1, 1: 1, 2: 1, 7: 7, 29: 14, 30: 30, 100: 90, 365: 365, 1000: 731, 3653: 3653, 9999: 3653,
	} {
		if got := loggroup.Retention(days); got != want {
			t.Errorf("%d days are kept %d, want %d", days, got, want)
		}
	}
}
