// Command certificate is the Lambda function of the custom resource that makes a
// sandbox's TLS certificate.
package main

import (
	"context"
	"log"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-lambda-go/lambda"

	"fulcrum/lambdas/certificate"
)

func main() {
	resource, err := certificate.New(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(cfn.LambdaWrap(resource.Handle))
}
