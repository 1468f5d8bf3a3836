package boot

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/fifo"
	"fulcrum/lambdas/queued"
)

// queuedDoor returns what takes commands in; nil where they are answered.
func (s settings) queuedDoor(with stores) *queued.Door {
	if with.queue == nil {
		return nil
	}
	return &queued.Door{
		Queue: with.queue, Outcomes: with.outcomes, Key: with.cursorKey, NewID: newID, Keep: s.callRetention, Now: time.Now,
	}
}

// writer returns what applies commands.
func (s settings) writer(with stores) queued.Writer {
	return queued.Writer{
		Dinners: dinner.Commands{Dinners: with.dinners, Now: time.Now, NewID: newID}, Reserve: with.reserve,
		Outcomes: with.outcomes, Merging: with.merging, Keep: s.callRetention, Now: time.Now,
	}
}

// Writer returns the function that applies the commands of a queue.
func Writer(ctx context.Context) (queued.Function, error) {
	s, metrics, err := begin("STORE_TABLE", "COMMAND_DEAD_LETTERS")
	if err != nil {
		return nil, err
	}
	c, err := awsConfig(ctx)
	if err != nil {
		return nil, err
	}
	db := dynamodb.NewFromConfig(c)
	store := s.sealed(s.home(s.store(db)), c)
	with := stores{dinners: dynamo.Dinners{Table: store}, outcomes: dynamo.Outcomes{Table: store}, merging: dynamo.Merging{Table: store}}
	if with.reserve, err = s.reserve(ctx); err != nil {
		return nil, err
	}
	w := s.writer(with)
	return queued.Batches{
		Apply: w.Apply, Together: w.Together, Codec: queued.Codec{Persons: store.Persons}, Metrics: metrics,
		DeadLetters: fifo.DeadLetters{Client: sqs.NewFromConfig(c), URL: s.deadCommands},
	}.Handle, nil
}
