package pretraffic_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"fulcrum/lambdas/door"
	"fulcrum/lambdas/pretraffic"
)

// version runs a handler as the new version would, behind the real door.
type version struct {
	http http.Handler
	err  error
	// crashed stands for a function error.
	crashed bool
	asked   string
}

func (v *version) Invoke(ctx context.Context, in *lambda.InvokeInput, _ ...func(*lambda.Options)) (*lambda.InvokeOutput, error) {
	v.asked = *in.FunctionName
	if v.err != nil {
		return nil, v.err
	}
	if v.crashed {
		kind := "Unhandled"
		return &lambda.InvokeOutput{FunctionError: &kind, Payload: []byte(`{"errorMessage":"exit status 2"}`)}, nil
	}
	payload, err := door.New(v.http).Invoke(ctx, in.Payload)
	return &lambda.InvokeOutput{Payload: payload}, err
}

// deployments keeps what was reported.
type deployments struct {
	reported []string
	err      error
}

func (d *deployments) PutLifecycleEventHookExecutionStatus(_ context.Context, in *codedeploy.PutLifecycleEventHookExecutionStatusInput, _ ...func(*codedeploy.Options)) (*codedeploy.PutLifecycleEventHookExecutionStatusOutput, error) {
	d.reported = append(d.reported, *in.DeploymentId+" "+*in.LifecycleEventHookExecutionId+" "+string(in.Status))
	return &codedeploy.PutLifecycleEventHookExecutionStatusOutput{}, d.err
}

func TestOnlyAHealthyVersionPasses(t *testing.T) {
	answers := func(status int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet || r.URL.Path != "/health" {
				status = http.StatusTeapot
			}
			w.WriteHeader(status)
		})
	}
	for _, c := range []struct {
		name    string
		version *version
		want    types.LifecycleEventStatus
	}{
		{"well", &version{http: answers(200)}, types.LifecycleEventStatusSucceeded},
		{"its store does not answer", &version{http: answers(503)}, types.LifecycleEventStatusFailed},
		{"it has no such route", &version{http: answers(404)}, types.LifecycleEventStatusFailed},
		{"it does not start", &version{crashed: true}, types.LifecycleEventStatusFailed},
		{"it cannot be called", &version{err: errors.New("throttled")}, types.LifecycleEventStatusFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			told := &deployments{}
			hook := pretraffic.Hook{Lambda: c.version, CodeDeploy: told, Version: "arn:api:7"}
			if err := hook.Handle(t.Context(), pretraffic.Event{DeploymentID: "d-1", HookID: "h-1"}); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(told.reported, ","); got != "d-1 h-1 "+string(c.want) {
				t.Errorf("reported %s, want %s", got, c.want)
			}
			if c.version.asked != "arn:api:7" {
				t.Errorf("asked %s", c.version.asked)
			}
		})
	}
	silent := &deployments{err: errors.New("no network")}
	if err := (pretraffic.Hook{Lambda: &version{http: answers(200)}, CodeDeploy: silent}).Handle(t.Context(), pretraffic.Event{DeploymentID: "d-1"}); err == nil {
		t.Error("a report that was not taken passed for one")
	}
}
