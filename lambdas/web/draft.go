package web

import (
	"encoding/json"
	"net/http"
	"strings"

	"fulcrum/lambdas/draft"
)

// drafts returns the operations on what is remembered of a host between two calls;
// none where nothing is.
func (c *Config) drafts() []route {
	if c.Drafts == nil {
		return nil
	}
	return []route{
		{"PUT /me/draft", "Save Draft", "dinner/host", c.saveDraft},
		{"GET /me/draft", "My Draft", "dinner/host", c.myDraft},
		{"DELETE /me/draft", "Drop Draft", "dinner/host", c.dropDraft},
	}
}

// saveDraft needs no idempotency key: it can be repeated as it is.
func (c *Config) saveDraft(w http.ResponseWriter, r *http.Request, who caller) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	var d draft.Draft
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil || decoder.More() {
		return &httpError{
			status: http.StatusBadRequest, code: "malformed-body",
			detail: "the body is not one JSON object with values of Create Dinner",
		}
	}
	saved, err := c.Drafts.Save(r.Context(), who.id, d)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, saved)
}

func (c *Config) myDraft(w http.ResponseWriter, r *http.Request, who caller) error {
	d, err := c.Drafts.Read(r.Context(), who.id)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, d)
}

func (c *Config) dropDraft(w http.ResponseWriter, r *http.Request, who caller) error {
	if err := c.Drafts.Drop(r.Context(), who.id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
