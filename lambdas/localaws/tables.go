package localaws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Table creates a table with the key pk, sk, the index by-guest and a stream of new
// images, and deletes it when the scope ends.
func (s *Server) Table(t Scope, name string) *dynamodb.Client {
	t.Helper()
	client := dynamodb.NewFromConfig(s.Config)
	hash := func(a string) types.KeySchemaElement {
		return types.KeySchemaElement{AttributeName: aws.String(a), KeyType: types.KeyTypeHash}
	}
	sorted := func(a string) types.KeySchemaElement {
		return types.KeySchemaElement{AttributeName: aws.String(a), KeyType: types.KeyTypeRange}
	}
	var attributes []types.AttributeDefinition
	for _, a := range []string{"pk", "sk", "gpk", "gsk"} {
		attributes = append(attributes, types.AttributeDefinition{
			AttributeName: aws.String(a), AttributeType: types.ScalarAttributeTypeS,
		})
	}
	_, err := client.CreateTable(context.Background(), &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest, AttributeDefinitions: attributes,
		KeySchema: []types.KeySchemaElement{hash("pk"), sorted("sk")},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String("by-guest"), KeySchema: []types.KeySchemaElement{hash("gpk"), sorted("gsk")},
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		}},
		StreamSpecification: &types.StreamSpecification{
			StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeNewImage,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.deleted(t, client, name)
	return client
}

// KeyTable creates a table with the key pk alone, as package vault uses, and
// deletes it when the scope ends.
func (s *Server) KeyTable(t Scope, name string) *dynamodb.Client {
	t.Helper()
	client := dynamodb.NewFromConfig(s.Config)
	_, err := client.CreateTable(context.Background(), &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.deleted(t, client, name)
	return client
}

// ConnectionTable creates a table with the key pk, sk and the index by-connection of
// sk alone, as connections are kept in, and deletes it when the scope ends.
func (s *Server) ConnectionTable(t Scope, name string) *dynamodb.Client {
	t.Helper()
	client := dynamodb.NewFromConfig(s.Config)
	attribute := func(a string) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: aws.String(a), AttributeType: types.ScalarAttributeTypeS}
	}
	hash := func(a string) types.KeySchemaElement {
		return types.KeySchemaElement{AttributeName: aws.String(a), KeyType: types.KeyTypeHash}
	}
	_, err := client.CreateTable(context.Background(), &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{attribute("pk"), attribute("sk")},
		KeySchema:            []types.KeySchemaElement{hash("pk"), {AttributeName: aws.String("sk"), KeyType: types.KeyTypeRange}},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String("by-connection"), KeySchema: []types.KeySchemaElement{hash("sk")},
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.deleted(t, client, name)
	return client
}

// deleted deletes a table when the scope ends.
func (s *Server) deleted(t Scope, client *dynamodb.Client, name string) {
	t.Cleanup(func() {
		if _, err := client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
			t.Error(err)
		}
	})
}

// Bucket creates a bucket that keeps versions. Buckets end with the server.
func (s *Server) Bucket(t Scope, name string) {
	t.Helper()
	client := s3.NewFromConfig(s.Config, func(o *s3.Options) { o.UsePathStyle = true })
	_, err := client.CreateBucket(context.Background(), &s3.CreateBucketInput{Bucket: &name, CreateBucketConfiguration: &s3types.CreateBucketConfiguration{
		LocationConstraint: s3types.BucketLocationConstraint(s.Config.Region),
	}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.PutBucketVersioning(context.Background(), &s3.PutBucketVersioningInput{Bucket: &name, VersioningConfiguration: &s3types.VersioningConfiguration{
		Status: s3types.BucketVersioningStatusEnabled,
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// Key creates a key of KMS and returns its ARN. Keys end with the server.
func (s *Server) Key(t Scope) string {
	t.Helper()
	made, err := kms.NewFromConfig(s.Config).CreateKey(context.Background(), &kms.CreateKeyInput{})
	if err != nil {
		t.Fatal(err)
	}
	return *made.KeyMetadata.Arn
}
