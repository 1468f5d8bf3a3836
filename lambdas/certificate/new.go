package certificate

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/acm"
)

// New returns the custom resource over the account and Region of the environment.
func New(ctx context.Context) (Resource, error) {
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return Resource{}, err
	}
	return Resource{ACM: acm.NewFromConfig(c), Now: time.Now, Pause: 5 * time.Second}, nil
}
