package restapi

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// Canary is a share of requests, chosen by chance, for another function.
type Canary struct {
	// Handler receives the share. Required.
	Handler awslambda.IFunction
	// Percent is how many of a hundred requests it receives. Required.
	Percent int
}

// handlerVariable is the stage's variable with the name of the function that a
// request goes to. The canary has a value of its own.
const handlerVariable = "handler"

// address is the function that the stage's variable names, as a method calls it.
// What it says is put in at each request, so permissions have to be given apart.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html
func address(stack awscdk.Stack) string {
	function := *stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("lambda"), Resource: jsii.String("function"), ResourceName: jsii.String("${stageVariables." + handlerVariable + "}"),
		ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
	})
	return "arn:" + *stack.Partition() + ":apigateway:" + *stack.Region() + ":lambda:path/2015-03-31/functions/" + function + "/invocations"
}

// addCanary lets the stage share its requests, and API Gateway call the function
// that gets the share.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html
func addCanary(scope constructs.Construct, api *API, p Props) {
	stage := api.Stage.Node().DefaultChild().(awsapigateway.CfnStage)
	stage.SetVariables(&map[string]*string{handlerVariable: p.Handler.FunctionName()})
	stage.SetCanarySetting(&awsapigateway.CfnStage_CanarySettingProperty{
		DeploymentId:           stage.DeploymentId(),
		PercentTraffic:         jsii.Number(p.Canary.Percent),
		StageVariableOverrides: map[string]any{handlerVariable: p.Canary.Handler.FunctionName()},
		UseStageCache:          jsii.Bool(false),
	})
	permission := awslambda.NewCfnPermission(scope, jsii.String("Canary"), &awslambda.CfnPermissionProps{
		Action:       jsii.String("lambda:InvokeFunction"),
		FunctionName: p.Canary.Handler.FunctionArn(),
		Principal:    jsii.String("apigateway.amazonaws.com"),
		SourceArn:    api.REST.ArnForExecuteApi(nil, nil, jsii.String(StageName)),
	})
	stage.Node().AddDependency(permission)
}

// byVariable makes a method call the function that the stage's variable names.
func byVariable(method awsapigateway.Method) {
	method.Node().DefaultChild().(awsapigateway.CfnMethod).AddPropertyOverride(jsii.String("Integration.Uri"), address(awscdk.Stack_Of(method)))
}
