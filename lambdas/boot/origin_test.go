package boot

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

type vault struct {
	value *string
	err   error
	calls int
}

func (v *vault) GetSecretValue(_ context.Context, in *secretsmanager.GetSecretValueInput, _ ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error) {
	if v.calls++; aws.ToString(in.SecretId) != "arn" {
		return nil, errors.New("another secret")
	}
	return &secretsmanager.GetSecretValueOutput{SecretString: v.value}, v.err
}

func TestRemoteSecret(t *testing.T) {
	now := time.Unix(0, 0)
	v := &vault{err: errors.New("down")}
	s := &remoteSecret{secrets: v, arn: "arn", now: func() time.Time { return now }}
	if _, err := s.get(t.Context()); err == nil {
		t.Error("a secret that was never read is known")
	}
	v.err, v.value = nil, aws.String("")
	if _, err := s.get(t.Context()); err == nil {
		t.Error("an empty secret is taken")
	}
	want := func(value string, calls int) {
		t.Helper()
		if got, err := s.get(t.Context()); err != nil || string(got) != value || v.calls != calls {
			t.Errorf("%q after %d calls, %v; want %q after %d", got, v.calls, err, value, calls)
		}
	}
	v.value = aws.String("one")
	want("one", 3)
	v.value = aws.String("two")
	want("one", 3) // still young
	now = now.Add(secretAge)
	want("two", 4)
	now, v.err = now.Add(secretAge), errors.New("down")
	want("two", 5) // the last one holds
}
