// Command authorizer is the Lambda function that an API asks who may come in.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"fulcrum/lambdas/boot"
)

func main() {
	authorizer, err := boot.Authorizer()
	if err != nil {
		boot.Fail(err)
	}
	lambda.Start(authorizer)
}
