package boot

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/outbox"
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

// Outbox returns the function that hands events on from the store to a bus, where they
// lie in the items of the aggregates.
func Outbox(ctx context.Context) (outbox.Publisher, error) {
	s, _, err := begin("STORE_TABLE", "EVENT_BUS")
	if err != nil {
		return outbox.Publisher{}, err
	}
	c, err := awsConfig(ctx)
	if err != nil {
		return outbox.Publisher{}, err
	}
	return outbox.Publisher{
		Bus: eventbridge.NewFromConfig(c), Store: s.store(dynamodb.NewFromConfig(c)), Name: s.eventBus, Events: s.handsOn,
	}, nil
}
