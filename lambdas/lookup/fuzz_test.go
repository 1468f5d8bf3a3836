package lookup

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// region is CloudFormation in one Region, with one stack, and tables is DynamoDB with one
// table: a fuzzer has no time for the local ones that the other tests ask.
type region struct{ calls *int }

// DescribeStacks implements Stacks.
func (r region) DescribeStacks(_ context.Context, in *cloudformation.DescribeStacksInput, _ ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error) {
	*r.calls++
	if aws.ToString(in.StackName) != "Main-Edge" {
		return nil, errors.New("does not exist")
	}
	return &cloudformation.DescribeStacksOutput{Stacks: []types.Stack{{StackStatus: types.StackStatusCreateComplete, Outputs: []types.Output{
		{OutputKey: aws.String("WebAclArn"), OutputValue: aws.String("arn:acl")},
		{OutputKey: aws.String("Other"), OutputValue: aws.String("secret of nobody's business")},
	}}}}, nil
}

type tables struct{}

// DescribeTable implements Tables.
func (tables) DescribeTable(_ context.Context, in *dynamodb.DescribeTableInput, _ ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error) {
	if aws.ToString(in.TableName) != "Store" {
		return nil, errors.New("does not exist")
	}
	return &dynamodb.DescribeTableOutput{Table: &ddb.TableDescription{
		LatestStreamArn: aws.String("arn:stream"), StreamSpecification: &ddb.StreamSpecification{StreamEnabled: aws.Bool(true)},
	}}, nil
}

// FuzzEvent feeds the resource whatever CloudFormation may send: it is refused, or it
// reads what was asked for and no more, and a deletion asks nobody.
func FuzzEvent(f *testing.F) {
	for _, seed := range []string{
		`{"RequestType":"Create","ResourceProperties":{"Stack":"Main-Edge","Region":"us-east-1","Outputs":["WebAclArn"]}}`,
		`{"RequestType":"Update","ResourceProperties":{"Stack":"Main-Edge","Region":"us-east-1","Outputs":[["WebAclArn"],null,7]}}`,
		`{"RequestType":"Create","ResourceProperties":{"Table":"Store"}}`, `{"RequestType":"Create","ResourceProperties":{"Table":["Store"],"Outputs":{}}}`,
		`{"RequestType":"Delete","PhysicalResourceId":"x","ResourceProperties":null}`, `{}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var e cfn.Event
		if json.Unmarshal(raw, &e) != nil {
			return
		}
		calls := 0
		r := Resource{Tables: tables{}, Stacks: func(string) Stacks { return region{&calls} }}
		id, data, err := r.Handle(t.Context(), e)
		if e.RequestType == cfn.RequestDelete && (err != nil || id != e.PhysicalResourceID || calls > 0) {
			t.Errorf("%s: %q, %v after %d calls", raw, id, err, calls)
		}
		if err != nil || e.RequestType == cfn.RequestDelete {
			return
		}
		if id == "" || len(data) == 0 {
			t.Errorf("%s read %q, %v", raw, id, data)
		}
		listed, _ := e.ResourceProperties["Outputs"].([]any)
		for name, value := range data {
			if value != "arn:acl" && value != "arn:stream" && value != "secret of nobody's business" || len(data) > max(1, len(listed)) {
				t.Errorf("%s: %s is %v", raw, name, value)
			}
		}
	})
}
