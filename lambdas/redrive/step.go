package redrive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"fulcrum/lambdas/saga"
)

// setAside is what a run of a state machine put among the dead letters: the hold that it
// could not give back, and why.
type setAside struct {
	saga.Input
	Failure struct{ Error, Cause string }
}

// failure is why a run could not give its hold back, empty if the letter is of no run.
func failure(body string) string {
	var s setAside
	if json.Unmarshal([]byte(body), &s) != nil || s.Failure.Error == "" {
		return ""
	}
	return s.Failure.Error + ": " + s.Failure.Cause
}

// release has a hold given back. One that has lapsed meanwhile, or whose reservation was
// made after all, is left as it is.
func (r Redriver) release(ctx context.Context, w Way, l Letter) error {
	var s setAside
	if err := json.Unmarshal([]byte(l.Body), &s); err != nil || s.Attempt == "" || s.DinnerID == "" || s.ReservationID == "" {
		return errors.New("the letter names no hold")
	}
	steps, err := r.physical(w.To)
	if err != nil {
		return err
	}
	s.Step = "release"
	payload, err := json.Marshal(s.Input)
	if err != nil {
		return err
	}
	out, err := r.Functions.Invoke(ctx, &lambda.InvokeInput{FunctionName: &steps, Payload: payload})
	if err != nil {
		return err
	}
	if out.FunctionError != nil {
		return fmt.Errorf("the hold of reservation %s is not given back: %s: %s", s.ReservationID, aws.ToString(out.FunctionError), out.Payload)
	}
	return nil
}
