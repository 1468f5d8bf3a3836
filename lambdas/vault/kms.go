package vault

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

// KMS makes data keys under a key of KMS. The alias is the encryption context,
// which KMS checks, and writes to its log of calls.
//
// https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
type KMS struct {
	Client *kms.Client
	// Key is the key's ARN.
	Key string
}

// ContextKey names the alias in the encryption context.
const ContextKey = "person"

// New returns a new data key of 256 bits, wrapped.
func (k KMS) New(ctx context.Context, alias string) ([]byte, error) {
	out, err := k.Client.GenerateDataKeyWithoutPlaintext(ctx, &kms.GenerateDataKeyWithoutPlaintextInput{
		KeyId: &k.Key, KeySpec: types.DataKeySpecAes256, EncryptionContext: map[string]string{ContextKey: alias},
	})
	if err != nil {
		return nil, err
	}
	return out.CiphertextBlob, nil
}

// Unwrap returns a data key that New wrapped for the same alias.
func (k KMS) Unwrap(ctx context.Context, alias string, wrapped []byte) ([]byte, error) {
	out, err := k.Client.Decrypt(ctx, &kms.DecryptInput{
		KeyId: &k.Key, CiphertextBlob: wrapped, EncryptionContext: map[string]string{ContextKey: alias},
	})
	if err != nil {
		return nil, err
	}
	return out.Plaintext, nil
}
