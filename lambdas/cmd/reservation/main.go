// Command reservation is the Lambda function that does the steps of the state
// machine that makes reservations.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"fulcrum/lambdas/boot"
)

func main() {
	function, err := boot.Reservation(context.Background())
	if err != nil {
		boot.Fail(err)
	}
	lambda.Start(function)
}
