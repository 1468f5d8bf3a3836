package boot

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/guest"
)

// globalStrong is the consistency of a table without transactions, see package dynamo.
const globalStrong = "global-strong"

// dinners returns the repository of dinners over the store's table, of the kind that
// the table's consistency asks for.
func (s settings) dinners(store dynamo.Table) dinner.Repository {
	if s.alone {
		return dynamo.GlobalDinners{Dinners: dynamo.Dinners{Table: store}}
	}
	return dynamo.Dinners{Table: store}
}

// guests returns that of guests.
func (s settings) guests(store dynamo.Table) guest.Repository {
	if s.alone {
		return dynamo.GlobalGuests{Table: store}
	}
	return dynamo.Guests{Table: store}
}

// Outbox is what the function works with that hands events on from the store to a bus.
// The bus's client is its own, so that no other program carries it.
type Outbox struct {
	AWS   aws.Config
	Store dynamo.Table
	// Bus is the name of the bus.
	Bus string
	// Events are the names of the events to hand on; none for all.
	Events []string
}

// ReadOutbox returns it from the environment.
func ReadOutbox(ctx context.Context) (Outbox, error) {
	s, _, err := begin("STORE_TABLE", "EVENT_BUS")
	if err != nil {
		return Outbox{}, err
	}
	c, err := awsConfig(ctx)
	if err != nil {
		return Outbox{}, err
	}
	return Outbox{AWS: c, Store: s.store(dynamodb.NewFromConfig(c)), Bus: s.eventBus, Events: s.handsOn}, nil
}
