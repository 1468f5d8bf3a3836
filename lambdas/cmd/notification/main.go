// Command notification is the Lambda function that turns events into notices.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"fulcrum/lambdas/boot"
)

func main() {
	function, err := boot.Notification(context.Background())
	if err != nil {
		boot.Fail(err)
	}
	lambda.Start(function)
}
