package web

import "testing"

func FuzzCursor(f *testing.F) {
	f.Add("ZGlubmVyczoyMDMw", "dinners")
	f.Add(cursor("notices", "01J0"), "notices")
	f.Fuzz(func(t *testing.T, text, query string) {
		after, err := readCursor(text, query)
		if err != nil {
			return
		}
		if again := cursor(query, after); again != text {
			t.Errorf("%q of %s is %q, which is written %q", text, query, after, again)
		}
	})
}
