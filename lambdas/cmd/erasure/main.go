// Command erasure is the Lambda function that destroys the data keys of persons
// who are forgotten.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"fulcrum/lambdas/boot"
)

func main() {
	function, err := boot.Erasure(context.Background())
	if err != nil {
		boot.Fail(err)
	}
	lambda.Start(function)
}
