package boot

import (
	"context"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"fulcrum/lambdas/consumer"
	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/realtime"
	"fulcrum/lambdas/token"
)

// pushTimeout is what one message may take, so that a connection that hangs does
// not keep a batch from the others.
const pushTimeout = 3 * time.Second

func connections(db *dynamodb.Client) dynamo.Connections {
	return dynamo.Connections{Table: dynamo.Table{Client: db, Name: os.Getenv("CONNECTIONS_TABLE"), Now: time.Now}}
}

// Sockets returns the function behind a WebSocket API. SOCKET_SCOPE must be in the
// token of whoever connects.
func Sockets(ctx context.Context) (realtime.Sockets, error) {
	s, _, err := begin("CONNECTIONS_TABLE", "TOKEN_ISSUER", "TOKEN_CLIENTS", "SOCKET_SCOPE")
	if err != nil {
		return realtime.Sockets{}, err
	}
	db, err := client(ctx)
	if err != nil {
		return realtime.Sockets{}, err
	}
	return realtime.Sockets{
		Connections: connections(db), Scope: os.Getenv("SOCKET_SCOPE"), Now: time.Now,
		Tokens: token.NewVerifier(s.issuer, s.clients, http.DefaultTransport, time.Now),
	}, nil
}

// Push returns the function that pushes notices to who is connected: through a
// WebSocket API, if SOCKET_ENDPOINT is the address of its stage, "https://…/live", or
// else to the servers that the table names.
func Push(ctx context.Context) (consumer.Function, error) {
	_, metrics, err := begin("CONNECTIONS_TABLE")
	if err != nil {
		return nil, err
	}
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	db, err := client(ctx)
	if err != nil {
		return nil, err
	}
	var door realtime.Door = realtime.NewDirect(connections(db), pushTimeout)
	if endpoint := os.Getenv("SOCKET_ENDPOINT"); endpoint != "" {
		door = realtime.Gateway{
			Endpoint: endpoint, Region: c.Region, Credentials: c.Credentials,
			Client: &http.Client{Timeout: pushTimeout}, Now: time.Now,
		}
	}
	return consumer.Lambda(realtime.Push{Connections: connections(db), Door: door}.Handle, metrics), nil
}
