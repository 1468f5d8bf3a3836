package boot

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/saga"
	"fulcrum/lambdas/web"
)

// reserve returns how reservations are made where a state machine makes them, and
// nil where they are made in one step.
func (s settings) reserve(ctx context.Context) (web.Reserve, error) {
	if s.saga == "" {
		return nil, nil
	}
	// The store's client gives up after two seconds, long before the machine does.
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	return saga.Machine{Client: sfn.NewFromConfig(c), ARN: s.saga, NewID: newID}.Reserve, nil
}

// Reservation returns the function that does the steps of the state machine that
// makes reservations.
func Reservation(ctx context.Context) (func(context.Context, saga.Input) (saga.Output, error), error) {
	s, metrics, err := begin("STORE_TABLE")
	if err != nil {
		return nil, err
	}
	c, err := awsConfig(ctx)
	if err != nil {
		return nil, err
	}
	store := s.sealed(s.home(s.store(dynamodb.NewFromConfig(c))), c)
	dinners := dinner.Commands{Dinners: s.dinners(store), Now: time.Now, NewID: newID}
	steps := saga.Steps{Dinners: dinners, Guests: guest.Commands{Guests: s.guests(store), Dinners: dinners, Now: time.Now}}
	return steps.Measured(metrics), nil
}
