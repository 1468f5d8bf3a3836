// Package origin checks the web origins that may call an API from a browser.
package origin

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"fulcrum/constructs/internal/props"
)

// Check adds every problem of the origins in field to found. An origin that is
// known at deployment only cannot be checked and is taken.
func Check(found *props.Problems, field string, origins []string) {
	for i, raw := range origins {
		at := fmt.Sprintf("%s[%d]", field, i)
		found.Check(!slices.Contains(origins[:i], raw), at, "%q is there twice", raw)
		if strings.Contains(raw, "${Token[") {
			continue
		}
		found.Check(isOrigin(raw), at, "%q is not an origin; give scheme, host and, if it is not the scheme's own, port, such as https://www.example.org", raw)
	}
}

func isOrigin(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.User != nil || strings.Contains(u.Host, "*") {
		return false
	}
	if u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "localhost") {
		return false
	}
	return raw == u.Scheme+"://"+u.Host
}
