package difference

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// JSON renders the difference, indented, keys sorted, with a final newline. Equal
// differences have equal renderings. It panics if a template held a value that
// is not JSON.
func (d Difference) JSON() []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(d); err != nil {
		panic("difference: " + err.Error())
	}
	return b.Bytes()
}

// Text renders the difference for a reader, one line for each resource and each
// value: "+" added, "-" removed, "~" changed. It is empty for no difference.
func (d Difference) Text() string {
	var b strings.Builder
	for _, r := range d.Removed {
		fmt.Fprintf(&b, "- %s  %s\n", r.ID, r.Type)
	}
	for _, r := range d.Added {
		fmt.Fprintf(&b, "+ %s  %s\n", r.ID, r.Type)
	}
	last := ""
	for _, c := range append(d.Changed[:len(d.Changed):len(d.Changed)], d.Sections...) {
		if c.ID != last {
			fmt.Fprintf(&b, "~ %s  %s\n", c.ID, c.Type)
			last = c.ID
		}
		fmt.Fprintf(&b, "    %s\n", c)
	}
	return b.String()
}

// String returns the change on one line, "Properties.Timeout: 10 -> 29".
func (c Change) String() string {
	path := c.Path
	if path == "" {
		path = "value"
	}
	return path + ": " + shown(c.Before) + " -> " + shown(c.After)
}

func shown(v any) string {
	if v == nil {
		return "absent"
	}
	return canonical(v)
}
