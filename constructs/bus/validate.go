package bus

import "fulcrum/constructs/internal/props"

const defaultLogDays = 30

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.Key != nil, "Key")
	if p.ArchiveDays == 0 {
		found.Required(false, "ArchiveDays")
	} else {
		found.Check(p.ArchiveDays > 0, "ArchiveDays", "%d is negative; give the days of the data class", p.ArchiveDays)
	}
	found.Check(p.LogDays >= 0, "LogDays", "%d is negative; leave it out for %d", p.LogDays, defaultLogDays)
	found.Check(len(p.Description) <= 512, "Description", "%d characters are more than the 512 a bus may have", len(p.Description))
	return found.Err()
}
