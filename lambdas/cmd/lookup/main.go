// Command lookup is the Lambda function of the custom resources that read what a
// stack needs to know of another Region.
package main

import (
	"context"
	"log"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-lambda-go/lambda"

	"fulcrum/lambdas/lookup"
)

func main() {
	resource, err := lookup.New(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(cfn.LambdaWrap(resource.Handle))
}
