package web

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
)

// etag returns the entity tag of a version.
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// digest returns an entity tag that stands for the content of an answer.
func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// private is for answers of the caller alone, or that nothing between client and
// door may keep: keep it, ask each time whether it changed.
const private = "no-cache"

// public is for answers that everybody gets: a cache for all may keep them for
// EdgeAge, a client's own asks each time whether they changed.
func (c *Config) public() string {
	if c.EdgeAge == 0 {
		return private
	}
	return "public, max-age=0, s-maxage=" + strconv.Itoa(int(c.EdgeAge.Seconds()))
}

// writeTagged answers a query with a JSON document and its entity tag, or with 304 if the client has
// that already.
func writeTagged(w http.ResponseWriter, r *http.Request, tag, cacheControl string, body []byte) error {
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", cacheControl)
	if matches(r.Header.Values("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	writeBody(w, http.StatusOK, body)
	return nil
}

// matches reports whether If-None-Match holds a tag, compared weakly (RFC 9110,
// section 13.1.2).
func matches(header []string, tag string) bool {
	for candidate := range strings.SplitSeq(strings.Join(header, ","), ",") {
		candidate = strings.TrimSpace(candidate)
		if candidate == "*" || strings.TrimPrefix(candidate, "W/") == tag {
			return true
		}
	}
	return false
}

// versions returns the versions in If-Match, compared strongly (RFC 9110, section
// 13.1.1): nil if any will do, and none for tags that no version has.
func versions(h http.Header) []int64 {
	header := strings.Join(h.Values("If-Match"), ",")
	if strings.TrimSpace(header) == "" {
		return nil
	}
	named := []int64{}
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimSpace(candidate)
		if candidate == "*" {
			return nil
		}
		version, err := strconv.ParseInt(strings.Trim(candidate, `"`), 10, 64)
		if err == nil && candidate == etag(version) {
			named = append(named, version)
		}
	}
	return named
}
