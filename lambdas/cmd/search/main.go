// Command search is the Lambda function that keeps the dinners that can be found.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"fulcrum/lambdas/boot"
)

func main() {
	function, err := boot.Search(context.Background())
	if err != nil {
		boot.Fail(err)
	}
	lambda.Start(function)
}
