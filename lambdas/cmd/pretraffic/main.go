// Command pretraffic is the Lambda function that checks a new version before it
// gets traffic.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"fulcrum/lambdas/boot"
)

func main() {
	hook, err := boot.PreTraffic(context.Background())
	if err != nil {
		boot.Fail(err)
	}
	lambda.Start(hook.Handle)
}
