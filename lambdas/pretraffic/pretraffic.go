// Package pretraffic is the hook that CodeDeploy calls before a new version of a
// function gets any traffic: it asks the version how it is, and says so.
package pretraffic

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// Lambda is what is asked of AWS Lambda.
type Lambda interface {
	Invoke(context.Context, *lambda.InvokeInput, ...func(*lambda.Options)) (*lambda.InvokeOutput, error)
}

// CodeDeploy is what is told to AWS CodeDeploy.
type CodeDeploy interface {
	PutLifecycleEventHookExecutionStatus(context.Context, *codedeploy.PutLifecycleEventHookExecutionStatusInput, ...func(*codedeploy.Options)) (*codedeploy.PutLifecycleEventHookExecutionStatusOutput, error)
}

// Hook is the Lambda function.
type Hook struct {
	Lambda     Lambda
	CodeDeploy CodeDeploy
	// Version is the ARN of the version that is about to get traffic.
	Version string
}

// Event is what CodeDeploy sends.
//
// https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html#appspec-hooks-lambda
type Event struct {
	DeploymentID string `json:"DeploymentId"`
	HookID       string `json:"LifecycleEventHookExecutionId"`
}

// health is an HTTP API's event of a GET of /health, which touches the store.
const health = `{"version":"2.0","routeKey":"GET /health","rawPath":"/health","rawQueryString":"","headers":{"host":"pretraffic"},` +
	`"requestContext":{"stage":"$default","requestId":"pretraffic","http":{"method":"GET","path":"/health","protocol":"HTTP/1.1","sourceIp":"127.0.0.1"}},"isBase64Encoded":false}`

// Handle checks the version and reports. It fails only if it cannot report: then
// CodeDeploy waits until its own time is up, and rolls back.
func (h Hook) Handle(ctx context.Context, e Event) error {
	status := types.LifecycleEventStatusSucceeded
	if err := h.check(ctx); err != nil {
		slog.ErrorContext(ctx, "the new version is not well", "version", h.Version, "deploymentId", e.DeploymentID, "error", err)
		status = types.LifecycleEventStatusFailed
	}
	_, err := h.CodeDeploy.PutLifecycleEventHookExecutionStatus(ctx, &codedeploy.PutLifecycleEventHookExecutionStatusInput{
		DeploymentId: &e.DeploymentID, LifecycleEventHookExecutionId: &e.HookID, Status: status,
	})
	if err != nil {
		return fmt.Errorf("report %s of deployment %s: %w", status, e.DeploymentID, err)
	}
	return nil
}

// check calls the version and returns why it is not well, or nil.
func (h Hook) check(ctx context.Context) error {
	out, err := h.Lambda.Invoke(ctx, &lambda.InvokeInput{FunctionName: &h.Version, Payload: []byte(health)})
	switch {
	case err != nil:
		return err
	case out.FunctionError != nil:
		return fmt.Errorf("function error %s: %.500s", *out.FunctionError, out.Payload)
	}
	var answer struct {
		StatusCode int    `json:"statusCode"`
		Body       string `json:"body"`
	}
	if err := json.Unmarshal(out.Payload, &answer); err != nil {
		return fmt.Errorf("answer is not one to an API: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("health answers %d: %.500s", answer.StatusCode, answer.Body)
	}
	return nil
}
