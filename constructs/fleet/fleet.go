// Package fleet defines an EC2 Auto Scaling group on arm64 that runs a compiled Go
// program as a plain HTTP server, in private subnets behind a load balancer.
//
// Choose it over package service for less per processor hour and for instance
// types that Fargate lacks. Choose service where nobody should care for an
// operating system: here an instance is as old as its deployment, and deploying
// again is what patches it. Choose package function for load that comes and goes.
//
// # Instances
//
// An instance starts Amazon Linux 2023, fetches the program from S3, runs it under
// systemd as a user without rights, and reports to CloudFormation when it answers.
// A program that does not answer rolls the deployment back. Nobody logs in by SSH;
// Session Manager opens a shell to those whom IAM allows.
//
// # The way out
//
// Subnets have no way to the internet. What an instance calls it reaches through
// the endpoints that Interfaces lists and the network's gateway endpoints; that
// of S3 also has the packages of Amazon Linux. What package service says about
// the keys of Cognito's tokens goes for instances too, and what it says about the
// way in.
//
// https://docs.aws.amazon.com/linux/al2023/ug/repo-configuration.html
package fleet

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsautoscaling"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	elbv2 "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/keys"
	"fulcrum/constructs/network"
)

// Props configures a Fleet. The zero value of an optional field means its default.
type Props struct {
	// Network has private subnets, and the interface endpoints of Interfaces.
	// Required.
	Network *network.Network
	// Directory holds the program, an executable file called "bootstrap" that
	// needs no other file, serves HTTP on the port in PORT, and ends when it gets
	// SIGTERM after it has answered what it was asked. Required.
	Directory string
	// Service is the service the program belongs to, for example "api": lower-case
	// letters, digits and dashes. Required.
	Service string
	// Environment is what the program finds in its environment, besides PORT. It
	// can be read in the template and is no place for secrets.
	Environment map[string]string
	// Port is where the program listens. Default: 8080.
	Port int
	// HealthPath answers a GET with status 200 when the program is well.
	// Default: "/health".
	HealthPath string
	// TLS is the least version of TLS that the program speaks, for example "TLS 1.3",
	// under a certificate that nobody checks. Default: plain HTTP.
	TLS string
	// InstanceType is a type with a Graviton processor. Default: "t4g.small".
	InstanceType string
	// VolumeGB is the size of an instance's disk, from 8 to 1024. Default: 8.
	VolumeGB int
	// MinInstances run always, spread over Availability Zones. Default: 2.
	MinInstances int
	// MaxInstances are the most that run, more than MinInstances: a deployment
	// starts the new before it ends the old. Required.
	MaxInstances int
	// CPUTarget is the processor use that the number of instances follows, in
	// percent from 10 to 90. Default: 60.
	CPUTarget int
	// RequestsPerInstance is how many requests a minute an instance should answer;
	// the number of instances follows that too. Default: it follows CPUTarget only.
	RequestsPerInstance int
	// Drain is how long a load balancer lets requests finish when an instance
	// leaves, which waits for it: the deregistration delay. Whole seconds up to
	// StopTimeout, longer than any request takes. Default: 30 seconds.
	Drain time.Duration
	// StopTimeout is the time between SIGTERM and the end, whole seconds up to 2
	// minutes. Default: 60 seconds.
	StopTimeout time.Duration
	// VolumeKey encrypts the disks. Required.
	VolumeKey *keys.Key
	// LogKey encrypts the log. Required.
	LogKey *keys.Key
	// LogDays is how long the log is kept, rounded down to a period that
	// CloudWatch Logs has. Default: 30 days.
	LogDays int
	// Sandbox deletes the log with its stack. Default: it stays.
	Sandbox bool
}

// Fleet is an Auto Scaling group and the resources defined with it.
type Fleet struct {
	Group    awsautoscaling.AutoScalingGroup
	Template awsec2.LaunchTemplate
	// Role is what instances run as, and so the program.
	Role          awsiam.Role
	SecurityGroup awsec2.SecurityGroup
	Log           awslogs.LogGroup

	props Props
}

// New defines a fleet called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Fleet { return build(scope, id, p) }

// Port returns where the instances listen.
func (f *Fleet) Port() int { return f.props.Port }

// Behind registers the instances with group, which must be that of a listener
// already: of instances, in the fleet's network and checking health on Port. The
// group drains as long as Props say, and an instance that it finds unwell is
// replaced.
func (f *Fleet) Behind(group elbv2.ApplicationTargetGroup) { behind(f, group) }

// ScaleBy makes the number of instances follow a metric of one instance too, its
// average over all of them, so that it stays at target. The id names the policy.
func (f *Fleet) ScaleBy(id string, metric awscloudwatch.IMetric, target float64) {
	f.Group.ScaleToTrackMetric(jsii.String(id), &awsautoscaling.MetricTargetTrackingProps{Metric: metric, TargetValue: jsii.Number(target)})
}

// Interfaces returns the interface endpoints that an instance needs, as
// network.Props.Interfaces takes them: to report that it answers, for its log and
// for Session Manager, whose agent needs no ec2messages since its version 3.3.40.
//
// https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html
func Interfaces() []string { return []string{"cloudformation", "logs", "ssm", "ssmmessages"} }
