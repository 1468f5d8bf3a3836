// Command photos is the Lambda function that removes the pictures of forgotten people.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"fulcrum/lambdas/boot"
)

func main() {
	function, err := boot.Photos(context.Background())
	if err != nil {
		boot.Fail(err)
	}
	lambda.Start(function)
}
