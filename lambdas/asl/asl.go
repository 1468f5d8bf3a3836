// Package asl runs state machines written in a part of the Amazon States Language
// within this process, so that a definition can be tested with the code it calls.
//
// It knows the states Task, Choice, Pass, Succeed and Fail, retries and catchers,
// timeouts, and paths of names. It refuses a definition that uses anything else,
// since a test that skips a field shows nothing.
//
// https://states-language.net/spec.html
package asl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Machine is a state machine.
type Machine struct {
	Comment        string
	StartAt        string
	TimeoutSeconds int
	States         map[string]*State
}

// State is one state of a machine; which fields it has depends on its type.
type State struct {
	Type, Comment, Next               string
	End                               bool
	InputPath, ResultPath, OutputPath *string
	// Resource, Parameters, TimeoutSeconds, Retry and Catch are a Task's;
	// Parameters are a Pass's too.
	Resource       string
	Parameters     map[string]any
	TimeoutSeconds int
	Retry          []Retrier
	Catch          []Catcher
	// Choices and Default are a Choice's.
	Choices []Choice
	Default string
	// Error and Cause are a Fail's.
	Error, Cause string
}

// Retrier says which errors are tried again, and how.
type Retrier struct {
	ErrorEquals     []string
	IntervalSeconds int
	MaxAttempts     *int
	BackoffRate     float64
	MaxDelaySeconds int
	JitterStrategy  string
}

// Catcher says where a state's errors lead.
type Catcher struct {
	ErrorEquals []string
	ResultPath  *string
	Next        string
}

// Choice is one rule of a Choice: a comparison of one variable.
type Choice struct {
	Variable     string
	StringEquals *string
	IsPresent    *bool
	Next         string
}

// Read reads a definition and reports everything in it that is wrong or not known.
func Read(definition []byte) (*Machine, error) {
	decoder := json.NewDecoder(bytes.NewReader(definition))
	decoder.DisallowUnknownFields()
	var m Machine
	if err := decoder.Decode(&m); err != nil {
		return nil, fmt.Errorf("state machine: %w", err)
	}
	return &m, m.check()
}

// check reports states that lead nowhere or that nothing leads to.
func (m *Machine) check() error {
	var problems []error
	problem := func(state, format string, args ...any) {
		problems = append(problems, fmt.Errorf("state %q: "+format, append([]any{state}, args...)...))
	}
	reached := map[string]bool{m.StartAt: true}
	for name, s := range m.States {
		if s == nil {
			problem(name, "is null")
			continue
		}
		for _, next := range s.nexts() {
			if m.States[next] == nil {
				problem(name, "leads to %q, which there is not", next)
			}
			reached[next] = true
		}
		ends := s.Type == "Succeed" || s.Type == "Fail"
		switch s.Type {
		case "Task", "Pass", "Succeed", "Fail":
			if ends == (s.Next != "" || s.End) || !ends && (s.Next != "") == s.End {
				problem(name, "must have either Next or End")
			}
		case "Choice":
			if len(s.Choices) == 0 || s.Default == "" {
				problem(name, "a Choice needs Choices and a Default")
			}
		default:
			problem(name, "has the type %q, which is not known here", s.Type)
		}
		if s.Type == "Task" && (s.Resource == "" || s.TimeoutSeconds <= 0) {
			problem(name, "a Task needs a Resource and a TimeoutSeconds, without which it waits for ever")
		}
		for i, c := range s.Catch {
			if slices.Contains(c.ErrorEquals, all) && (len(c.ErrorEquals) > 1 || i < len(s.Catch)-1) {
				problem(name, "%s must stand alone, in the last catcher", all)
			}
		}
	}
	for name := range m.States {
		if !reached[name] {
			problem(name, "is never reached")
		}
	}
	if m.States[m.StartAt] == nil {
		problem(m.StartAt, "is where the machine starts, and there is none")
	}
	return errors.Join(problems...)
}

// nexts returns the states that may come after s.
func (s *State) nexts() []string {
	var list []string
	add := func(next string) {
		if next != "" {
			list = append(list, next)
		}
	}
	add(s.Next)
	add(s.Default)
	for _, c := range s.Choices {
		add(c.Next)
	}
	for _, c := range s.Catch {
		add(c.Next)
	}
	return list
}
