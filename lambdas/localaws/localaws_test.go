package localaws_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/localaws"
)

// TestATransactionThatComesAgain wants one that a client repeats to be applied once and
// answered twice, as by DynamoDB, and another one of the same to be refused.
func TestATransactionThatComesAgain(t *testing.T) {
	server := localaws.Start(t)
	table := server.Table(t, "store")
	write := func(token string) error {
		_, err := table.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{
			ClientRequestToken: &token, TransactItems: []types.TransactWriteItem{{Put: &types.Put{
				TableName: aws.String("store"), ConditionExpression: aws.String("attribute_not_exists(pk)"),
				Item: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "a"}, "sk": &types.AttributeValueMemberS{Value: "b"}},
			}}},
		})
		return err
	}
	for range 2 {
		if err := write("one"); err != nil {
			t.Fatal(err)
		}
	}
	var cancelled *types.TransactionCanceledException
	if err := write("two"); !errors.As(err, &cancelled) {
		t.Errorf("another transaction: %v", err)
	}
}
