package asl

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// Names of errors that the language itself has.
const (
	all        = "States.ALL"
	taskFailed = "States.TaskFailed"
	timeout    = "States.Timeout"
)

// Error is an error with the name that retriers and catchers go by.
type Error struct{ Name, Cause string }

// Error returns name and cause.
func (e *Error) Error() string { return e.Name + ": " + e.Cause }

// Runner runs executions of a machine.
type Runner struct {
	Machine *Machine
	// Task does the work of a Task. An *Error keeps its name; a context's deadline
	// is States.Timeout; any other error is States.TaskFailed.
	Task func(ctx context.Context, resource string, input any) (any, error)
	// Now returns the present time, and Sleep waits before a retry.
	Now   func() time.Time
	Sleep func(time.Duration)
	// Random returns a number from 0 to 1, for jitter.
	Random func() float64
}

// Run runs an execution called id on an input, both of JSON's types, to its end. It
// returns the output, or the *Error of a Fail or of what nothing caught.
func (r Runner) Run(ctx context.Context, id string, input any) (any, error) {
	began := r.Now()
	about := map[string]any{"Execution": map[string]any{"Id": id}}
	for name := r.Machine.StartAt; ; {
		if limit := r.Machine.TimeoutSeconds; limit > 0 && r.Now().Sub(began) >= time.Duration(limit)*time.Second {
			return nil, &Error{timeout, "the execution took too long"} // nothing catches this one
		}
		s := r.Machine.States[name]
		output, next, err := r.step(ctx, s, input, about)
		if err != nil {
			return nil, err
		}
		if next == "" {
			return output, nil
		}
		name, input = next, output
	}
}

// step runs one state and returns its output and the next state, "" at the end.
func (r Runner) step(ctx context.Context, s *State, input any, about map[string]any) (output any, next string, err error) {
	effective, err := at(s.InputPath, input)
	if err != nil {
		return nil, "", err
	}
	switch s.Type {
	case "Fail":
		return nil, "", &Error{s.Error, s.Cause}
	case "Choice":
		return input, s.choose(effective), nil
	case "Succeed":
		output, err = at(s.OutputPath, effective)
		return output, "", err
	}
	if s.Parameters != nil {
		if effective, err = fill(s.Parameters, effective, about); err != nil {
			return nil, "", err
		}
	}
	result := effective
	if s.Type == "Task" {
		if result, err = r.task(ctx, s, effective); err != nil {
			return caught(s, input, err)
		}
	}
	if output, err = put(s.ResultPath, input, result); err != nil {
		return nil, "", err
	}
	output, err = at(s.OutputPath, output)
	return output, s.Next, err
}

// task runs a Task, again as long as its retriers say so.
func (r Runner) task(ctx context.Context, s *State, input any) (any, error) {
	attempts := make([]int, len(s.Retry))
	for {
		result, err := r.once(ctx, s, input)
		if err == nil {
			return result, nil
		}
		i := slices.IndexFunc(s.Retry, func(one Retrier) bool { return matches(one.ErrorEquals, err) })
		if i < 0 {
			return nil, err
		}
		one := s.Retry[i]
		most := 3
		if one.MaxAttempts != nil {
			most = *one.MaxAttempts
		}
		if attempts[i] >= most {
			return nil, err
		}
		wait := float64(max(one.IntervalSeconds, 1)) * math.Pow(max(one.BackoffRate, 1), float64(attempts[i]))
		if one.MaxDelaySeconds > 0 {
			wait = min(wait, float64(one.MaxDelaySeconds))
		}
		if one.JitterStrategy == "FULL" {
			wait *= r.Random()
		}
		attempts[i]++
		r.Sleep(time.Duration(wait * float64(time.Second)))
	}
}

func (r Runner) once(ctx context.Context, s *State, input any) (any, error) {
	ctx, stop := context.WithTimeout(ctx, time.Duration(s.TimeoutSeconds)*time.Second)
	defer stop()
	result, err := r.Task(ctx, s.Resource, input)
	var named *Error
	switch {
	case err == nil, errors.As(err, &named):
		return result, err
	case errors.Is(err, context.DeadlineExceeded):
		return nil, &Error{timeout, err.Error()}
	}
	return nil, &Error{taskFailed, err.Error()}
}

// matches reports whether names cover an error. States.TaskFailed covers all but a
// timeout, States.ALL everything.
func matches(names []string, err error) bool {
	var named *Error
	if !errors.As(err, &named) {
		return slices.Contains(names, all)
	}
	return slices.Contains(names, named.Name) || slices.Contains(names, all) ||
		named.Name != timeout && slices.Contains(names, taskFailed)
}

// caught returns where an error leads, or the error if nowhere.
func caught(s *State, input any, err error) (any, string, error) {
	for _, c := range s.Catch {
		if !matches(c.ErrorEquals, err) {
			continue
		}
		var named *Error
		if !errors.As(err, &named) {
			named = &Error{taskFailed, err.Error()}
		}
		output, err := put(c.ResultPath, input, map[string]any{"Error": named.Name, "Cause": named.Cause})
		return output, c.Next, err
	}
	return nil, "", err
}

func (s *State) choose(input any) string {
	for _, c := range s.Choices {
		value, err := path(c.Variable, input)
		if c.IsPresent != nil && *c.IsPresent == (err == nil) {
			return c.Next
		}
		if text, ok := value.(string); c.StringEquals != nil && err == nil && ok && text == *c.StringEquals {
			return c.Next
		}
	}
	return s.Default
}

func runtimeError(format string, args ...any) error {
	return &Error{"States.Runtime", fmt.Sprintf(format, args...)}
}
