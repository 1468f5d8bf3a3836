package dynamo

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// TokenKeys keeps a copy of the token issuer's public keys, one item of a table
// with the key pk, sk.
type TokenKeys struct {
	Client *dynamodb.Client
	Name   string
}

var tokenKeys = key("token-keys", "issuer")

// Publish replaces the copy with document, fetched from the issuer at a time.
func (k TokenKeys) Publish(ctx context.Context, document []byte, at time.Time) error {
	item := record{"document": str(string(document)), "fetchedAt": str(at.UTC().Format(time.RFC3339))}
	for name, value := range tokenKeys {
		item[name] = value
	}
	_, err := k.Client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &k.Name, Item: item})
	return err
}

// Read returns the copy.
func (k TokenKeys) Read(ctx context.Context) ([]byte, error) {
	out, err := k.Client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &k.Name, Key: tokenKeys, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, err
	}
	document := text(out.Item, "document")
	if document == "" {
		return nil, errors.New("nobody has published the token issuer's keys in table " + k.Name)
	}
	return []byte(document), nil
}
