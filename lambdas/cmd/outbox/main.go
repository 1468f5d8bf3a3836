// Command outbox is the Lambda function that hands events on from the store to a bus.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"fulcrum/lambdas/boot"
)

func main() {
	publisher, err := boot.Outbox(context.Background())
	if err != nil {
		boot.Fail(err)
	}
	lambda.Start(publisher.Handle)
}
