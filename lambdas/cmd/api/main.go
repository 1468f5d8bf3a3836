// Command api is the Lambda function behind every front door.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"fulcrum/lambdas/boot"
	"fulcrum/lambdas/door"
)

func main() {
	handler, err := boot.Handler(context.Background())
	if err != nil {
		boot.Fail(err)
	}
	lambda.Start(door.New(handler))
}
