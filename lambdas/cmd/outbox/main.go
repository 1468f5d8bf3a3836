// Command outbox is the Lambda function that hands events on from the store to a bus.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"fulcrum/lambdas/boot"
	"fulcrum/lambdas/outbox"
)

func main() {
	from, err := boot.ReadOutbox(context.Background())
	if err != nil {
		boot.Fail(err)
	}
	lambda.Start(outbox.Publisher{
		Bus: eventbridge.NewFromConfig(from.AWS), Store: from.Store, Name: from.Bus, Events: from.Events,
	}.Handle)
}
