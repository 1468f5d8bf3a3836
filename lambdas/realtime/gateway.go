package realtime

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Gateway is the Door over the management address of a WebSocket API: a signed POST
// for each message.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
type Gateway struct {
	// Endpoint is the address of the stage, "https://…/live".
	Endpoint    string
	Region      string
	Credentials aws.CredentialsProvider
	Client      *http.Client
	// Now returns the present time.
	Now func() time.Time
}

var _ Door = Gateway{}

// MaxMessage is the largest message that is sent, in bytes: one frame.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
const MaxMessage = 32 << 10

// Fits returns an error for a message that is too large to be sent.
func Fits(message []byte) error {
	if len(message) > MaxMessage {
		return fmt.Errorf("message of %d bytes, at most %d are sent", len(message), MaxMessage)
	}
	return nil
}

// Send sends a message, ErrGone if the connection is closed.
func (g Gateway) Send(ctx context.Context, c Connection, message []byte) error {
	if err := Fits(message); err != nil {
		return err
	}
	// The id ends in "=", which has to be escaped twice: once in the address, and
	// once more in what is signed, as for every service but S3. The signer does that.
	address := g.Endpoint + "/@connections/" + url.PathEscape(c.ID)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(message))
	if err != nil {
		return err
	}
	credentials, err := g.Credentials.Retrieve(ctx)
	if err != nil {
		return fmt.Errorf("credentials: %w", err)
	}
	digest := sha256.Sum256(message)
	if err := v4.NewSigner().SignHTTP(ctx, credentials, r, hex.EncodeToString(digest[:]), "execute-api", g.Region, g.Now()); err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	response, err := g.Client.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // only read
	detail, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	switch {
	case response.StatusCode == http.StatusGone:
		return ErrGone
	case response.StatusCode != http.StatusOK:
		return fmt.Errorf("send to %s: status %d: %s", c.ID, response.StatusCode, detail)
	}
	return nil
}
