package table

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"
)

// The L2's own grants add streams, scans and batch calls, and reach every index
// by a wildcard. These give the calls a single-table design makes, and name the
// indexes.

// GrantRead lets grantee get items and query the table and its indexes.
func (t *Table) GrantRead(grantee awsiam.IGrantable) {
	t.grant(grantee, t.arns(), "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")
	t.key.GrantDecrypt(grantee)
}

// GrantWrite lets grantee put, change and delete single items of the table.
func (t *Table) GrantWrite(grantee awsiam.IGrantable) {
	t.grant(grantee, []string{*t.Dynamo.TableArn()}, "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
	t.key.GrantEncryptDecrypt(grantee)
}

// GrantUpdate lets grantee change single items of the table, and neither put nor delete
// one.
func (t *Table) GrantUpdate(grantee awsiam.IGrantable) {
	t.grant(grantee, []string{*t.Dynamo.TableArn()}, "dynamodb:UpdateItem")
	t.key.GrantEncryptDecrypt(grantee)
}

// GrantTransact lets grantee write items, alone or in one transaction, and check
// conditions on items it does not write. A transaction needs the permissions of
// the writes within it and none of its own.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
func (t *Table) GrantTransact(grantee awsiam.IGrantable) {
	t.GrantWrite(grantee)
	t.grant(grantee, []string{*t.Dynamo.TableArn()}, "dynamodb:ConditionCheckItem")
}

func (t *Table) arns() []string {
	table := *t.Dynamo.TableArn()
	list := []string{table}
	for _, index := range t.indexes {
		list = append(list, table+"/index/"+index.Name)
	}
	return list
}

func (t *Table) grant(grantee awsiam.IGrantable, arns []string, actions ...string) {
	awsiam.Grant_AddToPrincipal(&awsiam.GrantOnPrincipalOptions{
		Grantee:      grantee,
		Actions:      jsii.Strings(actions...),
		ResourceArns: jsii.Strings(arns...),
	})
}
