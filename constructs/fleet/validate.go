package fleet

import (
	"regexp"
	"strings"

	"fulcrum/constructs/internal/program"
	"fulcrum/constructs/internal/props"
)

const (
	defaultHealthPath   = "/health"
	defaultInstanceType = "t4g.small"
	defaultVolumeGB     = 8
	// maxUserData is how much EC2 takes; what CloudFormation fills in may need more
	// than is seen here.
	// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
	maxUserData = 16 << 10
	// ownUserData is what the script takes besides the environment, at most.
	ownUserData = 5 << 10
)

var (
	serviceName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
	healthPath  = regexp.MustCompile(`^/[A-Za-z0-9/._-]*$`)
	// graviton is how types with AWS's own processor are called: a "g" follows the
	// generation.
	// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-types.html#instance-type-names
	graviton = regexp.MustCompile(`^[a-z]+[0-9]+g[a-z0-9-]*\.[a-z0-9-]+$`)
)

func (p Props) withDefaults() Props {
	program.Fill(&p.Port, program.DefaultPort)
	program.Fill(&p.HealthPath, defaultHealthPath)
	program.Fill(&p.InstanceType, defaultInstanceType)
	program.Fill(&p.VolumeGB, defaultVolumeGB)
	program.Fill(&p.MinInstances, program.DefaultServers)
	program.Fill(&p.CPUTarget, program.DefaultCPUTarget)
	program.Fill(&p.Drain, program.DefaultDrain)
	program.Fill(&p.StopTimeout, program.DefaultStopTimeout)
	program.Fill(&p.LogDays, program.DefaultLogDays)
	return p
}

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	program.CheckNetwork(&found, p.Network, Interfaces(), "fleet")
	program.Check(&found, p.Directory)
	found.Check(serviceName.MatchString(p.Service), "Service", "%q is not up to 32 lower-case letters, digits and dashes, a letter first", p.Service)
	program.CheckEnvironment(&found, p.Environment, "PORT")
	p.checkUserData(&found)
	program.CheckPort(&found, "Port", p.Port)
	found.Required(p.VolumeKey != nil, "VolumeKey")
	found.Required(p.LogKey != nil, "LogKey")

	p = p.withDefaults()
	found.Check(healthPath.MatchString(p.HealthPath), "HealthPath", "%q is not a path such as %s", p.HealthPath, defaultHealthPath)
	found.Check(graviton.MatchString(p.InstanceType), "InstanceType", "%q is not a type with a Graviton processor; leave it out for %s", p.InstanceType, defaultInstanceType)
	found.Check(p.VolumeGB >= 8 && p.VolumeGB <= 1024, "VolumeGB", "%d is not from 8 to 1024; leave it out for %d", p.VolumeGB, defaultVolumeGB)
	program.CheckBounds(&found, p.MinInstances, p.MaxInstances, [2]string{"MinInstances", "MaxInstances"}, 1)
	program.Run{CPUTarget: p.CPUTarget, Requests: p.RequestsPerInstance, Drain: p.Drain, StopTimeout: p.StopTimeout, LogDays: p.LogDays}.Check(&found, "RequestsPerInstance")
	return found.Err()
}

func (p Props) checkUserData(found *props.Problems) {
	size := 0
	for name, value := range p.Environment {
		size += len(name) + len(value) + len("=\"\"\n")
		found.Check(!strings.Contains(value, endOfFile), "Environment["+name+"]", "has %q in it, which ends the file it is written to", endOfFile)
	}
	found.Check(size <= maxUserData-ownUserData, "Environment", "%d bytes are more than the %d that fit into an instance's user data", size, maxUserData-ownUserData)
}
