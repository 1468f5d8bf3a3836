// Package props collects what is wrong with a construct's props, so that a user
// sees every problem at once and before anything reaches CDK.
package props

import (
	"fmt"
	"strings"
)

// Problems holds what was found wrong, one sentence each.
type Problems []string

// Check adds a problem with field unless ok.
func (p *Problems) Check(ok bool, field, format string, args ...any) {
	if !ok {
		*p = append(*p, field+": "+fmt.Sprintf(format, args...))
	}
}

// Required adds a problem if the value of field is missing.
func (p *Problems) Required(given bool, field string) {
	p.Check(given, field, "missing; it is required")
}

// Err returns the problems as one error, or nil if there are none.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(p, "; "))
}

// Must panics, as CDK constructors do on invalid props, naming the package and
// the construct id.
func Must(pkg, id string, err error) {
	if err != nil {
		panic(fmt.Sprintf("%s %s: %v", pkg, id, err))
	}
}
