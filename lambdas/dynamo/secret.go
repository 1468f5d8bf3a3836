package dynamo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// secretAge is how long a secret is used without asking again, so that in the end
// every process has the same, also where two Regions made one at the same time.
const secretAge = 10 * time.Minute

// Secret is 32 random bytes that the processes of a system share. They lie in an
// item of the table, encrypted with its key; who needs them first makes them. They
// are in no template, no environment and no log.
type Secret struct {
	Table Table
	Name  string

	mu    sync.Mutex
	value []byte
	read  time.Time
}

// Get returns the secret.
func (s *Secret) Get(ctx context.Context) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.value != nil && s.Table.Now().Sub(s.read) < secretAge {
		return s.value, nil
	}
	value, err := s.fetch(ctx)
	if err != nil {
		return nil, fmt.Errorf("secret %s: %w", s.Name, err)
	}
	s.value, s.read = value, s.Table.Now()
	return value, nil
}

func (s *Secret) fetch(ctx context.Context) ([]byte, error) {
	t, k := s.Table, key("SECRET#"+s.Name, "SECRET")
	for range 2 {
		r, err := t.get(ctx, k, true)
		if err != nil {
			return nil, err
		}
		if v, ok := r["value"].(*types.AttributeValueMemberB); ok {
			return v.Value, nil
		}
		fresh := make([]byte, 32)
		_, _ = rand.Read(fresh) // never fails
		item := key("SECRET#"+s.Name, "SECRET")
		item["kind"] = str("secret")
		item["value"] = &types.AttributeValueMemberB{Value: fresh}
		_, err = t.Client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: &t.Name, Item: item, ConditionExpression: aws.String("attribute_not_exists(pk)"),
		})
		var taken *types.ConditionalCheckFailedException
		if err == nil {
			return fresh, nil
		}
		var elsewhere *types.ReplicatedWriteConflictException // another Region makes it
		if !errors.As(err, &taken) && !errors.As(err, &elsewhere) {
			return nil, err
		}
	}
	return nil, errors.New("its item has no value")
}
