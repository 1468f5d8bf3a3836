package lookup

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/localaws"
)

// deployed starts a local AWS with a stack "Main-Edge" of two outputs in us-east-1.
func deployed(t *testing.T) *localaws.Server {
	t.Helper()
	server := localaws.Start(t)
	stacks := cloudformation.NewFromConfig(server.In("us-east-1").Config)
	_, err := stacks.CreateStack(t.Context(), &cloudformation.CreateStackInput{StackName: aws.String("Main-Edge"), TemplateBody: aws.String(`{
		"Resources":{"Topic":{"Type":"AWS::SNS::Topic","Properties":{"TopicName":"edge"}}},
		"Outputs":{"WebAclArn":{"Value":"arn:acl"},"Other":{"Value":"secret of nobody's business"}}}`)})
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// saying makes a local AWS say of the stack that it has another status.
func saying(server *localaws.Server, status types.StackStatus, calls *int) {
	server.Intercept(func(w http.ResponseWriter, _ *http.Request) bool {
		*calls++
		if status == "" {
			return false
		}
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>Main-Edge</StackName><CreationTime>2030-01-01T00:00:00Z</CreationTime><StackStatus>`+
			string(status)+`</StackStatus></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`)
		return true
	})
}

func TestHandle(t *testing.T) {
	server := deployed(t)
	wanted := func(stack, region string, outputs ...any) map[string]any {
		return map[string]any{"Stack": stack, "Region": region, "Outputs": outputs, "ServiceToken": "arn"}
	}
	for _, x := range []struct {
		name       string
		request    cfn.RequestType
		properties map[string]any
		status     types.StackStatus // said instead of the stack's own
		calls      int
		problem    string
	}{
		{"create", cfn.RequestCreate, wanted("Main-Edge", "us-east-1", "WebAclArn"), "", 1, ""},
		{"update", cfn.RequestUpdate, wanted("Main-Edge", "us-east-1", "WebAclArn"), "", 1, ""},
		{"no stack", cfn.RequestCreate, wanted("Main", "us-east-1", "WebAclArn"), "", 1, "does not exist"},
		{"no output", cfn.RequestCreate, wanted("Main-Edge", "us-east-1", "WebAclArn", "Key"), "", 1, "has no output Key; deploy it again first"},
		{"going", cfn.RequestCreate, wanted("Main-Edge", "us-east-1", "WebAclArn"), types.StackStatusDeleteInProgress, 1, "is DELETE_IN_PROGRESS; deploy it first"},
		{"nothing asked", cfn.RequestCreate, map[string]any{"Stack": 7}, "", 0, "property Stack is 7, want a text\nproperty Region is <nil>, want a text\nproperty Outputs is <nil>, want a list"},
		{"unknown request", "Burn", nil, "", 0, `request type "Burn"`},
		{"elsewhere", cfn.RequestCreate, wanted("Main-Edge", "eu-west-1", "WebAclArn"), "", 1, "stack Main-Edge in eu-west-1: "},
	} {
		t.Run(x.name, func(t *testing.T) {
			calls, asked := 0, ""
			saying(server, x.status, &calls)
			r := Resource{Stacks: func(name string) Stacks {
				asked = name
				return cloudformation.NewFromConfig(server.In(name).Config)
			}}
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

// TestStream wants the stream that is on, not one that was once.
func TestStream(t *testing.T) {
	server := localaws.Start(t)
	client := server.Table(t, "Store")
	server.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		body, err := io.ReadAll(r.Body)
		if r.Body = io.NopCloser(bytes.NewReader(body)); err != nil || !bytes.Contains(body, []byte(`"Once"`)) {
			return false
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = io.WriteString(w, `{"Table":{"TableName":"Once","LatestStreamArn":"arn:stream","StreamSpecification":{"StreamEnabled":false}}}`)
		return true
	})
	for _, x := range []struct {
		table   string
		enabled bool
		problem string
	}{
		{"Store", true, ""},
		{"Other", true, "deploy the stack that defines it first"},
		{"Store", false, "table Store has no stream"},
		{"Once", true, "table Once has no stream"},
	} {
		if !x.enabled {
			_, err := client.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{
				TableName: &x.table, StreamSpecification: &ddb.StreamSpecification{StreamEnabled: &x.enabled},
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		r := Resource{Tables: client}
		id, data, err := r.Handle(t.Context(), cfn.Event{RequestType: cfn.RequestCreate, ResourceProperties: map[string]any{"Table": x.table}})
		stream, _ := data["StreamArn"].(string)
		switch {
		case x.problem == "" && (err != nil || !strings.Contains(stream, ":table/Store/stream/") || id != "stream/Store"):
			t.Errorf("%s: %s %v %v", x.table, id, data, err)
		case x.problem != "" && (err == nil || !strings.Contains(err.Error(), x.problem)):
			t.Errorf("%s: %v, want %s", x.table, err, x.problem)
		}
	}
}
