package localaws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
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
	t.Cleanup(func() {
		if _, err := client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
			t.Error(err)
		}
	})
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
	t.Cleanup(func() {
		if _, err := client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
			t.Error(err)
		}
	})
	return client
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
