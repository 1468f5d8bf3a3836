package fleet

import (
	"path/filepath"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsautoscaling"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	elbv2 "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/loggroup"
	"fulcrum/constructs/internal/name"
	"fulcrum/constructs/internal/program"
	"fulcrum/constructs/internal/props"
	"fulcrum/design/role"
)

// startTime is how long an instance may take to answer: it boots, installs one
// package and fetches the program.
const startTime = 10 // minutes

func build(scope constructs.Construct, id string, p Props) *Fleet {
	props.Must("fleet", id, p.Validate())
	p = p.withDefaults()
	scope = constructs.NewConstruct(scope, jsii.String(id))

	allowVolumes(p.VolumeKey)
	log := loggroup.New(scope, "Log", loggroup.Props{Key: p.LogKey, Days: p.LogDays, Sandbox: p.Sandbox})
	code := awss3assets.NewAsset(scope, jsii.String("Program"), &awss3assets.AssetProps{
		Path: jsii.String(filepath.Join(p.Directory, program.Name)),
	})
	f := &Fleet{
		props: p,
		Log:   log,
		Role:  newRole(scope, p, code, log),
		SecurityGroup: awsec2.NewSecurityGroup(scope, jsii.String("SecurityGroup"), &awsec2.SecurityGroupProps{
			Vpc:              p.Network.VPC,
			Description:      jsii.String("Instances of " + p.Service),
			AllowAllOutbound: jsii.Bool(false),
		}),
	}
	// The subnets' routes lead to endpoints only. A gateway endpoint's addresses
	// are a list that has no name a template could give.
	f.SecurityGroup.AddEgressRule(awsec2.Peer_AnyIpv4(), awsec2.Port_Tcp(jsii.Number(443)), jsii.String("AWS services, through endpoints"), nil)
	start := awsec2.UserData_ForLinux(nil)
	f.Template = newTemplate(scope, f, start)
	name.Tag(f.Template)
	f.Group = newGroup(scope, f)
	resource := f.Group.Node().DefaultChild().(awsautoscaling.CfnAutoScalingGroup)
	logicalID := *awscdk.Stack_Of(scope).GetLogicalId(resource)
	start.AddCommands(jsii.String(p.script(awscdk.Stack_Of(scope), code, log, logicalID)))
	return f
}

func newTemplate(scope constructs.Construct, f *Fleet, start awsec2.UserData) awsec2.LaunchTemplate {
	p := f.props
	return awsec2.NewLaunchTemplate(scope, jsii.String("Template"), &awsec2.LaunchTemplateProps{
		// The image of the day of the deployment, from a parameter that
		// CloudFormation reads.
		MachineImage: awsec2.MachineImage_LatestAmazonLinux2023(&awsec2.AmazonLinux2023ImageSsmParameterProps{
			CpuType:         awsec2.AmazonLinuxCpuType_ARM_64,
			CachedInContext: jsii.Bool(false),
		}),
		InstanceType:             awsec2.NewInstanceType(jsii.String(p.InstanceType)),
		Role:                     f.Role,
		SecurityGroup:            f.SecurityGroup,
		UserData:                 start,
		AssociatePublicIpAddress: jsii.Bool(false),
		RequireImdsv2:            jsii.Bool(true),
		HttpTokens:               awsec2.LaunchTemplateHttpTokens_REQUIRED,
		HttpPutResponseHopLimit:  jsii.Number(1), // no container asks for the instance's rights
		InstanceMetadataTags:     jsii.Bool(false),
		DetailedMonitoring:       jsii.Bool(true), // scaling by the minute wants figures by the minute
		EbsOptimized:             jsii.Bool(true),
		BlockDevices: &[]*awsec2.BlockDevice{{
			DeviceName: jsii.String("/dev/xvda"),
			Volume: awsec2.BlockDeviceVolume_Ebs(jsii.Number(p.VolumeGB), &awsec2.EbsDeviceOptions{
				VolumeType:          awsec2.EbsDeviceVolumeType_GP3,
				Encrypted:           jsii.Bool(true),
				KmsKey:              p.VolumeKey.KMS,
				DeleteOnTermination: jsii.Bool(true),
			}),
		}},
	})
}

func newGroup(scope constructs.Construct, f *Fleet) awsautoscaling.AutoScalingGroup {
	p := f.props
	patience := awscdk.Duration_Minutes(jsii.Number(startTime))
	group := awsautoscaling.NewAutoScalingGroup(scope, jsii.String("Resource"), &awsautoscaling.AutoScalingGroupProps{
		Vpc:            p.Network.VPC,
		VpcSubnets:     p.Network.Servers(),
		LaunchTemplate: f.Template,
		MinCapacity:    jsii.Number(p.MinInstances),
		MaxCapacity:    jsii.Number(p.MaxInstances),
		// No DesiredCapacity: each deployment would set back what scaling has found.
		HealthChecks: awsautoscaling.HealthChecks_WithAdditionalChecks(&awsautoscaling.AdditionalHealthChecksOptions{
			AdditionalTypes: &[]awsautoscaling.AdditionalHealthCheckType{awsautoscaling.AdditionalHealthCheckType_ELB, awsautoscaling.AdditionalHealthCheckType_EBS},
			GracePeriod:     awscdk.Duration_Minutes(jsii.Number(5)),
		}),
		DefaultInstanceWarmup: awscdk.Duration_Minutes(jsii.Number(2)),
		GroupMetrics:          &[]awsautoscaling.GroupMetrics{awsautoscaling.GroupMetrics_All()},
		Signals: awsautoscaling.Signals_WaitForMinCapacity(&awsautoscaling.SignalsOptions{
			Timeout: patience, MinSuccessPercentage: jsii.Number(100),
		}),
		UpdatePolicy: awsautoscaling.UpdatePolicy_RollingUpdate(&awsautoscaling.RollingUpdateOptions{
			MinInstancesInService: jsii.Number(p.MinInstances),
			MaxBatchSize:          jsii.Number(1),
			MinSuccessPercentage:  jsii.Number(100),
			WaitOnResourceSignals: jsii.Bool(true),
			PauseTime:             patience,
		}),
	})
	annotate.Role(group, role.Compute, program.About(p.Service, p.TLS))
	acknowledge(group)
	// An instance that starts before the endpoints cannot fetch its program.
	for _, endpoint := range Interfaces() {
		group.Node().AddDependency(p.Network.Endpoints[endpoint])
	}
	for _, gateway := range []string{"DynamoDB", "S3"} {
		group.Node().AddDependency(p.Network.VPC.Node().FindChild(jsii.String(gateway)))
	}
	group.Node().AddDependency(f.Role) // with its policy
	group.ScaleOnCpuUtilization(jsii.String("CPU"), &awsautoscaling.CpuUtilizationScalingProps{
		TargetUtilizationPercent: jsii.Number(p.CPUTarget),
	})
	return group
}

// acknowledge says why the group does not follow some rules.
func acknowledge(group awsautoscaling.AutoScalingGroup) {
	annotate.Acknowledge(group, "What changes is in the group's activity history and its metrics; alarms tell of what users notice.", "AwsSolutions-AS3")
	annotate.Acknowledge(group, "It spans the zones of its subnets; the rule looks for the names of zones.", "CT.AUTOSCALING.PR.1")
	annotate.Acknowledge(group, "It asks the load balancer and the disks, ELB and EBS; the rules know either alone.",
		"CT.AUTOSCALING.PR.4", "NIST.800.53.R5-AutoScalingGroupELBHealthCheckRequired")
	annotate.Acknowledge(group, "The number of instances is worked out for one type, and another would carry another load.", "CT.AUTOSCALING.PR.6")
}

func behind(f *Fleet, group elbv2.ApplicationTargetGroup) {
	group.AddTarget(f.Group)
	// Before a listener knows the group, nothing checks whether instances are well.
	f.Group.Node().AddDependency(group.LoadBalancerAttached())
	group.SetAttribute(jsii.String("deregistration_delay.timeout_seconds"), jsii.String(strconv.Itoa(int(f.props.Drain.Seconds()))))
	if f.props.RequestsPerInstance > 0 {
		f.Group.ScaleOnRequestCount(jsii.String("Requests"), &awsautoscaling.RequestCountScalingProps{
			TargetRequestsPerMinute: jsii.Number(f.props.RequestsPerInstance),
		})
	}
}
