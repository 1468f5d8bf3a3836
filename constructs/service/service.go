// Package service defines an ECS service on Fargate that runs a compiled Go
// program as a plain HTTP server, in private subnets behind a load balancer.
//
// Choose it over package function for load that is high and steady, for calls
// longer than 15 minutes, or where no request may wait for a cold start: tasks
// cost by the hour whether anybody calls or not. Choose package fleet for less
// per processor hour, where somebody will patch and replace instances.
//
// # Image
//
// The image holds the program and the certificate authorities it trusts, and
// nothing else. Synthesis only copies its Dockerfile and files into the assembly,
// without Docker and without the network; the image is built at deployment.
//
// # The way out
//
// Subnets have no way to the internet. What a task calls it reaches through the
// endpoints that Interfaces lists and the network's gateway endpoints.
//
// A Cognito user pool is not among what can be reached: the endpoint cognito-idp
// refuses every request for a pool that has a domain, and with private DNS it
// takes the name of the public endpoint too. Where tokens come from such a pool,
// let the door verify them (package loadbalancer does, an HTTP API's authorizer
// does), and give the program the pool's keys through DynamoDB or S3, or else a
// network with a way out.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/vpc-interface-endpoints.html
//
// # The way in
//
// Behind registers tasks with the target group of a load balancer, which checks
// their health. The link from an HTTP API wants one too, a loadbalancer.Internal:
// it could also find tasks in Cloud Map, but nothing would check whether they
// answer, wait for their requests before they stop, or count requests to scale by.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
package service

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	elbv2 "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/name"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/network"
)

// Props configures a Service. The zero value of an optional field means its
// default.
type Props struct {
	// Network has private subnets, and the interface endpoints of Interfaces.
	// Required.
	Network *network.Network
	// Directory holds the program, an executable file called "bootstrap" that
	// needs no other file, serves HTTP on the port in PORT, and ends when it gets
	// SIGTERM after it has answered what it was asked. Required.
	Directory string
	// Authorities is a file of the certificate authorities that the program trusts,
	// PEM. Required by a program in Go that does not import
	// golang.org/x/crypto/x509roots/fallback. Default: none.
	Authorities string
	// Service is the service the program belongs to, for example "api". Required.
	Service string
	// Environment is what the program finds in its environment, besides PORT. It
	// can be read in the template and is no place for secrets.
	Environment map[string]string
	// Port is where the program listens. Default: 8080.
	Port int
	// InnerPort is where it listens for others in the network, which whoever lets them
	// in opens in the security group. Default: nowhere.
	InnerPort int
	// TLS is the least version of TLS that the program speaks, for example "TLS 1.3".
	// Default: plain HTTP.
	TLS string
	// CPU is the processor of a task in units of 1/1024: 256, 512, 1024, 2048,
	// 4096, 8192 or 16384. Default: 256.
	CPU int
	// MemoryMB is the memory of a task in MB, within what Fargate pairs with CPU.
	// Default: the least of it, 512 MB for the default CPU.
	MemoryMB int
	// MinTasks run always, spread over Availability Zones. Default: 2.
	MinTasks int
	// MaxTasks are the most that run, but for those a deployment adds. Required.
	MaxTasks int
	// CPUTarget is the processor use that the number of tasks follows, in percent
	// from 10 to 90. Default: 60.
	CPUTarget int
	// RequestsPerTask is how many requests a minute a task should answer; the
	// number of tasks follows that too. Default: it follows CPUTarget only.
	RequestsPerTask int
	// Drain is how long a load balancer lets requests finish when a task leaves:
	// the deregistration delay. Whole seconds up to StopTimeout, longer than any
	// request takes. Default: 30 seconds.
	Drain time.Duration
	// StopTimeout is the time between SIGTERM and the end. A task that stops for
	// another reason than the service's own gets SIGTERM while it still drains, so
	// it is at least Drain; whole seconds up to 2 minutes. Default: 60 seconds.
	StopTimeout time.Duration
	// LogKey encrypts the logs. Required.
	LogKey *keys.Key
	// LogDays is how long the log is kept, rounded down to a period that
	// CloudWatch Logs has. Default: 30 days.
	LogDays int
	// Sandbox deletes the log with its stack. Default: it stays.
	Sandbox bool
}

// Service is a service on Fargate and the resources defined with it.
type Service struct {
	Cluster awsecs.Cluster
	Fargate awsecs.FargateService
	Tasks   awsecs.FargateTaskDefinition
	// Role is what the program runs as, at first without any rights.
	Role          awsiam.Role
	SecurityGroup awsec2.SecurityGroup
	Log           awslogs.LogGroup
	Scaling       awsecs.ScalableTaskCount

	props Props
	scope constructs.Construct
}

// New defines a service called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Service { return build(scope, id, p) }

// Port returns where the tasks listen.
func (s *Service) Port() int { return s.props.Port }

// Behind registers the tasks with group, which must be that of a listener already:
// of addresses, in the service's network and checking health on Port. The group
// drains as long as Props say.
func (s *Service) Behind(group elbv2.ApplicationTargetGroup) { behind(s, group) }

// ScaleBy makes the number of tasks follow a metric of one task too, its average over
// all of them, so that it stays at target. The id names the policy.
func (s *Service) ScaleBy(id string, metric awscloudwatch.IMetric, target float64) {
	s.Scaling.ScaleToTrackCustomMetric(jsii.String(id), &awsecs.TrackCustomMetricProps{
		PolicyName: jsii.String(name.InStack(s.scope) + "-" + id), Metric: metric, TargetValue: jsii.Number(target),
		ScaleOutCooldown: awscdk.Duration_Seconds(jsii.Number(30)),
		ScaleInCooldown:  awscdk.Duration_Minutes(jsii.Number(5)),
	})
}

// Interfaces returns the interface endpoints that a task needs, as
// network.Props.Interfaces takes them: for its image, whose layers come through
// the gateway endpoint of S3, and for its log. Regions opened since 2024 need
// "ecs", "ecs-agent" and "ecs-telemetry" besides.
//
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
func Interfaces() []string { return []string{"ecr.api", "ecr.dkr", "logs"} }
