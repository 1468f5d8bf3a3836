package contract

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// pages reads a query of a person, of nobody if that is empty, page after page, and
// returns what it lists, on how many pages, and the last cursor.
func (s *session) pages(query, name, person string, limit int) (items []map[string]any, pages int, cursor string) {
	s.t.Helper()
	var who []string
	if person != "" {
		who = s.as(person)
	}
	for target := fmt.Sprintf("%s?limit=%d", query, limit); ; {
		a := s.send("GET "+target, "", who...)
		page := s.list(a, name)
		items = append(items, page...)
		pages++
		if len(page) > limit {
			s.t.Errorf("%s: %d on a page", target, len(page))
		}
		next, ok := a.json["next"].(string)
		if !ok {
			return items, pages, cursor
		}
		if next == cursor || pages > 1000 {
			s.t.Fatalf("%s leads on to itself", target)
		}
		cursor = next
		target = fmt.Sprintf("%s?limit=%d&cursor=%s", query, limit, next)
	}
}

// texts returns one value of each item.
func texts(items []map[string]any, name string) []string {
	list := make([]string, len(items))
	for i, item := range items {
		list[i], _ = item[name].(string)
	}
	return list
}

func pagination(s *session) {
	var want []string
	for range 3 {
		path := s.created(2, 0)
		s.reserved(path, "regular")
		want = append(want, strings.TrimPrefix(path, "/dinners/"))
	}
	held, pages, cursor := s.pages("/me/reservations", "reservations", "regular", 2)
	got := texts(held, "dinnerId")
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) || pages != 2 {
		s.t.Errorf("%d pages with %v, want 2 with %v", pages, got, want)
	}
	s.eventually("three notices, newest first", func() bool {
		notices, pages, _ := s.pages("/me/notices", "notices", "regular", 2)
		ids := texts(notices, "id")
		slices.Reverse(ids)
		return len(ids) == 3 && pages == 2 && slices.IsSorted(ids) && len(slices.Compact(ids)) == 3
	})
	s.eventually("three dinners among all of them, by their time, none twice", func() bool {
		dinners, pages, _ := s.pages("/dinners", "dinners", "", 2)
		ids := texts(dinners, "dinnerId")
		if pages < 2 || !slices.IsSorted(texts(dinners, "startsAt")) {
			return false
		}
		slices.Sort(ids)
		return len(slices.Compact(slices.Clone(ids))) == len(ids) &&
			!slices.ContainsFunc(want, func(id string) bool { return !slices.Contains(ids, id) })
	})
	// A cursor is for one query of one person, and nobody else makes one.
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := range raw {
		other := slices.Clone(raw)
		other[i] ^= 1
		s.wants(s.send("GET /me/reservations?cursor="+base64.RawURLEncoding.EncodeToString(other), "", s.as("regular")...), http.StatusBadRequest, "invalid")
	}
	s.wants(s.send("GET /me/notices?cursor="+cursor, "", s.as("regular")...), http.StatusBadRequest, "invalid")
	s.wants(s.send("GET /dinners?cursor="+cursor, ""), http.StatusBadRequest, "invalid")
	s.wants(s.send("GET /me/reservations?cursor="+cursor, "", s.as("stranger")...), http.StatusBadRequest, "invalid")
}

// pageSize wants a page that nobody said the size of to have twenty of all there are,
// and to lead on. What came before has opened more.
func pageSize(s *session) {
	s.eventually("there are more dinners than fit on a page", func() bool {
		all, _, _ := s.pages("/dinners", "dinners", "", 100)
		return len(all) > 20
	})
	a := s.send("GET /dinners", "")
	if n := len(s.list(a, "dinners")); n != 20 || a.json["next"] == nil {
		s.t.Errorf("%d dinners on a page that nobody said the size of, want 20; next is %v", n, a.json["next"])
	}
}
