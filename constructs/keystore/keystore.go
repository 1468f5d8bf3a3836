// Package keystore defines the table that keeps a data key for each person, and
// the KMS key that wraps them.
//
// Whoever destroys a person's row makes everything unreadable that was sealed under
// their data key, wherever copies of it lie. So nothing may bring the row back:
// the table can be restored for RecoveryDays only, fewer than the law gives to
// forget somebody, and makes no other copies. Some days it must have: a table of
// keys that is lost by mistake is lost with all the data under them. A copy in another
// Region loses a row as the table does, within a second or so, and keeps to the same
// days; the stream that it is made from shows what was there for one day more.
//
// Neither the KMS key nor the table is shared with anything else: who may read the
// data cannot read the keys, and the other way round.
package keystore

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/table"
)

// DataClass is the class of data of persons' keys.
const DataClass = "person-keys"

// Deadline is how many days the law gives to erase what a person asks to be
// erased: a month, of which the shortest has 28 days.
//
// https://eur-lex.europa.eu/eli/reg/2016/679/oj (GDPR, articles 12(3) and 17)
const Deadline = 28

// Props configures a Store. The zero value of an optional field means its default.
type Props struct {
	// RecoveryDays is how far back the table can be restored, and how long a
	// destroyed key can be brought back: from 1 to 14, half of Deadline.
	// Default: 7 days.
	RecoveryDays int
	// Key is a multi-Region key of another stack that wraps the keys, and Replicas are
	// the table's copies where it has replicas. Default: a key of the store's own, and
	// no copies.
	Key      *keys.Key
	Replicas []table.Replica
	// Sandbox deletes table and key with their stack.
	// Default: the table is protected from deletion and both outlive their stack.
	Sandbox bool
}

// Store is the table of the keys and the key that wraps them.
type Store struct {
	Key   *keys.Key
	Table *table.Table
}

const defaultRecoveryDays = 7

// New defines a key store called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Store {
	props.Must("keystore", id, p.Validate())
	if p.RecoveryDays == 0 {
		p.RecoveryDays = defaultRecoveryDays
	}
	scope = constructs.NewConstruct(scope, jsii.String(id))
	if p.Key == nil {
		p.Key = keys.New(scope, "Key", keys.Props{DataClass: DataClass, Sandbox: p.Sandbox})
	}
	return &Store{Key: p.Key, Table: table.New(scope, "Table", table.Props{
		Key: p.Key, PartitionKey: "pk", RecoveryDays: p.RecoveryDays, NoCopies: true, Replicas: p.Replicas, Sandbox: p.Sandbox,
	})}
}

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Check(p.RecoveryDays >= 0 && p.RecoveryDays <= Deadline/2, "RecoveryDays",
		"%d is not from 1 to %d, half of the %d days the law gives to forget somebody; leave it out for %d", p.RecoveryDays, Deadline/2, Deadline, defaultRecoveryDays)
	found.Check(len(p.Replicas) == 0 || p.Key != nil, "Key", "missing; a copy in another Region is of use under a multi-Region key only")
	return found.Err()
}

// GrantUse lets grantee make data keys for persons and unwrap them, for a person
// whom the encryption context names, and add rows and read them; not delete them.
func (s *Store) GrantUse(grantee awsiam.IGrantable) {
	s.grant(grantee, "dynamodb:GetItem", "dynamodb:PutItem")
	allow(grantee, *s.Key.KMS.KeyArn(), map[string]any{"Null": map[string]any{"kms:EncryptionContext:person": "false"}},
		"kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext")
}

// GrantDestroy lets grantee delete persons' keys, and unwrap none of them.
func (s *Store) GrantDestroy(grantee awsiam.IGrantable) {
	s.grant(grantee, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem")
}

// grant lets grantee call the table, and DynamoDB use the key on its behalf.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
func (s *Store) grant(grantee awsiam.IGrantable, actions ...string) {
	allow(grantee, *s.Table.Dynamo.TableArn(), nil, actions...)
	service := "dynamodb." + *awscdk.Stack_Of(s.Key.KMS).Region() + ".amazonaws.com"
	allow(grantee, *s.Key.KMS.KeyArn(), map[string]any{"StringEquals": map[string]any{"kms:ViaService": service}},
		"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")
}

func allow(grantee awsiam.IGrantable, arn string, when map[string]any, actions ...string) {
	var conditions *map[string]any
	if when != nil {
		conditions = &when
	}
	grantee.GrantPrincipal().AddToPrincipalPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions: jsii.Strings(actions...), Resources: jsii.Strings(arn), Conditions: conditions,
	}))
}
