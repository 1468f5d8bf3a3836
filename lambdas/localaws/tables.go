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
	return s.create(t, dynamodb.CreateTableInput{
		TableName: &name, KeySchema: key("pk", "sk"), GlobalSecondaryIndexes: index("by-guest", "gpk", "gsk"),
		StreamSpecification: &types.StreamSpecification{
			StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeNewImage,
		},
	})
}

// KeyTable creates a table with the key pk alone, as package vault uses, and
// deletes it when the scope ends.
func (s *Server) KeyTable(t Scope, name string) *dynamodb.Client {
	t.Helper()
	return s.create(t, dynamodb.CreateTableInput{TableName: &name, KeySchema: key("pk")})
}

// ConnectionTable creates a table with the key pk, sk and the index by-connection of
// sk alone, as connections are kept in, and deletes it when the scope ends.
func (s *Server) ConnectionTable(t Scope, name string) *dynamodb.Client {
	t.Helper()
	return s.create(t, dynamodb.CreateTableInput{
		TableName: &name, KeySchema: key("pk", "sk"), GlobalSecondaryIndexes: index("by-connection", "sk"),
	})
}

// key is a key of texts: one to spread by and, if there are two, one to sort by.
func key(attributes ...string) []types.KeySchemaElement {
	var schema []types.KeySchemaElement
	for n, kind := range []types.KeyType{types.KeyTypeHash, types.KeyTypeRange}[:len(attributes)] {
		schema = append(schema, types.KeySchemaElement{AttributeName: &attributes[n], KeyType: kind})
	}
	return schema
}

// index is an index of whole items.
func index(name string, attributes ...string) []types.GlobalSecondaryIndex {
	return []types.GlobalSecondaryIndex{{
		IndexName: &name, KeySchema: key(attributes...), Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
	}}
}

// create creates a table, paid by the request, with the attributes of its keys.
func (s *Server) create(t Scope, table dynamodb.CreateTableInput) *dynamodb.Client {
	t.Helper()
	table.BillingMode = types.BillingModePayPerRequest
	keys := table.KeySchema
	for _, i := range table.GlobalSecondaryIndexes {
		keys = append(keys, i.KeySchema...)
	}
	known := map[string]bool{}
	for _, k := range keys {
		if !known[*k.AttributeName] {
			known[*k.AttributeName] = true
			table.AttributeDefinitions = append(table.AttributeDefinitions, types.AttributeDefinition{
				AttributeName: k.AttributeName, AttributeType: types.ScalarAttributeTypeS,
			})
		}
	}
	client := dynamodb.NewFromConfig(s.Config)
	if _, err := client.CreateTable(context.Background(), &table); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: table.TableName}); err != nil {
			t.Error(err)
		}
	})
	return client
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
