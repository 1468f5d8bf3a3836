package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
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

// erase deletes items one by one: it is seldom done, and a batch would need one
// more permission and reports what it left undone instead of doing it.
func (t Table) erase(ctx context.Context, items []record) error {
	for _, r := range items {
		_, err := t.Client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: &t.Name, Key: record{"pk": r["pk"], "sk": r["sk"]},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
