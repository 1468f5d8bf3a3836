package valkey

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// tokenLifetime is how long a cache takes a token, the longest there is.
const tokenLifetime = 15 * time.Minute

// emptyPayload is the SHA-256 of nothing.
const emptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// Token returns credentials for Config: the user, and a token that the role of
// config signs for them and for the serverless cache of that name. A token is a
// presigned request that nobody sends.
//
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html#auth-iam-Connecting
func Token(config aws.Config, cache, user string, now func() time.Time) func(context.Context) (string, string, error) {
	signer := v4.NewSigner()
	query := url.Values{
		"Action": {"connect"}, "User": {user}, "ResourceType": {"ServerlessCache"},
		"X-Amz-Expires": {fmt.Sprint(int(tokenLifetime.Seconds()))},
	}
	address := url.URL{Scheme: "http", Host: strings.ToLower(cache), Path: "/", RawQuery: query.Encode()}
	return func(ctx context.Context) (string, string, error) {
		who, err := config.Credentials.Retrieve(ctx)
		if err != nil {
			return "", "", fmt.Errorf("credentials for the cache: %w", err)
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), http.NoBody)
		if err != nil {
			return "", "", err
		}
		signed, _, err := signer.PresignHTTP(ctx, who, request, emptyPayload, "elasticache", config.Region, now())
		if err != nil {
			return "", "", fmt.Errorf("token for the cache: %w", err)
		}
		return user, strings.TrimPrefix(signed, "http://"), nil
	}
}
