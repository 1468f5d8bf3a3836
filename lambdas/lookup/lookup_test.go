package lookup

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// region is CloudFormation in one Region, with one stack.
type region struct {
	status types.StackStatus
	calls  *int
}

func (r region) DescribeStacks(_ context.Context, in *cloudformation.DescribeStacksInput, _ ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error) {
	*r.calls++
	if aws.ToString(in.StackName) != "Main-Edge" {
		return nil, errors.New("does not exist")
	}
	return &cloudformation.DescribeStacksOutput{Stacks: []types.Stack{{StackStatus: r.status, Outputs: []types.Output{
		{OutputKey: aws.String("WebAclArn"), OutputValue: aws.String("arn:acl")},
		{OutputKey: aws.String("Other"), OutputValue: aws.String("secret of nobody's business")},
	}}}}, nil
}

func TestHandle(t *testing.T) {
	wanted := func(stack, region string, outputs ...any) map[string]any {
		return map[string]any{"Stack": stack, "Region": region, "Outputs": outputs, "ServiceToken": "arn"}
	}
	for _, x := range []struct {
		name       string
		request    cfn.RequestType
		properties map[string]any
		status     types.StackStatus
		calls      int
		problem    string
	}{
		{"create", cfn.RequestCreate, wanted("Main-Edge", "us-east-1", "WebAclArn"), types.StackStatusCreateComplete, 1, ""},
		{"update", cfn.RequestUpdate, wanted("Main-Edge", "us-east-1", "WebAclArn"), types.StackStatusUpdateComplete, 1, ""},
		{"no stack", cfn.RequestCreate, wanted("Main", "us-east-1", "WebAclArn"), "", 1, "stack Main in us-east-1: does not exist; deploy it first"},
		{"no output", cfn.RequestCreate, wanted("Main-Edge", "us-east-1", "WebAclArn", "Key"), types.StackStatusCreateComplete, 1, "has no output Key; deploy it again first"},
		{"going", cfn.RequestCreate, wanted("Main-Edge", "us-east-1", "WebAclArn"), types.StackStatusDeleteInProgress, 1, "is DELETE_IN_PROGRESS; deploy it first"},
		{"nothing asked", cfn.RequestCreate, map[string]any{"Stack": 7}, "", 0, "property Stack is 7, want a text\nproperty Region is <nil>, want a text\nproperty Outputs is <nil>, want a list"},
		{"unknown request", "Burn", nil, "", 0, `request type "Burn"`},
	} {
		t.Run(x.name, func(t *testing.T) {
			calls, asked := 0, ""
			r := Resource{Stacks: func(name string) Stacks { asked = name; return region{x.status, &calls} }}
			id, data, err := r.Handle(t.Context(), cfn.Event{RequestType: x.request, ResourceProperties: x.properties})
			switch {
			case x.problem != "" && (err == nil || !strings.Contains(err.Error(), x.problem)):
				t.Errorf("got %v, want it to say %s", err, x.problem)
			case x.problem == "" && (err != nil || id != "us-east-1/Main-Edge" || len(data) != 1 || data["WebAclArn"] != "arn:acl" || asked != "us-east-1"):
				t.Errorf("%s %v %v in %s", id, data, err, asked)
			}
			if calls != x.calls {
				t.Errorf("%d calls, want %d", calls, x.calls)
			}
		})
	}
}

func TestDeleteChangesNothing(t *testing.T) {
	r := Resource{Stacks: func(string) Stacks { t.Fatal("asked"); return nil }}
	if id, _, err := r.Handle(t.Context(), cfn.Event{RequestType: cfn.RequestDelete, PhysicalResourceID: "x"}); id != "x" || err != nil {
		t.Errorf("%s %v", id, err)
	}
}

type tables struct{ enabled bool }

func (t tables) DescribeTable(_ context.Context, in *dynamodb.DescribeTableInput, _ ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error) {
	if aws.ToString(in.TableName) != "Store" {
		return nil, errors.New("does not exist")
	}
	return &dynamodb.DescribeTableOutput{Table: &ddb.TableDescription{
		LatestStreamArn: aws.String("arn:stream"), StreamSpecification: &ddb.StreamSpecification{StreamEnabled: &t.enabled},
	}}, nil
}

// TestStream wants the stream that is on, not one that was once.
func TestStream(t *testing.T) {
	for _, x := range []struct {
		table   string
		enabled bool
		problem string
	}{
		{"Store", true, ""},
		{"Store", false, "table Store has no stream"},
		{"Other", true, "table Other: does not exist; deploy the stack that defines it first"},
	} {
		r := Resource{Tables: tables{x.enabled}}
		id, data, err := r.Handle(t.Context(), cfn.Event{RequestType: cfn.RequestCreate, ResourceProperties: map[string]any{"Table": x.table}})
		switch {
		case x.problem == "" && (err != nil || data["StreamArn"] != "arn:stream" || id != "stream/Store"):
			t.Errorf("%s: %s %v %v", x.table, id, data, err)
		case x.problem != "" && (err == nil || err.Error() != x.problem):
			t.Errorf("%s: %v, want %s", x.table, err, x.problem)
		}
	}
}
