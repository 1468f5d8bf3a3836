// Command pretraffic is the Lambda function that checks a new version before it
// gets traffic.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	client "github.com/aws/aws-sdk-go-v2/service/lambda"

	"fulcrum/lambdas/boot"
	"fulcrum/lambdas/pretraffic"
)

func main() {
	hook, err := hook(context.Background())
	if err != nil {
		boot.Fail(err)
	}
	lambda.Start(hook.Handle)
}

// hook returns the check of the version in NEW_VERSION. Its clients are made here, so
// that no other program carries them.
func hook(ctx context.Context) (pretraffic.Hook, error) {
	if err := boot.Begin("NEW_VERSION"); err != nil {
		return pretraffic.Hook{}, err
	}
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return pretraffic.Hook{}, err
	}
	return pretraffic.Hook{Lambda: client.NewFromConfig(c), CodeDeploy: codedeploy.NewFromConfig(c), Version: os.Getenv("NEW_VERSION")}, nil
}
