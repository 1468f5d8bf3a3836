package boot

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// secretAge is how long a secret is used without asking again, so that one that was
// replaced is known before long.
const secretAge = 10 * time.Minute

// secrets is what is asked of AWS Secrets Manager.
type secrets interface {
	GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error)
}

// remoteSecret is a secret that Secrets Manager keeps.
type remoteSecret struct {
	secrets secrets
	arn     string
	now     func() time.Time

	mu    sync.Mutex
	value []byte
	read  time.Time
}

// get returns the secret. While it cannot be read anew, the one read last holds.
func (s *remoteSecret) get(ctx context.Context) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.value != nil && s.now().Sub(s.read) < secretAge {
		return s.value, nil
	}
	out, err := s.secrets.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &s.arn})
	if err == nil && aws.ToString(out.SecretString) == "" {
		err = errors.New("it has no text")
	}
	switch {
	case err == nil:
		s.value, s.read = []byte(*out.SecretString), s.now()
	case s.value == nil:
		return nil, fmt.Errorf("secret %s: %w", s.arn, err)
	}
	return s.value, nil
}
