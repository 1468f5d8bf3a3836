package dynamo_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/search"
)

// expired shows that forgetting a host does not make a row again that time to live
// has deleted: the pointer to it goes at another moment.
func expired(t *testing.T, server *localaws.Server) {
	table := dynamo.Table{Client: server.Table(t, "expired"), Name: "expired", Consistent: true, Now: time.Now, EventRetention: time.Hour}
	index := dynamo.Index{Table: table}
	starts := time.Date(2030, 1, 2, 19, 0, 0, 0, time.UTC)
	if err := index.Update(t.Context(), "e", starts, "d", func(r *search.Row) { r.HostID, r.Title = "h", "Soup" }); err != nil {
		t.Fatal(err)
	}
	_, err := table.Client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &table.Name, Key: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "DINNERS"}, "sk": &types.AttributeValueMemberS{Value: search.Key(starts, "d")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // again, when there is no pointer left
		if err := index.Forget(t.Context(), "h"); err != nil {
			t.Fatal(err)
		}
	}
	if rows, err := index.Rows(t.Context(), "", 10); err != nil || len(rows) > 0 {
		t.Errorf("rows %+v, %v; want none", rows, err)
	}
	if left := mentions(t, table, "ROW#"); len(left) > 0 {
		t.Errorf("%v still lead to rows", left)
	}
}
