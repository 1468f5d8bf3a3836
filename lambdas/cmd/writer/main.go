// Command writer is the Lambda function that applies the commands of a queue.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"fulcrum/lambdas/boot"
)

func main() {
	function, err := boot.Writer(context.Background())
	if err != nil {
		boot.Fail(err)
	}
	lambda.Start(function)
}
