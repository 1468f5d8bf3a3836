package cost

import (
	"fmt"

	"fulcrum/compare/assembly"
	"fulcrum/compare/price"
)

// imageGB is the size of a container image that holds one compiled program, 10 MB.
const imageGB = 0.01

// running is how many servers run on average: as many as the mean rate of requests
// asks for by the scaling policy that counts requests, and never fewer than least.
// A burst that ends before scaling has answered it adds none. The most that scaling
// would start does not bound it: a price for more requests than that can carry would
// be a price for something else.
func (c *context) running(least float64, d Demand) (mean float64, formula string) {
	mean = max(least, 1)
	for _, p := range c.stack.OfType("AWS::ApplicationAutoScaling::ScalingPolicy", "AWS::AutoScaling::ScalingPolicy") {
		for _, kind := range []string{"TargetTrackingScalingPolicyConfiguration", "TargetTrackingConfiguration"} {
			perMinute, ok := p.Number(kind, "TargetValue")
			if !ok || perMinute <= 0 || p.Text(kind, "PredefinedMetricSpecification", "PredefinedMetricType") != "ALBRequestCountPerTarget" {
				continue
			}
			asked := d.Load.Requests / (Hours * 60) / perMinute
			return max(mean, asked), fmt.Sprintf("the mean rate at %.0f requests a minute each, at least %.0f", perMinute, mean)
		}
	}
	return mean, fmt.Sprintf("at least %.0f; nothing scales them by requests", mean)
}

// containers prices the tasks of a service on Fargate and the image they start from.
func containers(c *context, r *assembly.Resource, d Demand) []Usage {
	tasks, formula := c.running(c.leastTasks(r), d)
	uses := make([]Usage, 0, 2)
	for _, t := range c.stack.Mentions(r, "TaskDefinition") {
		cpu, _ := t.Number("Cpu")
		memory, _ := t.Number("Memory")
		arch := "x86_64"
		if t.Text("RuntimePlatform", "CpuArchitecture") == "ARM64" {
			arch = "arm64"
		}
		uses = append(uses, Usage{Part: Compute, Service: "fargate", Formula: formula, Inputs: price.Inputs{
			"tasks": n(tasks), "vcpu": n(cpu / 1024), "memory-gb": n(memory / 1024), "arch": w(arch),
		}})
	}
	return append(uses, Usage{
		Part: Compute, Service: "ecr", Fixed: true, Formula: "the image of one program, 10 MB", Inputs: price.Inputs{"storage-gb": n(imageGB)},
	})
}

// leastTasks is how many tasks of a service run at least.
func (c *context) leastTasks(service *assembly.Resource) float64 {
	least := 1.0
	if n, ok := service.Number("DesiredCount"); ok {
		least = n
	}
	for _, t := range c.stack.OfType("AWS::ApplicationAutoScaling::ScalableTarget") {
		if n, ok := t.Number("MinCapacity"); ok && contains(c.stack.Mentions(t, "ResourceId"), service) {
			least = n
		}
	}
	return least
}

// instances prices the instances of an Auto Scaling group and their disks.
func instances(c *context, r *assembly.Resource, d Demand) []Usage {
	least, _ := r.Number("MinSize")
	count, formula := c.running(least, d)
	var uses []Usage
	for _, t := range c.stack.Mentions(r, "LaunchTemplate") {
		uses = append(uses, Usage{Part: Compute, Service: "ec2", Formula: formula, Inputs: price.Inputs{
			"instances": n(count), "type": w(t.Text("LaunchTemplateData", "InstanceType")),
		}})
		uses = append(uses, detailed(t, count)...)
		for _, device := range t.List("LaunchTemplateData", "BlockDeviceMappings") {
			if gb, ok := assembly.Number(assembly.Dig(device, "Ebs", "VolumeSize")); ok {
				uses = append(uses, Usage{Part: Compute, Service: "ebs", Formula: "a disk for each instance",
					Inputs: price.Inputs{"volumes": n(count), "gb": n(gb)}})
			}
		}
	}
	return uses
}

func contains(list []*assembly.Resource, r *assembly.Resource) bool {
	for _, x := range list {
		if x == r {
			return true
		}
	}
	return false
}
