package workload

import (
	"math"
	"path/filepath"
	"strconv"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"

	"fulcrum/constructs/fleet"
	"fulcrum/constructs/loadbalancer"
	"fulcrum/constructs/service"
	"fulcrum/constructs/tokenkeys"
	"fulcrum/design"
)

// atOnce is how many requests a whole processor works on at a time: most of a
// request's time it waits for the store. It is the simulator's task.slots.
const atOnce = 32

// size is a kind of server.
type size struct {
	// vcpu are its processors; target is how much of them should be used, in percent.
	vcpu   float64
	target int
}

var (
	// task is Fargate's smallest.
	task = size{vcpu: 0.25, target: 60}
	// instance is a t4g.small. Its credits pay for a fifth of its two processors;
	// beyond that AWS charges by the processor hour.
	// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html
	instance = size{vcpu: 2, target: 20}
)

const (
	// leastTLS is what the program speaks at least.
	leastTLS     = "TLS 1.3"
	instanceType = "t4g.small"
	// drain is how long requests may finish when a server leaves: longer than one
	// takes. stopTime is the time from the signal to stop until the end: as long again
	// the program serves on, for load balancers that do not know yet, and then lets
	// requests finish for up to 25 s.
	drain    = 30 * time.Second
	stopTime = time.Minute
)

// needed is how many servers of a size carry rate requests a second, each of which
// takes the time given: Little's law, L = λW, over the requests that one server
// works on when it is used to its target.
func (s size) needed(rate float64, each time.Duration) int {
	return int(math.Ceil(rate * each.Seconds() / s.busy()))
}

// busy is how many requests a server works on when it is used to its target.
func (s size) busy() float64 { return atOnce * s.vcpu * float64(s.target) / 100 }

// perMinute is how many requests a minute one server then answers.
func (s size) perMinute(each time.Duration) int { return int(60 * s.busy() / each.Seconds()) }

// bounds are how many servers run always and at most: what the mean rate of the
// expected load needs, at least one in each of two Availability Zones, and what the
// busiest second of the largest load needs, more than the least by spare. Connections
// that last are held through the busiest second of either.
func (w *workload) bounds(s size, spare int) (least, most int) {
	each := w.serviceTime()
	base := w.Design.Load(design.Base)
	least = max(2, s.needed(base.AverageRPS, each), w.holders(base))
	return least, max(least+spare, s.needed(w.peak().PeakRPS, each), w.holders(w.peak()))
}

func (w *workload) serviceTime() time.Duration { return milliseconds(w.Design.Capacity.ServiceMs) }

// fargate defines the option fargate.
func (w *workload) fargate() backend {
	least, most := w.bounds(task, 0)
	keys := w.tokenKeys()
	s := service.New(w.stack, "Api", service.Props{
		Network:         w.network(),
		Directory:       filepath.Join(w.Settings.Functions, programServer),
		Service:         functionAPI,
		Environment:     w.serverEnvironment(keys),
		TLS:             leastTLS,
		CPU:             int(1024 * task.vcpu),
		MinTasks:        least,
		MaxTasks:        most,
		CPUTarget:       task.target,
		RequestsPerTask: task.perMinute(w.serviceTime()),
		Drain:           drain,
		StopTimeout:     stopTime,
		LogKey:          w.key(design.Telemetry),
		LogDays:         w.class(design.Telemetry).RetentionDays,
		Sandbox:         w.Settings.Sandbox,
		InnerPort:       w.innerPort(),
	})
	s.Fargate.Node().AddDependency(keys.Published)
	return w.opened(keys, s.ScaleBy, backend{
		servers: w.targets(loadbalancer.IP, s.Port()), behind: s.Behind, runsAs: s.Role, group: s.SecurityGroup, log: s.Log,
	})
}

// ec2 defines the option ec2.
func (w *workload) ec2() backend {
	least, most := w.bounds(instance, 1)
	keys := w.tokenKeys()
	f := fleet.New(w.stack, "Api", fleet.Props{
		Network:             w.network(),
		Directory:           filepath.Join(w.Settings.Functions, programServer),
		Service:             functionAPI,
		Environment:         w.serverEnvironment(keys),
		HealthPath:          healthPath,
		TLS:                 leastTLS,
		InstanceType:        instanceType,
		MinInstances:        least,
		MaxInstances:        most,
		CPUTarget:           instance.target,
		RequestsPerInstance: instance.perMinute(w.serviceTime()),
		Drain:               drain,
		StopTimeout:         stopTime,
		VolumeKey:           w.key(design.Telemetry), // nothing but the log is ever written to a disk
		LogKey:              w.key(design.Telemetry),
		LogDays:             w.class(design.Telemetry).RetentionDays,
		Sandbox:             w.Settings.Sandbox,
	})
	f.Group.Node().AddDependency(keys.Published)
	return w.opened(keys, f.ScaleBy, backend{
		servers: w.targets(loadbalancer.Instance, f.Port()), behind: f.Behind, runsAs: f.Role, group: f.SecurityGroup, log: f.Log,
	})
}

// opened returns servers that may use what servers use beside the tables.
func (w *workload) opened(keys *tokenkeys.Keys, scaleBy func(string, awscloudwatch.IMetric, float64), servers backend) backend {
	keys.Table.GrantRead(servers.runsAs)
	w.openSessions(servers.group, servers.runsAs)
	w.openSockets(servers.group, servers.runsAs, servers.log, scaleBy)
	return servers
}

// tokenKeys defines the copy of the token issuer's keys that servers verify with.
func (w *workload) tokenKeys() *tokenkeys.Keys {
	k := tokenkeys.New(w.stack, "TokenKeys", tokenkeys.Props{
		Directory: filepath.Join(w.Settings.Functions, functionTokenKeys),
		Issuer:    w.users.Issuer(),
		Key:       w.key(design.Telemetry), // public keys, of nobody
		LogKey:    w.key(design.Telemetry),
		LogDays:   w.class(design.Telemetry).RetentionDays,
		Alarms:    w.alarms,
		Sandbox:   w.Settings.Sandbox,
	})
	w.backlog = append(w.backlog, k.Failing)
	return k
}

// serverEnvironment is the environment of the program when no Lambda runs it.
func (w *workload) serverEnvironment(keys *tokenkeys.Keys) map[string]string {
	environment := w.apiEnvironment()
	w.sessionEnvironment(environment)
	w.socketEnvironment(environment)
	environment["TLS"] = "self-signed"
	environment["LAME_DUCK_SECONDS"] = strconv.Itoa(int(drain.Seconds()))
	if w.grpc() {
		environment["RPC"] = "grpc"
	}
	environment["AWS_REGION"] = *awscdk.Stack_Of(w.stack).Region()
	environment["TOKEN_KEYS_TABLE"] = *keys.Table.Dynamo.TableName()
	return environment
}
