// Command clientca is the Lambda function of the custom resource that makes an
// authority for client certificates.
package main

import (
	"context"
	"log"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-lambda-go/lambda"

	"fulcrum/lambdas/clientca"
)

func main() {
	resource, err := clientca.New(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(cfn.LambdaWrap(resource.Handle))
}
