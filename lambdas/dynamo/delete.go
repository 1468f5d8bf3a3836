package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// each calls do for every item query finds, page by page.
func (t Table) each(ctx context.Context, query *dynamodb.QueryInput, do func([]record) error) error {
	query.TableName = &t.Name
	pages := dynamodb.NewQueryPaginator(t.Client, query)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		if err := do(page.Items); err != nil {
			return err
		}
	}
	return nil
}

// erase deletes items, 25 in a request, the limit of BatchWriteItem.
func (t Table) erase(ctx context.Context, items []record) error {
	for len(items) > 0 {
		n := min(len(items), 25)
		requests := make([]types.WriteRequest, n)
		for i, r := range items[:n] {
			requests[i] = types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: record{"pk": r["pk"], "sk": r["sk"]}}}
		}
		items = items[n:]
		err := retry(ctx, func() error {
			out, err := t.Client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{
				RequestItems: map[string][]types.WriteRequest{t.Name: requests},
			})
			if err != nil {
				return err
			}
			if requests = out.UnprocessedItems[t.Name]; len(requests) > 0 {
				return errAgain
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
