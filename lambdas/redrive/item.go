package redrive

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	tabletypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"fulcrum/lambdas/dynamo"
)

// showAgain has a table's stream show the items again whose records the letter is about,
// with the events that are in their outboxes still: from the stream, which keeps records
// for 24 hours, or else every item of the table that has events in its outbox.
func (r Redriver) showAgain(ctx context.Context, w Way, l Letter) error {
	at, err := placeOf(l.Body)
	if err != nil {
		return err
	}
	name, err := r.physical(w.Table)
	if err != nil {
		return err
	}
	seen := map[[2]string]bool{}
	err = r.each(ctx, at, func(record types.Record) {
		pk, _ := record.Dynamodb.Keys["pk"].(*types.AttributeValueMemberS)
		sk, _ := record.Dynamodb.Keys["sk"].(*types.AttributeValueMemberS)
		if pk != nil && sk != nil {
			seen[[2]string{pk.Value, sk.Value}] = true
		}
	})
	if forgotten(err) {
		err = r.waiting(ctx, name, seen)
	}
	if err != nil {
		return err
	}
	table := dynamo.Table{Client: r.Dynamo, Name: name, Now: time.Now}
	for k := range seen {
		if err := table.HandOnAgain(ctx, k[0], k[1]); err != nil {
			return err
		}
	}
	return nil
}

// waiting adds the keys of the items of a table that have events in their outboxes.
func (r Redriver) waiting(ctx context.Context, table string, keys map[[2]string]bool) error {
	pages := dynamodb.NewScanPaginator(r.Dynamo, &dynamodb.ScanInput{
		TableName: &table, ProjectionExpression: aws.String("pk, sk, outbox"), FilterExpression: aws.String("attribute_exists(outbox)"),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, item := range page.Items {
			pk, _ := item["pk"].(*tabletypes.AttributeValueMemberS)
			sk, _ := item["sk"].(*tabletypes.AttributeValueMemberS)
			outbox, _ := item["outbox"].(*tabletypes.AttributeValueMemberM)
			if pk != nil && sk != nil && outbox != nil && len(outbox.Value) > 0 {
				keys[[2]string{pk.Value, sk.Value}] = true
			}
		}
	}
	return nil
}
