package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/realtime"
)

// Connections is the realtime.Connections over a table of their own, whose partition
// key is the person's id and whose sort key the connection's; the index
// by-connection finds a connection without its person. Items expire when the door
// would have closed the connection.
type Connections struct{ Table Table }

var (
	_ realtime.Connections = Connections{}
	_ realtime.Leases      = Connections{}
)

// ByConnection is the name of the index.
const ByConnection = "by-connection"

// Open adds a connection.
func (s Connections) Open(ctx context.Context, c realtime.Connection) error {
	item := key(c.PersonID, c.ID)
	item["expiresAt"] = num(c.ExpiresAt.Unix())
	if c.Server != (realtime.Server{}) {
		item["at"], item["pin"] = str(c.Server.Address), str(c.Server.Pin)
	}
	_, err := s.Table.Client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.Table.Name, Item: item})
	return err
}

// Close removes a connection.
func (s Connections) Close(ctx context.Context, id string) error {
	found, err := s.query(ctx, &dynamodb.QueryInput{
		IndexName: aws.String(ByConnection), KeyConditionExpression: aws.String("sk = :id"),
		ExpressionAttributeValues: record{":id": str(id)},
	})
	if err != nil {
		return err
	}
	for _, c := range found {
		if _, err := s.Table.Client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.Table.Name, Key: key(c.PersonID, c.ID)}); err != nil {
			return err
		}
	}
	return nil
}

// Of returns a person's connections that have not expired: items past their time
// may stay for days.
func (s Connections) Of(ctx context.Context, personID string) ([]realtime.Connection, error) {
	found, err := s.query(ctx, &dynamodb.QueryInput{
		ConsistentRead: aws.Bool(true), KeyConditionExpression: aws.String("pk = :person"),
		ExpressionAttributeValues: record{":person": str(personID)},
	})
	if err != nil {
		return nil, err
	}
	var open []realtime.Connection
	for _, c := range found {
		if c.ExpiresAt.After(s.Table.Now()) {
			open = append(open, c)
		}
	}
	return open, nil
}

func (s Connections) query(ctx context.Context, in *dynamodb.QueryInput) ([]realtime.Connection, error) {
	in.TableName = &s.Table.Name
	var found []realtime.Connection
	for pages := dynamodb.NewQueryPaginator(s.Table.Client, in); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("connections: %w", err)
		}
		for _, r := range page.Items {
			found = append(found, connection(r))
		}
	}
	return found, nil
}

func connection(r map[string]types.AttributeValue) realtime.Connection {
	return realtime.Connection{
		PersonID: text(r, "pk"), ID: text(r, "sk"), ExpiresAt: time.Unix(number(r, "expiresAt"), 0),
		Server: realtime.Server{Address: text(r, "at"), Pin: text(r, "pin")},
	}
}

// lease is the key of a server's lease, apart from persons' by its prefix.
func lease(s realtime.Server) record { return key("SERVER#"+s.Pin, "lease") }

// Renew puts the lease of a server.
func (s Connections) Renew(ctx context.Context, server realtime.Server, until time.Time) error {
	item := lease(server)
	item["expiresAt"] = num(until.Unix())
	_, err := s.Table.Client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.Table.Name, Item: item})
	return err
}

// End deletes the lease of a server.
func (s Connections) End(ctx context.Context, server realtime.Server) error {
	_, err := s.Table.Client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.Table.Name, Key: lease(server)})
	return err
}

// Alive reports whether a server's lease has not ended.
func (s Connections) Alive(ctx context.Context, server realtime.Server) (bool, error) {
	found, err := s.Table.Client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.Table.Name, Key: lease(server), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return false, fmt.Errorf("lease of a server: %w", err)
	}
	return number(found.Item, "expiresAt") > s.Table.Now().Unix(), nil
}
