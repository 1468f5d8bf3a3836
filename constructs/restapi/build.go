package restapi

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/accesslog"
	"fulcrum/constructs/internal/apilogs"
	"fulcrum/constructs/internal/loggroup"
	"fulcrum/constructs/internal/name"
	"fulcrum/constructs/internal/props"
	"fulcrum/design/role"
)

// StageName is the name of the one stage, the first segment of every path at the
// API's own endpoint. The handler does not see it.
const StageName = "live"

func build(scope constructs.Construct, id string, p Props) *API {
	props.Must("restapi", id, p.Validate())
	p = p.withDefaults()
	scope = constructs.NewConstruct(scope, jsii.String(id))

	access := loggroup.New(scope, "AccessLog", loggroup.Props{Key: p.LogKey, Days: p.LogDays, Sandbox: p.Sandbox})
	services := p.integrateDirect(scope)
	rest := newRestAPI(scope, p, binaryTypes(services))
	annotate.Role(rest, role.FrontDoor)

	// API Gateway makes the group of the execution log itself, without a key and
	// for ever, unless it is there.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
	execution := loggroup.New(scope, "ExecutionLog", loggroup.Props{
		Name: "API-Gateway-Execution-Logs_" + *rest.RestApiId() + "/" + StageName,
		Key:  p.LogKey, Days: p.LogDays, Sandbox: p.Sandbox,
	})
	api := &API{REST: rest, Stage: rest.DeploymentStage(), Access: access, Execution: execution}
	setLogs(api, p.AnonymousLog)
	if !p.KeepAccountRole {
		api.Stage.Node().AddDependency(apilogs.Role(rest.Node().DefaultChild().(awsapigateway.CfnRestApi)))
	}
	addErrors(rest, p.CORSOrigins)
	addRoutes(scope, rest, p, services)
	if p.Canary != nil {
		addCanary(scope, api, p)
	}
	if p.Domain != nil {
		addDomain(scope, api, p.Domain)
	}
	acknowledge(scope, api)
	if p.Plan != nil {
		addPlan(scope, api, p.Plan)
	}
	if p.WebACL != nil {
		p.WebACL.Guard(scope, "WebACL", *api.Stage.StageArn())
	}
	return api
}

// acknowledge says why the API does not follow some rules.
func acknowledge(scope constructs.Construct, api *API) {
	annotate.Acknowledge(api.REST, "Every method with a body validates it, by a validator of its own choice; the rule looks for one on the whole API.", "AwsSolutions-APIG2")
	annotate.Acknowledge(api.Stage, "Answers are of the caller, or change with every write: a cache at the door would cost by the hour and serve what is stale.",
		"NIST.800.53.R5-APIGWCacheEnabledAndEncrypted")
	annotate.Acknowledge(api.Stage, "The integration is a function, which IAM lets API Gateway call; a client certificate is for servers behind HTTP integrations.",
		"NIST.800.53.R5-APIGWSSLEnabled")
	annotate.AcknowledgeWithin(scope, "AWS::ApiGateway::Method", "The design makes this route public: the health check, and what anybody may read.",
		"AwsSolutions-APIG4", "AwsSolutions-COG4")
	annotate.AcknowledgeWithin(scope, "AWS::Lambda::Permission", "It names this API's method as the source; the rule takes an ARN only as plain text.", "CT.LAMBDA.PR.2")
}

func newRestAPI(scope constructs.Construct, p Props, binary *[]*string) awsapigateway.RestApi {
	rest := awsapigateway.NewRestApi(scope, jsii.String("Resource"), &awsapigateway.RestApiProps{
		RestApiName:      jsii.String(name.InStack(scope)),
		CloudWatchRole:   jsii.Bool(false), // see package apilogs
		Policy:           p.resourcePolicy(),
		BinaryMediaTypes: binary,
		EndpointConfiguration: &awsapigateway.EndpointConfiguration{
			Types: &[]awsapigateway.EndpointType{awsapigateway.EndpointType_REGIONAL},
		},
		DeployOptions: &awsapigateway.StageOptions{
			StageName: jsii.String(StageName),
			// Metrics for each method are custom metrics, by price; the API's own come
			// without, and the handler counts its operations itself.
			MetricsEnabled:       jsii.Bool(false),
			TracingEnabled:       jsii.Bool(true),
			LoggingLevel:         awsapigateway.MethodLoggingLevel_ERROR,
			DataTraceEnabled:     jsii.Bool(false), // it would write bodies to the log
			ThrottlingRateLimit:  jsii.Number(p.Rate),
			ThrottlingBurstLimit: jsii.Number(p.Burst),
			MethodOptions:        p.methodThrottles(),
		},
	})
	rest.Node().TryRemoveChild(jsii.String("Endpoint")) // an output that the stack did not ask for
	// TLS 1.3 and nothing below. STRICT takes only requests whose TLS server name
	// is the Host they ask for and that came to an endpoint of the API's own type;
	// BASIC would let others in while clients migrate.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html
	resource := rest.Node().DefaultChild().(awsapigateway.CfnRestApi)
	resource.SetSecurityPolicy(jsii.String("SecurityPolicy_TLS13_1_3_2025_09"))
	resource.SetEndpointAccessMode(jsii.String(string(awsapigateway.EndpointAccessMode_STRICT)))
	return rest
}

func (p Props) methodThrottles() *map[string]*awsapigateway.MethodDeploymentOptions {
	throttles := map[string]*awsapigateway.MethodDeploymentOptions{}
	for _, r := range p.all() {
		if r.Rate != 0 {
			throttles[r.Path+"/"+r.Method] = &awsapigateway.MethodDeploymentOptions{
				// Options of a method replace those of the stage as a whole.
				MetricsEnabled:       jsii.Bool(false),
				LoggingLevel:         awsapigateway.MethodLoggingLevel_ERROR,
				DataTraceEnabled:     jsii.Bool(false),
				ThrottlingRateLimit:  jsii.Number(r.Rate),
				ThrottlingBurstLimit: jsii.Number(r.Burst),
			}
		}
	}
	if len(throttles) == 0 {
		return nil
	}
	return &throttles
}

func setLogs(api *API, anonymous bool) {
	resource := api.Stage.Node().DefaultChild().(awsapigateway.CfnStage)
	resource.SetAccessLogSetting(&awsapigateway.CfnStage_AccessLogSettingProperty{
		DestinationArn: accesslog.Destination(api.Access),
		Format:         jsii.String(accesslog.REST(anonymous)),
	})
	resource.AddResourceDependency(api.Execution.Node().DefaultChild().(awslogs.CfnLogGroup), nil)
}

func addPlan(scope constructs.Construct, api *API, p *Plan) {
	props := &awsapigateway.UsagePlanProps{
		Description: jsii.String("What each client with a key may send"),
		ApiStages:   &[]*awsapigateway.UsagePlanPerApiStage{{Api: api.REST, Stage: api.Stage}},
		Throttle:    &awsapigateway.ThrottleSettings{RateLimit: jsii.Number(p.Rate), BurstLimit: jsii.Number(p.Burst)},
	}
	if p.DailyQuota != 0 {
		props.Quota = &awsapigateway.QuotaSettings{Limit: jsii.Number(p.DailyQuota), Period: awsapigateway.Period_DAY}
	}
	api.Plan = awsapigateway.NewUsagePlan(scope, jsii.String("Plan"), props)
	keys := constructs.NewConstruct(scope, jsii.String("Keys"))
	for _, client := range p.Clients {
		key := awsapigateway.NewApiKey(keys, jsii.String(client), &awsapigateway.ApiKeyProps{
			Description: jsii.String("Key of the client " + client),
		})
		api.Plan.AddApiKey(key, &awsapigateway.AddApiKeyOptions{
			OverrideLogicalId: jsii.String(logicalID(key.Node().DefaultChild().(awscdk.CfnElement)) + "InPlan"),
		})
		api.Keys = append(api.Keys, key)
	}
}

// logicalID returns the id that an element has in the template. CDK names what it
// adds to a plan after the stack, so that two that define the same would differ.
func logicalID(element awscdk.CfnElement) string {
	return element.Stack().Resolve(element.LogicalId()).(string)
}
