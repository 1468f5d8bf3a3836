// Package table defines an on-demand DynamoDB table with a customer-managed key,
// point-in-time recovery and, outside a sandbox, deletion protection.
//
// On-demand capacity needs no forecast and costs nothing at rest; a table whose
// load is level and known is cheaper provisioned, which this package leaves out.
package table

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/design/role"
)

// Props configures a Table. The zero value of an optional field means its
// default. All key attributes are strings.
type Props struct {
	// Key encrypts the items, indexes, stream and backups. Required.
	Key *keys.Key
	// DataClass is the class of data the table keeps. Default: the key's.
	DataClass string
	// PartitionKey is the name of the partition key attribute. Required.
	PartitionKey string
	// SortKey is the name of the sort key attribute.
	// Default: none, a partition holds one item.
	SortKey string
	// TTLAttribute names the number attribute that holds, in Unix seconds, when
	// an item expires. DynamoDB deletes it within a few days of that time.
	// Default: none, items never expire.
	TTLAttribute string
	// Stream keeps every new item image for 24 hours for readers such as package
	// outbox. Default: no stream.
	Stream bool
	// Indexes are the global secondary indexes, at most 20.
	Indexes []Index
	// RecoveryDays is how far back the table can be restored, from 1 to 35.
	// Default: 35 days.
	RecoveryDays int
	// NoCopies refuses backups on demand and exports to everybody: nothing of the
	// table outlives RecoveryDays but the table itself. Replicas do not refuse them
	// until they are given the same policy, which CloudFormation cannot do.
	// Default: whom IAM lets may make copies.
	NoCopies bool
	// ContributorInsights reports the most accessed and throttled keys, at a
	// price for each event. Keys appear in the reports in plain text.
	// Default: off.
	ContributorInsights bool
	// Role is the part the table plays. Default: role.Store.
	Role role.Role
	// Replicas are the copies in other Regions, which DynamoDB keeps up to date within
	// a second or so. Each can be read and written, and the last writer of an item
	// wins, but see Witness. Default: none.
	Replicas []Replica
	// Witness makes reads and conditions strongly consistent in all Regions: a write is
	// in another one before it is answered. The Region named keeps what is written and
	// can be neither read nor written itself. There is one replica then, no
	// TTLAttribute, and no transaction. Default: the copies follow.
	Witness string
	// Sandbox deletes the table with its stack.
	// Default: the table is protected from deletion and outlives its stack.
	Sandbox bool
}

// Index is a global secondary index that projects every attribute.
type Index struct {
	// Name is unique in the table, of 3 to 255 characters. Required.
	Name string
	// PartitionKey is the name of the index's partition key attribute. Required.
	PartitionKey string
	// SortKey is the name of the index's sort key attribute. Default: none.
	SortKey string
}

// Replica is a copy of a table in another Region.
type Replica struct {
	// Region is where it is. Required.
	Region string
	// KeyARN is of a key there that encrypts it. Required, unless the table's key is
	// one that AWS owns.
	KeyARN string
}

// Table is a DynamoDB table, or one that another stack defines.
type Table struct {
	Dynamo awsdynamodb.ITableV2
	// DataClass is the class of data the table keeps.
	DataClass string

	key     *keys.Key
	indexes []Index
}

// New defines a table called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Table {
	props.Must("table", id, p.Validate())
	scope = constructs.NewConstruct(scope, jsii.String(id))
	if p.DataClass == "" {
		p.DataClass = p.Key.DataClass
	}
	if p.Role == "" {
		p.Role = role.Store
	}
	if p.RecoveryDays == 0 {
		p.RecoveryDays = maxRecoveryDays
	}

	dynamo := awsdynamodb.NewTableV2(scope, jsii.String("Resource"), &awsdynamodb.TablePropsV2{
		PartitionKey:           attribute(p.PartitionKey),
		SortKey:                attribute(p.SortKey),
		Billing:                awsdynamodb.Billing_OnDemand(nil),
		Encryption:             p.encryption(),
		Replicas:               p.replicas(),
		MultiRegionConsistency: p.consistency(),
		WitnessRegion:          js.String(p.Witness),
		DeletionProtection:     jsii.Bool(!p.Sandbox),
		RemovalPolicy:          js.Removal(p.Sandbox),
		TimeToLiveAttribute:    js.String(p.TTLAttribute),
		DynamoStream:           p.stream(),
		GlobalSecondaryIndexes: p.indexes(),
		PointInTimeRecoverySpecification: &awsdynamodb.PointInTimeRecoverySpecification{
			PointInTimeRecoveryEnabled: jsii.Bool(true),
			RecoveryPeriodInDays:       jsii.Number(p.RecoveryDays),
		},
		ResourcePolicy: p.policy(),
		ContributorInsightsSpecification: &awsdynamodb.ContributorInsightsSpecification{
			Enabled: jsii.Bool(p.ContributorInsights),
		},
	})
	annotate.Role(dynamo, p.Role, annotate.Attributes{annotate.DataClass: p.DataClass})
	return &Table{Dynamo: dynamo, DataClass: p.DataClass, key: p.Key, indexes: append([]Index(nil), p.Indexes...)}
}

// policy refuses what makes copies. In a table's policy "*" is the table itself.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-iam-actions.html
func (p Props) policy() awsiam.PolicyDocument {
	if !p.NoCopies {
		return nil
	}
	return awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &[]awsiam.PolicyStatement{
		awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid:        jsii.String("NoCopies"),
			Effect:     awsiam.Effect_DENY,
			Principals: &[]awsiam.IPrincipal{awsiam.NewAnyPrincipal()},
			Actions:    jsii.Strings("dynamodb:CreateBackup", "dynamodb:ExportTableToPointInTime"),
			Resources:  jsii.Strings("*"),
		}),
	}})
}

func (p Props) stream() awsdynamodb.StreamViewType {
	switch {
	case len(p.Replicas) > 0: // which are made from it
		return awsdynamodb.StreamViewType_NEW_AND_OLD_IMAGES
	case !p.Stream:
		return ""
	}
	return awsdynamodb.StreamViewType_NEW_IMAGE
}

func (p Props) indexes() *[]*awsdynamodb.GlobalSecondaryIndexPropsV2 {
	if len(p.Indexes) == 0 {
		return nil
	}
	list := make([]*awsdynamodb.GlobalSecondaryIndexPropsV2, 0, len(p.Indexes))
	for _, index := range p.Indexes {
		list = append(list, &awsdynamodb.GlobalSecondaryIndexPropsV2{
			IndexName:      jsii.String(index.Name),
			PartitionKey:   attribute(index.PartitionKey),
			SortKey:        attribute(index.SortKey),
			ProjectionType: awsdynamodb.ProjectionType_ALL,
		})
	}
	return &list
}

func attribute(name string) *awsdynamodb.Attribute {
	if name == "" {
		return nil
	}
	return &awsdynamodb.Attribute{Name: jsii.String(name), Type: awsdynamodb.AttributeType_STRING}
}
