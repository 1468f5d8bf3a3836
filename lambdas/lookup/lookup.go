// Package lookup is a CloudFormation custom resource that reads what a stack needs
// to know and no reference of CloudFormation reaches: the outputs of a stack in
// another Region, and the stream of a copy that a table has here. It changes nothing.
//
// Properties: Stack and Region name a stack, Outputs lists the keys of those of its
// outputs that become attributes. Or Table names a table of this Region, and the
// attribute StreamArn is its stream's. It is read when the resource is created and
// when a property changes.
package lookup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Stacks is what is asked of AWS CloudFormation.
type Stacks interface {
	DescribeStacks(context.Context, *cloudformation.DescribeStacksInput, ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error)
}

// Tables is what is asked of Amazon DynamoDB.
type Tables interface {
	DescribeTable(context.Context, *dynamodb.DescribeTableInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error)
}

// Resource is the custom resource.
type Resource struct {
	// Stacks returns the stacks of a Region.
	Stacks func(region string) Stacks
	// Tables are those of this Region.
	Tables Tables
}

// Handle does what CloudFormation asks.
func (r Resource) Handle(ctx context.Context, e cfn.Event) (physicalID string, data map[string]any, err error) {
	switch e.RequestType {
	case cfn.RequestDelete:
		return e.PhysicalResourceID, nil, nil // nothing was made
	case cfn.RequestCreate, cfn.RequestUpdate:
		if table, ok := e.ResourceProperties["Table"].(string); ok && table != "" {
			return r.stream(ctx, table)
		}
		return r.read(ctx, e)
	}
	return e.PhysicalResourceID, nil, fmt.Errorf("request type %q, want Create, Update or Delete", e.RequestType)
}

func (r Resource) read(ctx context.Context, e cfn.Event) (string, map[string]any, error) {
	var problems []error
	text := func(name string) string {
		s, ok := e.ResourceProperties[name].(string)
		if !ok || s == "" {
			problems = append(problems, fmt.Errorf("property %s is %v, want a text", name, e.ResourceProperties[name]))
		}
		return s
	}
	stack, region := text("Stack"), text("Region")
	listed, ok := e.ResourceProperties["Outputs"].([]any)
	if !ok || len(listed) == 0 {
		problems = append(problems, fmt.Errorf("property Outputs is %v, want a list of texts", e.ResourceProperties["Outputs"]))
	}
	if len(problems) > 0 {
		return e.PhysicalResourceID, nil, errors.Join(problems...)
	}
	// The same for ever: an update reads again and replaces nothing.
	id := region + "/" + stack
	found, err := r.outputs(ctx, region, stack)
	if err != nil {
		return id, nil, err
	}
	data, missing := map[string]any{}, []string(nil)
	for _, name := range listed {
		key := fmt.Sprint(name)
		value, ok := found[key]
		if !ok {
			missing = append(missing, key)
		}
		data[key] = value
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return id, nil, fmt.Errorf("stack %s in %s has no output %s; deploy it again first", stack, region, strings.Join(missing, ", "))
	}
	return id, data, nil
}

func (r Resource) outputs(ctx context.Context, region, stack string) (map[string]string, error) {
	out, err := r.Stacks(region).DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &stack})
	if err != nil {
		return nil, fmt.Errorf("stack %s in %s: %w; deploy it first", stack, region, err)
	}
	if len(out.Stacks) != 1 {
		return nil, fmt.Errorf("stack %s in %s: %d stacks found, want 1", stack, region, len(out.Stacks))
	}
	if s := out.Stacks[0].StackStatus; s == types.StackStatusDeleteInProgress || s == types.StackStatusReviewInProgress {
		return nil, fmt.Errorf("stack %s in %s is %s; deploy it first", stack, region, s)
	}
	values := map[string]string{}
	for _, o := range out.Stacks[0].Outputs {
		values[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	return values, nil
}

func (r Resource) stream(ctx context.Context, table string) (string, map[string]any, error) {
	id := "stream/" + table
	out, err := r.Tables.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &table})
	if err != nil {
		return id, nil, fmt.Errorf("table %s: %w; deploy the stack that defines it first", table, err)
	}
	arn := aws.ToString(out.Table.LatestStreamArn)
	if arn == "" || out.Table.StreamSpecification == nil || !aws.ToBool(out.Table.StreamSpecification.StreamEnabled) {
		return id, nil, fmt.Errorf("table %s has no stream", table)
	}
	return id, map[string]any{"StreamArn": arn}, nil
}
