package keys

import (
	"regexp"

	"fulcrum/constructs/internal/props"
)

var className = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	if p.DataClass == "" {
		found.Required(false, "DataClass")
	} else {
		found.Check(className.MatchString(p.DataClass), "DataClass",
			"%q cannot be part of an alias; use up to 128 letters, digits, dashes and underscores", p.DataClass)
	}
	found.Check(p.PendingWindow == 0 || p.PendingWindow >= 7*day && p.PendingWindow <= 30*day && p.PendingWindow%day == 0,
		"PendingWindow", "%v is not a whole number of days from 7 to 30; leave it out for the default", p.PendingWindow)
	return found.Err()
}

// Validate reports every problem of p, or nil.
func (p ReplicaProps) Validate() error {
	var found props.Problems
	if err := p.plain().Validate(); err != nil {
		found = append(found, err.Error())
	}
	found.Required(p.PrimaryARN != "", "PrimaryARN")
	return found.Err()
}
