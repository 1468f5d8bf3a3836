package keystore_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/keystore"
	"fulcrum/constructs/table"
)

var template *synth.Template

const multiRegion = "arn:aws:kms:%s:123456789012:key/mrk-0123456789abcdef0123456789abcdef"

func TestMain(m *testing.M) {
	synth.Main(m, &template, "KeyStores", func(stack awscdk.Stack) {
		keystore.New(stack, "Copied", keystore.Props{
			Key:      keys.Existing(stack, "Primary", fmt.Sprintf(multiRegion, "eu-west-1"), keystore.DataClass),
			Replicas: []table.Replica{{Region: "eu-central-1", KeyARN: fmt.Sprintf(multiRegion, "eu-central-1")}},
		})
		store := keystore.New(stack, "PersonKeys", keystore.Props{})
		for name, grant := range map[string]func(awsiam.IGrantable){"User": store.GrantUse, "Destroyer": store.GrantDestroy} {
			grant(role(stack, name))
		}
	})
}

func role(stack awscdk.Stack, name string) awsiam.Role {
	return awsiam.NewRole(stack, jsii.String(name), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil)})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Baseline"), nil)
	store := keystore.New(stack, "PersonKeys", keystore.Props{})
	store.GrantUse(role(stack, "Service"))
	store.GrantDestroy(role(stack, "Erasure"))
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		t.Error(problem)
	}
}

// TestNothingBringsAKeyBack wants each table, and its copy in another Region, to be
// restorable for less than the law gives to forget somebody, and no other copy of the
// table to be made by anybody.
func TestNothingBringsAKeyBack(t *testing.T) {
	copies := 0
	for _, table := range template.OfType("AWS::DynamoDB::GlobalTable") {
		replicas := table.Properties.At("Replicas").List()
		copies += len(replicas) - 1
		for _, replica := range replicas {
			nothingBringsBack(t, replica)
		}
		if streams := table.Properties.At("StreamSpecification").Value != nil; streams != (len(replicas) > 1) {
			t.Errorf("%s: the keys are handed on in a stream: %v, to %d copies", table.ID, streams, len(replicas)-1)
		}
	}
	if copies != 1 {
		t.Errorf("%d copies, want that of one table", copies)
	}
}

func nothingBringsBack(t *testing.T, replica synth.Node) {
	t.Helper()
	days, _ := replica.At("PointInTimeRecoverySpecification", "RecoveryPeriodInDays").Value.(float64)
	if days < 1 || days > keystore.Deadline/2 {
		t.Errorf("the table can be restored for %v days, the law gives %d", days, keystore.Deadline)
	}
	s := replica.At("ResourcePolicy", "PolicyDocument", "Statement", 0)
	if replica.At("Region").String() == "eu-central-1" {
		// Where CloudFormation makes a copy but cannot give it a policy.
		if s.Value != nil {
			t.Errorf("the copy cannot be made with a policy: %s", s)
		}
	} else if s.At("Effect").String() != "Deny" || s.At("Principal").String() != "*" && s.At("Principal", "AWS").String() != "*" || s.At("Condition").Value != nil ||
		s.At("Action").String() != `["dynamodb:CreateBackup","dynamodb:ExportTableToPointInTime"]` {
		t.Errorf("copies can be made: %s", s)
	}
	if key := replica.At("SSESpecification", "KMSMasterKeyId"); strings.HasPrefix(key.String(), "arn:") && !strings.Contains(key.String(), ":kms:"+replica.At("Region").String()+":") {
		t.Errorf("the copy in %s is under %s", replica.At("Region"), key)
	}
}

// TestDutiesAreApart wants whoever uses keys to be unable to delete them, and
// whoever deletes them unable to read what is under them.
func TestDutiesAreApart(t *testing.T) {
	for _, policy := range template.OfType("AWS::IAM::Policy") {
		destroyer := strings.HasPrefix(policy.ID, "Destroyer")
		deletes, unwraps := false, false
		for _, s := range policy.Properties.At("PolicyDocument", "Statement").List() {
			deletes = deletes || strings.Contains(s.At("Action").String(), "DeleteItem")
			via := s.At("Condition", "StringEquals", "kms:ViaService").Value != nil
			if strings.Contains(s.At("Action").String(), "kms:") && !via {
				unwraps = true
				if s.At("Condition", "Null", "kms:EncryptionContext:person").Value != "false" {
					t.Errorf("%s unwraps without a person: %s", policy.ID, s)
				}
			}
		}
		if deletes != destroyer || unwraps == destroyer {
			t.Errorf("%s deletes: %v, unwraps: %v", policy.ID, deletes, unwraps)
		}
	}
}

func TestValidate(t *testing.T) {
	if err := (keystore.Props{RecoveryDays: 15}).Validate(); err == nil || !strings.Contains(err.Error(), "RecoveryDays: 15 is not from 1 to 14") {
		t.Errorf("got %v", err)
	}
	if err := (keystore.Props{Replicas: []table.Replica{{Region: "eu-central-1"}}}).Validate(); err == nil || !strings.Contains(err.Error(), "Key: missing") {
		t.Errorf("got %v", err)
	}
}
