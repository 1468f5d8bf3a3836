package lookup

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// New returns the custom resource over the account of the environment.
func New(ctx context.Context) (Resource, error) {
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return Resource{}, err
	}
	return Resource{Tables: dynamodb.NewFromConfig(c), Stacks: func(region string) Stacks {
		return cloudformation.NewFromConfig(c, func(o *cloudformation.Options) { o.Region = region })
	}}, nil
}
