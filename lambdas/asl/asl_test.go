package asl

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const machine = `{
	"StartAt": "Try", "TimeoutSeconds": 60,
	"States": {
		"Try": {"Type": "Task", "Resource": "work", "TimeoutSeconds": 3,
			"Parameters": {"by.$": "$$.Execution.Id", "what.$": "$.order.id", "deep": {"is": true}},
			"ResultPath": "$.done",
			"Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts": 2, "BackoffRate": 3, "MaxDelaySeconds": 5}],
			"Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "Undo"}],
			"Next": "Which"},
		"Which": {"Type": "Choice", "Choices": [
			{"Variable": "$.done.as", "StringEquals": "good", "Next": "Good"},
			{"Variable": "$.done.note", "IsPresent": true, "Next": "Noted"}], "Default": "Bad"},
		"Noted": {"Type": "Pass", "InputPath": "$.done.note", "ResultPath": "$.kept", "OutputPath": "$.kept", "End": true},
		"Good": {"Type": "Succeed", "OutputPath": "$.done"},
		"Undo": {"Type": "Task", "Resource": "undo", "TimeoutSeconds": 3, "ResultPath": "$.undone", "Next": "Bad"},
		"Bad": {"Type": "Fail", "Error": "NotDone", "Cause": "it was not"}
	}
}`

// TestRun runs the machine with tasks that answer in turn.
func TestRun(t *testing.T) {
	m, err := Read([]byte(machine))
	if err != nil {
		t.Fatal(err)
	}
	good, busy := map[string]any{"as": "good"}, &Error{"Busy", "later"}
	for _, x := range []struct {
		what    string
		answers []any
		want    any
		err     string
		calls   string
		waits   []time.Duration
	}{
		{"at once", []any{good}, good, "", "work", nil},
		{"after two retries", []any{busy, busy, good}, good, "", "work work work", []time.Duration{2 * time.Second, 5 * time.Second}},
		{"retries run out", []any{busy, busy, busy, nil}, nil, "NotDone: it was not", "work work work undo", []time.Duration{2 * time.Second, 5 * time.Second}},
		{"another error is not retried", []any{errors.New("broken"), nil}, nil, "NotDone: it was not", "work undo", nil},
		{"a timeout is caught", []any{context.DeadlineExceeded, nil}, nil, "NotDone: it was not", "work undo", nil},
		{"what nothing catches", []any{errors.New("broken"), errors.New("broken too")}, nil, "States.TaskFailed: broken too", "work undo", nil},
		{"by default", []any{map[string]any{}}, nil, "NotDone: it was not", "work", nil},
		{"a pass", []any{map[string]any{"note": "n"}}, "n", "", "work", nil},
	} {
		var calls []string
		var waits []time.Duration
		r := Runner{
			Machine: m, Now: time.Now, Sleep: func(d time.Duration) { waits = append(waits, d) },
			Task: func(_ context.Context, resource string, input any) (any, error) {
				if resource == "work" {
					if diff := cmp.Diff(map[string]any{"by": "one", "what": "7", "deep": map[string]any{"is": true}}, input); diff != "" {
						t.Errorf("%s: -want +got\n%s", x.what, diff)
					}
				}
				answer := x.answers[len(calls)]
				calls = append(calls, resource)
				err, failed := answer.(error)
				if failed {
					return nil, err
				}
				return answer, nil
			},
		}
		got, err := r.Run(t.Context(), "one", map[string]any{"order": map[string]any{"id": "7"}})
		message := ""
		if err != nil {
			message = err.Error()
		}
		if diff := cmp.Diff(x.want, got); diff != "" || message != x.err || strings.Join(calls, " ") != x.calls || !cmp.Equal(waits, x.waits) {
			t.Errorf("%s: got %v, error %q after %v, waited %v", x.what, got, message, calls, waits)
		}
	}
}

// TestNothingCatchesTheExecutionsOwnTimeout wants an execution that took too long to
// end where it is.
func TestNothingCatchesTheExecutionsOwnTimeout(t *testing.T) {
	m, err := Read([]byte(machine))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(0, 0)
	r := Runner{Machine: m, Now: func() time.Time { return now }, Task: func(context.Context, string, any) (any, error) {
		now = now.Add(time.Minute)
		return nil, errors.New("too late")
	}}
	if _, err := r.Run(t.Context(), "one", map[string]any{"order": map[string]any{"id": "7"}}); err == nil || !strings.HasPrefix(err.Error(), "States.Timeout") {
		t.Errorf("got %v", err)
	}
}

func TestReadRefuses(t *testing.T) {
	for change, want := range map[string]string{
		`"Type": "Succeed"`:                       `"Type": "Wait"`,
		`"OutputPath": "$.done"`:                  `"Output": "$.done"`,
		`"Next": "Which"`:                         `"Next": "Nowhere"`,
		`"StartAt": "Try"`:                        `"StartAt": "Start"`,
		`"Resource": "undo", "TimeoutSeconds": 3`: `"Resource": "undo"`,
		`"Default": "Bad"`:                        `"Default": ""`,
		`["States.ALL"]`:                          `["States.ALL", "Busy"]`,
		`"States": {`:                             `"States": {"None": null,`,
	} {
		changed := strings.Replace(machine, change, want, 1)
		if changed == machine || !json.Valid([]byte(changed)) {
			t.Fatalf("%s is not there", change)
		}
		if _, err := Read([]byte(changed)); err == nil {
			t.Errorf("taken with %s", want)
		}
	}
}
