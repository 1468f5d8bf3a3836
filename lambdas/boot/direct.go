package boot

import (
	"context"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"fulcrum/lambdas/consumer"
	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/interest"
	"fulcrum/lambdas/photos"
)

// Interest returns the function that counts the interest that dinners meet with.
func Interest(ctx context.Context) (interest.Function, error) {
	s, metrics, err := begin("READ_MODELS_TABLE")
	if err != nil {
		return nil, err
	}
	db, err := client(ctx)
	if err != nil {
		return nil, err
	}
	return interest.Lambda(dynamo.Interest{Table: s.models(db)}, metrics), nil
}

// Photos returns the function that removes the pictures of forgotten people.
func Photos(ctx context.Context) (consumer.Function, error) {
	_, metrics, err := begin("PHOTOS_BUCKET")
	if err != nil {
		return nil, err
	}
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	return consumer.Lambda(photos.Policy{Client: s3.NewFromConfig(c), Bucket: os.Getenv("PHOTOS_BUCKET")}.Handle, metrics), nil
}
