package web

import (
	"bytes"
	"context"
	"errors"
	"testing"
)

func somewhere(query, person string) place {
	return place{ctx: context.Background(), query: query, person: person, key: func(context.Context) ([]byte, error) {
		return bytes.Repeat([]byte{7}, 32), nil
	}}
}

func TestCursorsHoldForOneQueryOfOnePerson(t *testing.T) {
	at := somewhere("notices", "anna")
	text, err := at.cursor("01J0")
	if err != nil {
		t.Fatal(err)
	}
	if after, err := at.read(text); err != nil || after != "01J0" {
		t.Errorf("got %q, %v", after, err)
	}
	other := somewhere("notices", "anna")
	other.key = func(context.Context) ([]byte, error) { return make([]byte, 32), nil }
	for name, at := range map[string]place{
		"another query": somewhere("reservations", "anna"), "another person": somewhere("notices", "ben"),
		"parts moved": somewhere("noticesa", "nna"), "another key": other,
	} {
		if after, err := at.read(text); !errors.Is(err, errCursor) {
			t.Errorf("%s: got %q, %v", name, after, err)
		}
	}
	broken := errors.New("no key")
	at.key = func(context.Context) ([]byte, error) { return nil, broken }
	if _, err := at.read(text); !errors.Is(err, broken) {
		t.Errorf("without a key: %v", err)
	}
	if _, err := at.cursor("01J0"); !errors.Is(err, broken) {
		t.Errorf("without a key: %v", err)
	}
}

// FuzzCursor wants nothing taken for a cursor but what cursor wrote.
func FuzzCursor(f *testing.F) {
	good, err := somewhere("notices", "anna").cursor("01J0")
	if err != nil {
		f.Fatal(err)
	}
	f.Add("ZGlubmVyczoyMDMw", "dinners", "")
	f.Add(good, "notices", "anna")
	f.Add(good[:len(good)-1]+"B", "notices", "anna")
	f.Fuzz(func(t *testing.T, text, query, person string) {
		at := somewhere(query, person)
		after, err := at.read(text)
		if err != nil {
			return
		}
		if again, err := at.cursor(after); err != nil || again != text {
			t.Errorf("%q of %s is %q, which is written %q", text, query, after, again)
		}
	})
}
