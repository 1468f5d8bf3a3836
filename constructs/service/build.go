package service

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapplicationautoscaling"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	elbv2 "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/loggroup"
	"fulcrum/constructs/internal/name"
	"fulcrum/constructs/internal/program"
	"fulcrum/constructs/internal/props"
	"fulcrum/design/role"
)

const container = "program"

func build(scope constructs.Construct, id string, p Props) *Service {
	props.Must("service", id, p.Validate())
	p = p.withDefaults()
	scope = constructs.NewConstruct(scope, jsii.String(id))

	s := &Service{
		props:   p,
		scope:   scope,
		Cluster: newCluster(scope, p),
		Log:     loggroup.New(scope, "Log", loggroup.Props{Key: p.LogKey, Days: p.LogDays, Sandbox: p.Sandbox}),
		Role:    newRole(scope, "Role", "What the program of "+p.Service+" may do"),
		SecurityGroup: awsec2.NewSecurityGroup(scope, jsii.String("SecurityGroup"), &awsec2.SecurityGroupProps{
			Vpc:              p.Network.VPC,
			Description:      jsii.String("Tasks of " + p.Service),
			AllowAllOutbound: jsii.Bool(false),
		}),
	}
	// The subnets' routes lead to endpoints only. A gateway endpoint's addresses
	// are a list that has no name a template could give.
	s.SecurityGroup.AddEgressRule(awsec2.Peer_AnyIpv4(), awsec2.Port_Tcp(jsii.Number(443)), jsii.String("AWS services, through endpoints"), nil)
	image, err := newImage(scope, p)
	props.Must("service", id, err)
	annotate.AcknowledgeGrants(s.Role)
	s.Tasks = newTasks(scope, s, awsecs.ContainerImage_FromDockerImageAsset(image))
	s.Fargate = newFargate(scope, s)
	s.Scaling = newScaling(s)
	return s
}

// newCluster defines the cluster. Container Insights would make its log group
// itself, under no key and without an end; here it finds it made. What is in
// there becomes metrics at once.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-reference-performance-logs-ECS.html
func newCluster(scope constructs.Construct, p Props) awsecs.Cluster {
	// New at each deployment: what tasks report while they are removed makes the
	// group again, and would keep the next stack of this one's name from making it.
	called := name.Small(scope)
	insights := loggroup.New(scope, "Insights", loggroup.Props{
		Key:     p.LogKey,
		Name:    "/aws/ecs/containerinsights/" + called + "/performance",
		Days:    p.LogDays,
		Sandbox: p.Sandbox,
	})
	cluster := awsecs.NewCluster(scope, jsii.String("Cluster"), &awsecs.ClusterProps{
		ClusterName:         jsii.String(called),
		Vpc:                 p.Network.VPC,
		ContainerInsightsV2: awsecs.ContainerInsights_ENABLED,
	})
	cluster.Node().AddDependency(insights)
	return cluster
}

func newTasks(scope constructs.Construct, s *Service, image awsecs.ContainerImage) awsecs.FargateTaskDefinition {
	p := s.props
	tasks := awsecs.NewFargateTaskDefinition(scope, jsii.String("Tasks"), &awsecs.FargateTaskDefinitionProps{
		Family:         jsii.String(name.InStack(scope)),
		Cpu:            jsii.Number(p.CPU),
		MemoryLimitMiB: jsii.Number(p.MemoryMB),
		RuntimePlatform: &awsecs.RuntimePlatform{
			CpuArchitecture:       awsecs.CpuArchitecture_ARM64(),
			OperatingSystemFamily: awsecs.OperatingSystemFamily_LINUX(),
		},
		TaskRole:      s.Role,
		ExecutionRole: newRole(scope, "ExecutionRole", "What ECS may do to start the tasks of "+p.Service),
	})
	environment := map[string]string{"PORT": strconv.Itoa(p.Port)}
	for variable, value := range p.Environment {
		environment[variable] = value
	}
	linux := awsecs.NewLinuxParameters(scope, jsii.String("Linux"), nil)
	linux.DropCapabilities(awsecs.Capability_ALL)
	tasks.AddContainer(jsii.String(container), &awsecs.ContainerDefinitionOptions{
		Image:                  image,
		Environment:            js.Map(environment),
		MemoryLimitMiB:         jsii.Number(p.MemoryMB),
		PortMappings:           ports(p.Port, p.InnerPort),
		ReadonlyRootFilesystem: jsii.Bool(true),
		User:                   jsii.String("65532:65532"), // as in the Dockerfile: nobody, and never root
		Privileged:             jsii.Bool(false),
		LinuxParameters:        linux,
		StopTimeout:            js.Seconds(p.StopTimeout),
		// Each connection is a file. Fargate lets this one limit be set.
		Ulimits: &[]*awsecs.Ulimit{{Name: awsecs.UlimitName_NOFILE, SoftLimit: jsii.Number(65535), HardLimit: jsii.Number(65535)}},
		Logging: awsecs.LogDriver_AwsLogs(&awsecs.AwsLogDriverProps{
			LogGroup:     s.Log,
			StreamPrefix: jsii.String(p.Service),
			// A log that cannot be written must not stop requests from being answered.
			Mode: awsecs.AwsLogDriverMode_NON_BLOCKING,
		}),
	})
	annotate.Acknowledge(tasks, "What is in the environment is names and numbers; a program has no secret but its role.", "AwsSolutions-ECS2")
	annotate.AcknowledgePolicy(tasks.ExecutionRole())
	annotate.Acknowledge(tasks.ExecutionRole(), "The token for a registry is on no resource that could be named.", "AwsSolutions-IAM5[Resource::*]")
	return tasks
}

// ports maps those that are given.
func ports(list ...int) *[]*awsecs.PortMapping {
	var mappings []*awsecs.PortMapping
	for _, port := range list {
		if port != 0 {
			mappings = append(mappings, &awsecs.PortMapping{ContainerPort: jsii.Number(port), Protocol: awsecs.Protocol_TCP})
		}
	}
	return &mappings
}

func newFargate(scope constructs.Construct, s *Service) awsecs.FargateService {
	p := s.props
	service := awsecs.NewFargateService(scope, jsii.String("Resource"), &awsecs.FargateServiceProps{
		Cluster:                     s.Cluster,
		TaskDefinition:              s.Tasks,
		PlatformVersion:             awsecs.FargatePlatformVersion_LATEST,
		VpcSubnets:                  p.Network.Servers(),
		SecurityGroups:              &[]awsec2.ISecurityGroup{s.SecurityGroup},
		AssignPublicIp:              jsii.Bool(false),
		EnableExecuteCommand:        jsii.Bool(false),
		CircuitBreaker:              &awsecs.DeploymentCircuitBreaker{Enable: jsii.Bool(true), Rollback: jsii.Bool(true)},
		MinHealthyPercent:           jsii.Number(100),
		MaxHealthyPercent:           jsii.Number(200),
		AvailabilityZoneRebalancing: rebalancing(p.Network.ServerZones()),
		EnableECSManagedTags:        jsii.Bool(true),
		PropagateTags:               awsecs.PropagatedTagSource_SERVICE,
		// No DesiredCount: each deployment would set back what scaling has found.
	})
	annotate.Role(service, role.Compute, program.About(p.Service, p.TLS))
	// A task that starts before the endpoints cannot get its image, and after some
	// of those the circuit breaker gives up.
	for _, endpoint := range Interfaces() {
		service.Node().AddDependency(p.Network.Endpoints[endpoint])
	}
	for _, gateway := range []string{"DynamoDB", "S3"} {
		service.Node().AddDependency(p.Network.VPC.Node().FindChild(jsii.String(gateway)))
	}
	return service
}

// rebalancing keeps tasks spread evenly where there are zones to spread them over.
//
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
func rebalancing(zones int) awsecs.AvailabilityZoneRebalancing {
	if zones == 1 {
		return awsecs.AvailabilityZoneRebalancing_DISABLED
	}
	return awsecs.AvailabilityZoneRebalancing_ENABLED
}

func newScaling(s *Service) awsecs.ScalableTaskCount {
	scaling := s.Fargate.AutoScaleTaskCount(&awsapplicationautoscaling.EnableScalingProps{
		MinCapacity: jsii.Number(s.props.MinTasks),
		MaxCapacity: jsii.Number(s.props.MaxTasks),
	})
	scaling.ScaleOnCpuUtilization(jsii.String("CPU"), &awsecs.CpuUtilizationScalingProps{
		PolicyName:               jsii.String(name.InStack(s.scope) + "-CPU"),
		TargetUtilizationPercent: jsii.Number(s.props.CPUTarget),
		ScaleOutCooldown:         awscdk.Duration_Seconds(jsii.Number(30)),
		ScaleInCooldown:          awscdk.Duration_Minutes(jsii.Number(5)),
	})
	return scaling
}

func behind(s *Service, group elbv2.ApplicationTargetGroup) {
	group.AddTarget(s.Fargate.LoadBalancerTarget(&awsecs.LoadBalancerTargetOptions{
		ContainerName: jsii.String(container),
		ContainerPort: jsii.Number(s.props.Port),
	}))
	group.SetAttribute(jsii.String("deregistration_delay.timeout_seconds"), jsii.String(strconv.Itoa(int(s.props.Drain.Seconds()))))
	if s.props.RequestsPerTask > 0 {
		s.Scaling.ScaleOnRequestCount(jsii.String("Requests"), &awsecs.RequestCountScalingProps{
			PolicyName:        jsii.String(name.InStack(s.scope) + "-Requests"),
			RequestsPerTarget: jsii.Number(s.props.RequestsPerTask),
			TargetGroup:       group,
			ScaleOutCooldown:  awscdk.Duration_Seconds(jsii.Number(30)),
			ScaleInCooldown:   awscdk.Duration_Minutes(jsii.Number(5)),
		})
	}
}
