package dynamo_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/interest"
	"fulcrum/lambdas/localaws"
)

// TestInterestIsCountedOnce delivers signals again and wants each to count once.
func TestInterestIsCountedOnce(t *testing.T) {
	server := localaws.Start(t)
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	table := dynamo.Table{
		Client: server.Table(t, "interest"), Name: "interest", Now: func() time.Time { return now }, EventRetention: 24 * time.Hour,
	}
	counts := dynamo.Interest{Table: table}
	for _, id := range []string{"a", "b", "a", "c", "b", "a"} {
		if err := counts.Add(t.Context(), interest.Signal{ID: id, DinnerID: "D", Kind: "viewed", SentAt: now}); err != nil {
			t.Fatal(err)
		}
	}
	out, err := table.Client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &table.Name, Key: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "INTEREST#D"}, "sk": &types.AttributeValueMemberS{Value: "KIND#viewed"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if n, ok := out.Item["signals"].(*types.AttributeValueMemberN); !ok || n.Value != "3" {
		t.Errorf("counted %v, want 3", out.Item["signals"])
	}
	if n, ok := out.Item["expiresAt"].(*types.AttributeValueMemberN); !ok || n.Value != "1893542400" {
		t.Errorf("expires at %v, want a day later", out.Item["expiresAt"])
	}
}
