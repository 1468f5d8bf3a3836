// Package nearest finds the known name that a misspelt one was meant to be.
package nearest

import "strings"

// Name returns the name in known closest to got by edits of one letter, a swap of
// neighbours counted as one; where nothing is that close, the one that got is a
// part of. It returns "" when nothing is close: more than a third of the letters,
// and more than one, would have to change.
func Name(got string, known []string) string {
	if len(got) > 100 {
		return ""
	}
	best, least := "", len(got)/3+2
	for _, k := range known {
		if d := distance(strings.ToLower(got), strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	if best != "" || len(got) < 3 {
		return best
	}
	for _, k := range known {
		if part(strings.ToLower(got), strings.ToLower(k)) {
			return k
		}
	}
	return ""
}

// part reports whether the letters of got all occur in name, in their order, and
// name begins or ends as got does.
func part(got, name string) bool {
	rest := name
	for _, letter := range got {
		i := strings.IndexRune(rest, letter)
		if i < 0 {
			return false
		}
		rest = rest[i+len(string(letter)):]
	}
	return name[0] == got[0] || rest == ""
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
