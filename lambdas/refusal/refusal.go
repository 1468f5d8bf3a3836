// Package refusal says why the system refused what it was asked: a closed set
// of codes that clients may rely on, with words for people and the bad values.
package refusal

import (
	"errors"
	"fmt"
	"strings"
)

// Code is a stable reason, the same on every door.
type Code string

// The reasons.
const (
	Invalid         Code = "invalid"               // a value is missing or out of range
	NotFound        Code = "not-found"             // no such dinner or reservation
	NotHost         Code = "not-the-host"          // only the dinner's host may do this
	NotOpen         Code = "dinner-not-open"       // confirmed or cancelled already
	CutOffPassed    Code = "cut-off-passed"        // too late
	DinnerFull      Code = "dinner-full"           // no seat is left
	AlreadyReserved Code = "already-reserved"      // one live reservation for each guest
	Forgotten       Code = "guest-forgotten"       // the person asked to be forgotten
	Changed         Code = "dinner-changed"        // not the version that the person saw
	KeyReused       Code = "idempotency-key-reuse" // same key, other request
	TooOld          Code = "command-too-old"       // it waited too long to be applied
	Busy            Code = "busy"                  // too many at once, try again
)

// Field is one bad value of a request.
type Field struct {
	// Name is the field's name in the request, for example "seats".
	Name string `json:"field"`
	// Value is what was found; nil where it is missing or too large to repeat.
	Value any `json:"value,omitempty"`
	// Problem says what is allowed.
	Problem string `json:"problem"`
}

// Error is a refusal. Its text may be shown to the client.
type Error struct {
	Code Code
	// Detail is one sentence with the value that was refused.
	Detail string
	// Fields are the bad values, all of them, for Code Invalid.
	Fields []Field
}

// New returns a refusal with code and a formatted detail.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// Error returns the detail followed by every bad field.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Detail)
	for i, f := range e.Fields {
		separator := "; "
		if i == 0 {
			separator = ": "
		}
		fmt.Fprintf(&b, "%s%s %s", separator, f.Name, f.Problem)
		if f.Value != nil {
			fmt.Fprintf(&b, ", got %v", f.Value)
		}
	}
	return b.String()
}

// Is reports whether err is a refusal with the given code.
func Is(err error, code Code) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}

// Fields collects bad values so that all of them are reported at once.
type Fields []Field

// Add notes that the field called name has a bad value.
func (f *Fields) Add(name string, value any, format string, args ...any) {
	*f = append(*f, Field{Name: name, Value: value, Problem: fmt.Sprintf(format, args...)})
}

// Err returns one refusal with every bad value, or nil if there is none.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Code: Invalid, Detail: "the request has values that are not allowed", Fields: f}
}
