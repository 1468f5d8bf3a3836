package web

import (
	"encoding/binary"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

func TestVersions(t *testing.T) {
	for header, want := range map[string][]int64{
		"": nil, " ": nil, "*": nil, `"1", *`: nil, `"1"`: {1}, `"1","2" , "x"`: {1, 2},
		`W/"1"`: {}, "1": {}, `"01"`: {}, `"+1"`: {}, `""`: {}, ",": {}, `"99999999999999999999"`: {},
	} {
		got := versions(http.Header{"If-Match": {header}})
		if !slices.Equal(got, want) || (got == nil) != (want == nil) {
			t.Errorf("%s: %v, want %v", header, got, want)
		}
	}
}

// FuzzVersions wants no tag taken for a version but those that etag writes.
func FuzzVersions(f *testing.F) {
	for _, seed := range []string{`"1"`, `W/"1", "2"`, "*", `"1""2"`, ",,,", `"-1"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		named := versions(http.Header{"If-Match": {header}})
		for _, v := range named {
			if !matches([]string{header}, etag(v)) {
				t.Errorf("%q names version %d", header, v)
			}
		}
	})
}

// TestDigest wants answers that differ to have tags that do.
func TestDigest(t *testing.T) {
	seen := map[string]int{}
	for n := range 5000 {
		tag := digest(binary.BigEndian.AppendUint64(nil, uint64(n))) //nolint:gosec // not negative
		if before, ok := seen[tag]; ok {
			t.Fatalf("%d and %d share the tag %s", before, n, tag)
		}
		seen[tag] = n
	}
}

// TestLongAnswers wants the length of an answer to be said also where net/http does not.
func TestLongAnswers(t *testing.T) {
	for size, want := range map[int]string{shortBody: "", shortBody + 1: "2049"} {
		w := httptest.NewRecorder()
		writeBody(w, http.StatusOK, make([]byte, size))
		if got := w.Header().Get("Content-Length"); got != want {
			t.Errorf("%d bytes: Content-Length %q, want %q", size, got, want)
		}
	}
}
