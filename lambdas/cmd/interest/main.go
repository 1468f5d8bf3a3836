// Command interest is the Lambda function that counts the interest that dinners meet with.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"fulcrum/lambdas/boot"
)

func main() {
	function, err := boot.Interest(context.Background())
	if err != nil {
		boot.Fail(err)
	}
	lambda.Start(function)
}
