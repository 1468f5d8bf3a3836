package table

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
)

func (p Props) encryption() awsdynamodb.TableEncryptionV2 {
	if len(p.Replicas) == 0 || !p.Key.Own() {
		return p.Key.Table()
	}
	arns := map[string]*string{}
	for _, r := range p.Replicas {
		arns[r.Region] = jsii.String(r.KeyARN)
	}
	return awsdynamodb.TableEncryptionV2_CustomerManagedKey(p.Key.KMS, &arns)
}

// consistency is how the table's copies follow it; empty for the default.
func (p Props) consistency() awsdynamodb.MultiRegionConsistency {
	if p.Witness == "" {
		return ""
	}
	return awsdynamodb.MultiRegionConsistency_STRONG
}

// replicas are protected and can be restored as the table itself, which they do not
// get from it. A policy they do not have: CloudFormation gives none to a copy that it
// makes in another Region, and fails.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html#V2globaltables_HowItWorks.setting-synchronization
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html
func (p Props) replicas() *[]*awsdynamodb.ReplicaTableProps {
	if len(p.Replicas) == 0 {
		return nil
	}
	list := make([]*awsdynamodb.ReplicaTableProps, 0, len(p.Replicas))
	for _, r := range p.Replicas {
		list = append(list, &awsdynamodb.ReplicaTableProps{
			Region:             jsii.String(r.Region),
			DeletionProtection: jsii.Bool(!p.Sandbox),
			PointInTimeRecoverySpecification: &awsdynamodb.PointInTimeRecoverySpecification{
				PointInTimeRecoveryEnabled: jsii.Bool(true),
				RecoveryPeriodInDays:       jsii.Number(p.RecoveryDays),
			},
		})
	}
	return &list
}

// ExistingProps says what is known of a table that another stack defines, or of its
// copy in the stack's Region.
type ExistingProps struct {
	// Name is the table's name. Required.
	Name string
	// Region is where it is. Default: the stack's.
	Region string
	// StreamARN is of its stream. Default: it is not read from.
	StreamARN string
	// Key encrypts it. Required.
	Key *keys.Key
	// Indexes are the names of its global secondary indexes.
	Indexes []string
}

// Existing returns a table that another stack defines, called id within scope. It
// panics if props are invalid.
func Existing(scope constructs.Construct, id string, p ExistingProps) *Table {
	var found props.Problems
	found.Required(p.Name != "", "Name")
	found.Required(p.Key != nil, "Key")
	props.Must("table", id, found.Err())
	t := &Table{DataClass: p.Key.DataClass, key: p.Key}
	for _, name := range p.Indexes {
		t.indexes = append(t.indexes, Index{Name: name})
	}
	t.Dynamo = awsdynamodb.TableV2_FromTableAttributes(scope, jsii.String(id), &awsdynamodb.TableAttributesV2{
		TableArn: awscdk.Stack_Of(scope).FormatArn(&awscdk.ArnComponents{
			Service: jsii.String("dynamodb"), Region: js.String(p.Region), Resource: jsii.String("table"), ResourceName: jsii.String(p.Name),
		}),
		TableStreamArn: js.String(p.StreamARN),
		EncryptionKey:  p.Key.KMS, // whoever reads the stream decrypts with it
	})
	return t
}
