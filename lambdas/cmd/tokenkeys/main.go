// Command tokenkeys is the Lambda function that copies the token issuer's keys to
// where servers without a way to the internet read them.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"fulcrum/lambdas/boot"
)

func main() {
	publisher, err := boot.TokenKeys(context.Background())
	if err != nil {
		boot.Fail(err)
	}
	lambda.Start(publisher.Handle)
}
