package boot

import (
	"context"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"fulcrum/lambdas/cognito"
	"fulcrum/lambdas/consumer"
	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/erasure"
	keys "fulcrum/lambdas/vault"
)

// persons returns the vault of persons' keys, nil if the settings name none: then
// what is told about persons lies under the tables' keys and is erased row by row.
func (s settings) persons(c aws.Config) *keys.Vault {
	if s.personKeys == "" {
		return nil
	}
	return &keys.Vault{
		Client: dynamodb.NewFromConfig(c), Table: s.personKeys, Now: time.Now, NewID: newID,
		DataKeys: keys.KMS{Client: kms.NewFromConfig(c), Key: s.personKey},
	}
}

// sealed returns a table with what is told about persons under their keys, if they
// have any.
func (s settings) sealed(t dynamo.Table, c aws.Config) dynamo.Table {
	if persons := s.persons(c); persons != nil {
		t.Persons = persons
	}
	return t
}

// Erasure returns the function that destroys the keys of persons who are forgotten, and
// deletes their accounts in the user pool USER_POOL if it is set.
func Erasure(ctx context.Context) (consumer.Function, error) {
	s, metrics, err := begin("PERSON_KEYS_TABLE")
	if err != nil {
		return nil, err
	}
	c, err := awsConfig(ctx)
	if err != nil {
		return nil, err
	}
	policy := erasure.Policy{Keys: s.persons(c)}
	if pool := os.Getenv("USER_POOL"); pool != "" {
		policy.Accounts = cognito.Accounts{Client: cognitoidentityprovider.NewFromConfig(c), Pool: pool}
	}
	return consumer.Lambda(policy.Handle, metrics), nil
}
