// Package function defines a Lambda function from a compiled Go program, with a
// role and an encrypted log group of its own.
//
// The program is an executable called bootstrap, compiled for Linux on arm64,
// which costs a fifth less per second than x86. A function costs nothing while
// nobody calls it; work that is steady or takes more than 15 minutes is cheaper
// in a container, which this package leaves out.
package function

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/loggroup"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/network"
	"fulcrum/design/role"
)

// Props configures a Function. The zero value of an optional field means its
// default.
type Props struct {
	// Directory holds the program, an executable file called "bootstrap".
	// Required.
	Directory string
	// Service is the service the function belongs to, for example
	// "notification". Required.
	Service string
	// Description says what the function does. Default: none.
	Description string
	// Environment is what the program finds in its environment, 4 KB at most.
	Environment map[string]string
	// MemoryMB is the memory in MB, from 128 to 10,240; processor time grows with
	// it, one full processor at 1,769 MB. Default: 512 MB.
	MemoryMB int
	// Timeout is how long one call may take, in whole seconds from 1 second to 15
	// minutes. Default: 10 seconds.
	Timeout time.Duration
	// ReservedConcurrency is how many calls may run at once; so many of the
	// account's are kept for this function. Default: no bound but the account's.
	ReservedConcurrency int
	// Network has private subnets in which the function then stands: it reaches what
	// else stands there, and AWS only through the network's endpoints. Deleting it
	// takes up to half an hour, until Lambda gives its network interfaces back.
	// Default: none, the function reaches every public endpoint.
	Network *network.Network
	// Key encrypts the environment at rest. Required.
	Key *keys.Key
	// LogKey encrypts the log. Default: Key.
	LogKey *keys.Key
	// LogDays is how long the log is kept, rounded down to a period that
	// CloudWatch Logs has. Default: 30 days.
	LogDays int
	// LogLevel is the least severe level that is kept, one of TRACE, DEBUG, INFO,
	// WARN, ERROR, FATAL. A record that names no level, such as a metric, counts as
	// INFO. Default: INFO.
	LogLevel string
	// Role is the part the function plays. Default: role.Compute.
	Role role.Role
	// Sandbox deletes the log with its stack. Default: it stays.
	Sandbox bool
}

// Function is a Lambda function and the resources defined with it.
type Function struct {
	Lambda awslambda.Function
	// Role is what the function runs as. Grants to Lambda add to it.
	Role awsiam.Role
	Log  awslogs.LogGroup
	// SecurityGroup is the function's in its network; nil without one.
	SecurityGroup awsec2.SecurityGroup
}

const (
	defaultMemoryMB = 512
	defaultTimeout  = 10 * time.Second
	defaultLogDays  = 30
)

// New defines a function called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Function {
	props.Must("function", id, p.Validate())
	p = p.withDefaults()
	scope = constructs.NewConstruct(scope, jsii.String(id))

	log := loggroup.New(scope, "Log", loggroup.Props{Key: p.LogKey, Days: p.LogDays, Sandbox: p.Sandbox})
	lambdaRole := newRole(scope, p, log)
	options := &awslambda.FunctionProps{
		Runtime:                      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture:                 awslambda.Architecture_ARM_64(),
		Handler:                      jsii.String("bootstrap"),
		Code:                         awslambda.Code_FromAsset(jsii.String(p.Directory), nil),
		Description:                  js.String(p.Description),
		Environment:                  js.Map(p.Environment),
		EnvironmentEncryption:        p.Key.KMS,
		MemorySize:                   jsii.Number(p.MemoryMB),
		Timeout:                      js.Seconds(p.Timeout),
		ReservedConcurrentExecutions: js.Int(p.ReservedConcurrency),
		Role:                         lambdaRole,
		LogGroup:                     log,
		LoggingFormat:                awslambda.LoggingFormat_JSON,
		ApplicationLogLevelV2:        awslambda.ApplicationLogLevel(p.LogLevel),
		SystemLogLevelV2:             awslambda.SystemLogLevel_WARN, // INFO adds two records to every call, which traces and metrics hold too
		Tracing:                      awslambda.Tracing_ACTIVE,
	}
	group := enter(scope, p, options, lambdaRole)
	lambda := awslambda.NewFunction(scope, jsii.String("Resource"), options)
	p.Key.GrantDecrypt(lambda) // of the environment, at each start
	annotate.Role(lambda, p.Role, annotate.Attributes{"service": p.Service})
	acknowledge(lambda, lambdaRole, p.Network != nil)
	return &Function{Lambda: lambda, Role: lambdaRole, Log: log, SecurityGroup: group}
}

// acknowledge says why a function does not follow some rules.
func acknowledge(lambda awslambda.Function, lambdaRole awsiam.Role, inside bool) {
	annotate.Acknowledge(lambda, "What bounds a function is at the place that calls it: the door's throttles, a mapping's concurrency; reserved concurrency would be taken from every other function of the account.",
		"NIST.800.53.R5-LambdaConcurrency")
	annotate.Acknowledge(lambda, "It is called by what waits for its answer or keeps the event until it succeeds, with a dead-letter queue there; a function's own is for asynchronous calls.",
		"NIST.800.53.R5-LambdaDLQ")
	if !inside {
		annotate.Acknowledge(lambda, "It calls AWS's public endpoints over TLS and with its role, and nothing private; in a VPC each of them would need an endpoint, which costs by the hour and can fail.",
			"NIST.800.53.R5-LambdaInsideVPC", "CT.LAMBDA.PR.3")
	}
	annotate.AcknowledgeGrants(lambdaRole)
	annotate.Acknowledge(lambdaRole, "X-Ray's actions for sending traces are on no resource that could be named.", "AwsSolutions-IAM5[Resource::*]")
}

// newRole defines what a function runs as. The managed policy
// AWSLambdaBasicExecutionRole would let it write to every log group of the
// account; this role writes to its own. CDK adds the sending of traces, which is
// to no resource that could be named, and the reading of the environment's key.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
func newRole(scope constructs.Construct, p Props, log awslogs.LogGroup) awsiam.Role {
	r := awsiam.NewRole(scope, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		Description: jsii.String("What the function of " + p.Service + " may do"),
	})
	r.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:       jsii.String("WriteOwnLog"),
		Actions:   jsii.Strings("logs:CreateLogStream", "logs:PutLogEvents"),
		Resources: &[]*string{log.LogGroupArn()},
	}))
	return r
}

func (p Props) withDefaults() Props {
	if p.MemoryMB == 0 {
		p.MemoryMB = defaultMemoryMB
	}
	if p.Timeout == 0 {
		p.Timeout = defaultTimeout
	}
	if p.LogKey == nil {
		p.LogKey = p.Key
	}
	if p.LogDays == 0 {
		p.LogDays = defaultLogDays
	}
	if p.LogLevel == "" {
		p.LogLevel = string(awslambda.ApplicationLogLevel_INFO)
	}
	if p.Role == "" {
		p.Role = role.Compute
	}
	return p
}
