// Command sockets is the Lambda function behind a WebSocket API: its authorizer and its routes.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"fulcrum/lambdas/boot"
)

func main() {
	function, err := boot.Sockets(context.Background())
	if err != nil {
		boot.Fail(err)
	}
	lambda.Start(function)
}
