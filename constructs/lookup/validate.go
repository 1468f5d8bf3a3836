package lookup

import (
	"fmt"
	"regexp"

	"fulcrum/constructs/internal/props"
)

var outputKey = regexp.MustCompile(`^[A-Za-z0-9]{1,255}$`)

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.Directory != "", "Directory")
	found.Required(p.Key != nil, "Key")
	found.Check(p.LogDays >= 0, "LogDays", "%d is negative; leave it out for 30", p.LogDays)
	return found.Err()
}

// Validate reports every problem of p, or nil.
func (p OutputsProps) Validate() error {
	var found props.Problems
	found.Required(p.Lookup != nil, "Lookup")
	found.Required(p.Stack != "", "Stack")
	found.Required(p.Region != "", "Region")
	found.Required(len(p.Outputs) > 0, "Outputs")
	for i, key := range p.Outputs {
		found.Check(outputKey.MatchString(key), fmt.Sprintf("Outputs[%d]", i), "%q is not the key of an output: letters and digits", key)
	}
	return found.Err()
}
