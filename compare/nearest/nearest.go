// Package nearest finds the known name that a misspelt one was meant to be, and
// words the error.
package nearest

import (
	"fmt"
	"strings"
)

// Unknown says that a name is not known, which one may be meant, and all there are.
func Unknown(what, got string, known []string) error {
	return fmt.Errorf("unknown %s %q%s; known: %s", what, got, Hint(got, known), strings.Join(known, ", "))
}

// Hint is " (did you mean name?)", or nothing where no known name is close.
func Hint(got string, known []string) string {
	name := Name(got, known)
	if name == "" {
		return ""
	}
	return " (did you mean " + name + "?)"
}

// Name returns the name in known closest to got by edits of one letter, a swap
// of neighbours counted as one. It returns "" when nothing is close: more than
// a third of the letters, and more than one, would have to change. A single
// letter is close to nothing.
func Name(got string, known []string) string {
	if len(got) < 2 {
		return ""
	}
	best, least := "", len(got)/3+2
	for _, k := range known {
		if d := distance(got, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance is the optimal string alignment distance of a and b in bytes.
func distance(a, b string) int {
	before := make([]int, len(b)+1)
	last := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
