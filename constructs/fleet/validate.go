package fleet

import (
	"regexp"
	"strings"
	"time"

	"fulcrum/constructs/internal/program"
	"fulcrum/constructs/internal/props"
)

const (
	defaultPort         = 8080
	defaultHealthPath   = "/health"
	defaultInstanceType = "t4g.small"
	defaultVolumeGB     = 8
	defaultMinInstances = 2
	defaultCPUTarget    = 60
	defaultDrain        = 30 * time.Second
	defaultStopTimeout  = time.Minute
	defaultLogDays      = 30
	maxStopTimeout      = 2 * time.Minute
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
	fill(&p.Port, defaultPort)
	fill(&p.HealthPath, defaultHealthPath)
	fill(&p.InstanceType, defaultInstanceType)
	fill(&p.VolumeGB, defaultVolumeGB)
	fill(&p.MinInstances, defaultMinInstances)
	fill(&p.CPUTarget, defaultCPUTarget)
	fill(&p.Drain, defaultDrain)
	fill(&p.StopTimeout, defaultStopTimeout)
	fill(&p.LogDays, defaultLogDays)
	return p
}

func fill[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
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
	found.Check(p.CPUTarget >= 10 && p.CPUTarget <= 90, "CPUTarget", "%d is not from 10 to 90 percent; leave it out for %d", p.CPUTarget, defaultCPUTarget)
	found.Check(p.RequestsPerInstance >= 0, "RequestsPerInstance", "%d is negative; leave it out to follow the processor only", p.RequestsPerInstance)
	found.Check(p.StopTimeout > 0 && p.StopTimeout <= maxStopTimeout && p.StopTimeout%time.Second == 0, "StopTimeout",
		"%v is not whole seconds up to %v; leave it out for %v", p.StopTimeout, maxStopTimeout, defaultStopTimeout)
	found.Check(p.Drain > 0 && p.Drain%time.Second == 0, "Drain", "%v is not whole seconds; leave it out for %v", p.Drain, defaultDrain)
	found.Check(p.Drain <= p.StopTimeout, "Drain",
		"%v is longer than the StopTimeout of %v, which would cut off requests that the load balancer still waits for", p.Drain, p.StopTimeout)
	found.Check(p.LogDays >= 0, "LogDays", "%d is negative; leave it out for %d", p.LogDays, defaultLogDays)
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
