// Package nearest finds the known name that a misspelt one was meant to be, and
// words the error.
package nearest

import (
	"fmt"
	"strings"
)

// Name returns the name in known closest to got by edits of one letter, a swap of
// neighbours counted as one and case as none; where nothing is that close, the one
// with the longest piece of got in it. It returns "" when nothing is close: more
// than a third of the letters, and more than one, would have to change, and no
// piece has half the letters of got, and three.
func Name(got string, known []string) string {
	if len(got) > 100 {
		return ""
	}
	best, least := "", len(got)/3+2
	if len(got) <= 2 {
		least = 1
	}
	for _, k := range known {
		if d := distance(strings.ToLower(got), strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	if best != "" {
		return best
	}
	longest := max(3, (len(got)+1)/2) - 1
	for _, k := range known {
		if n := common(strings.ToLower(got), strings.ToLower(k)); n > longest {
			best, longest = k, n
		}
	}
	return best
}

// common is the length in bytes of the longest piece that a and b share.
func common(a, b string) int {
	longest := 0
	for i := range a {
		for longest < len(a)-i && strings.Contains(b, a[i:i+longest+1]) {
			longest++
		}
	}
	return longest
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

// listed is how many names are told beside the one that may be meant.
const listed = 24

// Unknown says that a name is not known, which one may be meant, and all there are,
// unless one may be meant and there are too many to read.
func Unknown(what, got string, known []string) error {
	hint := Hint(got, known)
	if hint != "" && len(known) > listed {
		return fmt.Errorf("unknown %s %q%s; %d are known", what, got, hint, len(known))
	}
	return fmt.Errorf("unknown %s %q%s; known: %s", what, got, hint, strings.Join(known, ", "))
}

// Hint is " (did you mean name?)", or nothing where no known name is close.
func Hint(got string, known []string) string {
	name := Name(got, known)
	if name == "" {
		return ""
	}
	return " (did you mean " + name + "?)"
}
