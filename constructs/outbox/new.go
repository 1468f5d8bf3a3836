package outbox

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awspipes"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/alarm"
	"fulcrum/constructs/internal/deadletter"
	"fulcrum/constructs/internal/loggroup"
	"fulcrum/constructs/internal/props"
	"fulcrum/design/role"
)

// New defines an outbox called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Outbox {
	props.Must("outbox", id, p.Validate())
	p = p.withDefaults()
	scope = constructs.NewConstruct(scope, jsii.String(id))

	dead := deadletter.New(scope, "DeadLetter", deadletter.Props{
		Key:     p.Key,
		Holds:   "events of these stream records were not published",
		Alarms:  p.Alarms,
		Sandbox: p.Sandbox,
	})
	log := loggroup.New(scope, "Log", loggroup.Props{Key: p.LogKey, Days: p.LogDays, Sandbox: p.Sandbox})
	actor := newRole(scope, p, dead, log)
	pipe := newPipe(scope, p, dead, log, actor)
	return &Outbox{Pipe: pipe, Role: actor, Log: log, DeadLetter: dead, Failing: newAlarm(scope, p, pipe)}
}

func newPipe(scope constructs.Construct, p Props, dead *deadletter.Queue, log awslogs.LogGroup, actor awsiam.Role) awspipes.CfnPipe {
	pipe := awspipes.NewCfnPipe(scope, jsii.String("Resource"), &awspipes.CfnPipeProps{
		Description:      jsii.String("Publishes the events that commands wrote"),
		RoleArn:          actor.RoleArn(),
		KmsKeyIdentifier: p.Key.ARN(),
		Source:           p.Table.TableStreamArn(),
		SourceParameters: &awspipes.CfnPipe_PipeSourceParametersProperty{
			FilterCriteria: &awspipes.CfnPipe_FilterCriteriaProperty{
				Filters: []*awspipes.CfnPipe_FilterProperty{{Pattern: jsii.String(p.filter(p.Events))}},
			},
			DynamoDbStreamParameters: &awspipes.CfnPipe_PipeSourceDynamoDBStreamParametersProperty{
				// The oldest record first: an event written before the pipe existed
				// is still an event.
				StartingPosition:          jsii.String("TRIM_HORIZON"),
				BatchSize:                 jsii.Number(p.BatchSize),
				MaximumRetryAttempts:      jsii.Number(p.Retries),
				MaximumRecordAgeInSeconds: jsii.Number(p.MaxAge.Seconds()),
				ParallelizationFactor:     jsii.Number(p.Parallelization),
				// Halves a failing batch until the record that fails is alone.
				OnPartialBatchItemFailure: jsii.String("AUTOMATIC_BISECT"),
				DeadLetterConfig:          &awspipes.CfnPipe_DeadLetterConfigProperty{Arn: dead.SQS.QueueArn()},
			},
		},
		Target: p.Bus.EventBusArn(),
		TargetParameters: &awspipes.CfnPipe_PipeTargetParametersProperty{
			InputTemplate: jsii.String(template),
			EventBridgeEventBusParameters: &awspipes.CfnPipe_PipeTargetEventBridgeEventBusParametersProperty{
				Source:     jsii.String("$.dynamodb.NewImage.source.S"),
				DetailType: jsii.String("$.dynamodb.NewImage.type.S"),
			},
		},
		// IncludeExecutionData stays out: payloads are personal.
		LogConfiguration: &awspipes.CfnPipe_PipeLogConfigurationProperty{
			Level: jsii.String("ERROR"),
			CloudwatchLogsLogDestination: &awspipes.CfnPipe_CloudwatchLogsLogDestinationProperty{
				LogGroupArn: log.LogGroupArn(),
			},
		},
	})
	// CloudFormation checks the pipe by using its role, so the role must have its
	// policy by then; a reference to the role alone does not say so.
	pipe.Node().AddDependency(actor.Node().FindChild(jsii.String("DefaultPolicy")))
	about := annotate.Attributes{annotate.DataClass: p.Key.DataClass}
	if len(p.Events) > 0 {
		about["events"] = p.Events
	}
	annotate.Role(pipe, role.Pipe, about)
	return pipe
}

// newRole defines the role the pipe acts as. Only pipes of this account may take
// it: the pipe's own ARN would close a circle, since the pipe names its role.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-permissions.html
func newRole(scope constructs.Construct, p Props, dead *deadletter.Queue, log awslogs.LogGroup) awsiam.Role {
	stack := awscdk.Stack_Of(scope)
	actor := awsiam.NewRole(scope, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("pipes.amazonaws.com"), &awsiam.ServicePrincipalOpts{
			Conditions: &map[string]any{
				"StringEquals": map[string]any{"aws:SourceAccount": *stack.Account()},
				"ArnLike": map[string]any{"aws:SourceArn": *stack.FormatArn(&awscdk.ArnComponents{
					Service: jsii.String("pipes"), Resource: jsii.String("pipe"), ResourceName: jsii.String("*"),
				})},
			},
		}),
	})
	annotate.AcknowledgeGrants(actor)
	p.Table.GrantStreamRead(actor)
	p.Bus.GrantPutEventsTo(actor, jsii.String("PublishEvents"))
	dead.SQS.GrantSendMessages(actor)
	log.GrantWrite(actor)
	// For the pipe's own settings: filter and template.
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-pipes-cmkey.html
	p.Key.Grant(actor, "kms:DescribeKey", "kms:Decrypt", "kms:GenerateDataKey")
	return actor
}

func newAlarm(scope constructs.Construct, p Props, pipe awspipes.CfnPipe) awscloudwatch.Alarm {
	return alarm.New(scope, "Failing", alarm.Props{
		Says: "The pipe from the store to the bus fails: events are late",
		Metric: awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
			Namespace:     jsii.String("AWS/EventBridge/Pipes"),
			MetricName:    jsii.String("ExecutionFailed"),
			DimensionsMap: &map[string]*string{"PipeName": pipe.Ref()},
			Statistic:     awscloudwatch.Stats_SUM(),
			Period:        awscdk.Duration_Minutes(jsii.Number(1)),
		}),
		Alarms: p.Alarms,
	})
}
