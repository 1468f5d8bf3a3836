package report

import (
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	t.Parallel()
	long := strings.TrimSpace(strings.Repeat("what it says ", 7)) // 90 characters
	at80 := "what it says what it says what it says what it says what it says what it says"
	for _, test := range []struct{ name, text, want string }{
		{"short", "a  b\n\nc", "a  b\n\nc"},
		{"a paragraph", long + "\n", at80 + "\nwhat it says\n"},
		{"a list", "  name: " + long, "  name: what it says what it says what it says what it says what it says what\n    it says what it says"},
		{"a source", "  [12] " + long, "  [12] what it says what it says what it says what it says what it says what it\n       says what it says"},
		{"a row", "  name    " + long, "  name    what it says what it says what it says what it says what it says what\n          it says what it says"},
		{
			"a row that is full", "  name" + strings.Repeat(" ", 55) + "value  " + long,
			"  name" + strings.Repeat(" ", 55) + "value\n    what it says what it says what it says what it says what it says what it\n    says what it says",
		},
		{
			"letters of more than a byte", "  " + strings.Repeat("█", 40) + "  " + long[:36],
			"  " + strings.Repeat("█", 40) + "  what it says what it says what it sa",
		},
	} {
		if got := (TextOptions{Width: 80}).Fold(test.text); got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", test.name, got, test.want)
		}
		if got := (TextOptions{}).Fold(test.text); got != test.text {
			t.Errorf("%s is folded for no terminal:\n%s", test.name, got)
		}
	}
}
