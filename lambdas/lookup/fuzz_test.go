package lookup

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

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
		r := Resource{Tables: tables{true}, Stacks: func(string) Stacks { return region{types.StackStatusCreateComplete, &calls} }}
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
