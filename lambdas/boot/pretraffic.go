package boot

import (
	"context"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"fulcrum/lambdas/pretraffic"
)

// PreTraffic returns the function that checks the version in NEW_VERSION.
func PreTraffic(ctx context.Context) (pretraffic.Hook, error) {
	if _, _, err := begin("NEW_VERSION"); err != nil {
		return pretraffic.Hook{}, err
	}
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return pretraffic.Hook{}, err
	}
	return pretraffic.Hook{Lambda: lambda.NewFromConfig(c), CodeDeploy: codedeploy.NewFromConfig(c), Version: os.Getenv("NEW_VERSION")}, nil
}
