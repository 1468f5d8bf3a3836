// Command push is the Lambda function that pushes notices to who is connected.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"fulcrum/lambdas/boot"
)

func main() {
	function, err := boot.Push(context.Background())
	if err != nil {
		boot.Fail(err)
	}
	lambda.Start(function)
}
