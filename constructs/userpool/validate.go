package userpool

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"fulcrum/constructs/internal/props"
)

var (
	// system leaves room in a domain prefix of 63 characters for the account's
	// twelve digits and the stack's eight.
	system    = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$`)
	scopeName = regexp.MustCompile(`^[!#-.0-\[\]-~]{1,256}$`)
)

// forbidden are words that Cognito refuses in a domain prefix.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html
var forbidden = []string{"aws", "amazon", "cognito"}

const maxScopes = 100 // https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html

func (p Props) withDefaults() Props {
	if p.DataClass == "" {
		p.DataClass = p.Key.DataClass
	}
	if len(p.LogoutURLs) == 0 {
		p.LogoutURLs = p.CallbackURLs
	}
	return p
}

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	if p.System == "" {
		found.Required(false, "System")
	} else {
		found.Check(system.MatchString(p.System), "System", "%q cannot name a resource server and a domain; use up to 40 lower-case letters, digits and dashes, a letter first", p.System)
		for _, word := range forbidden {
			found.Check(!strings.Contains(p.System, word), "System", "%q contains %q, which Cognito refuses in a domain; choose another name", p.System, word)
		}
	}
	found.Required(p.Key != nil, "Key")
	found.Required(len(p.Scopes) > 0, "Scopes")
	found.Check(len(p.Scopes) <= maxScopes, "Scopes", "%d are more than the %d a resource server may have", len(p.Scopes), maxScopes)
	seen := map[string]bool{}
	for i, s := range p.Scopes {
		field := fmt.Sprintf("Scopes[%d]", i)
		found.Check(scopeName.MatchString(s.Name), field+".Name", "%q is not a scope's own name; leave out the system, slashes and spaces", s.Name)
		found.Check(!seen[s.Name], field+".Name", "%q is taken by a scope before it", s.Name)
		found.Check(s.Description != "" && len(s.Description) <= 256, field+".Description", "has %d characters; use 1 to 256", len(s.Description))
		seen[s.Name] = true
	}
	found.Required(len(p.CallbackURLs) > 0, "CallbackURLs")
	checkURLs(&found, "CallbackURLs", p.CallbackURLs)
	checkURLs(&found, "LogoutURLs", p.LogoutURLs)
	return found.Err()
}

func checkURLs(found *props.Problems, field string, urls []string) {
	for i, raw := range urls {
		at := fmt.Sprintf("%s[%d]", field, i)
		if strings.Contains(raw, "${Token[") {
			continue // known at deployment only
		}
		u, err := url.Parse(raw)
		if err != nil {
			found.Check(false, at, "%q is not a URL", raw)
			continue
		}
		local := u.Scheme == "http" && u.Hostname() == "localhost"
		found.Check(u.Host != "" && (u.Scheme == "https" || local), at, "%q must be https, or http on localhost", raw)
		found.Check(u.Fragment == "", at, "%q has a fragment, which Cognito refuses", raw)
	}
}
