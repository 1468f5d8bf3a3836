package program

import (
	"time"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/props"
)

// Defaults of what a program runs by, on whatever server.
const (
	DefaultPort        = 8080
	DefaultServers     = 2
	DefaultCPUTarget   = 60
	DefaultDrain       = 30 * time.Second
	DefaultStopTimeout = time.Minute
	DefaultLogDays     = 30
	// MaxStopTimeout is Fargate's, and long enough for anybody.
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
	MaxStopTimeout = 2 * time.Minute
)

// Run is what tasks and instances alike run a program by.
type Run struct {
	CPUTarget, Requests int
	Drain, StopTimeout  time.Duration
	LogDays             int
}

// Check adds to found what a server could not run by. requests names the field of
// Requests.
func (r Run) Check(found *props.Problems, requests string) {
	found.Check(r.CPUTarget >= 10 && r.CPUTarget <= 90, "CPUTarget", "%d is not from 10 to 90 percent; leave it out for %d", r.CPUTarget, DefaultCPUTarget)
	found.Check(r.Requests >= 0, requests, "%d is negative; leave it out to follow the processor only", r.Requests)
	found.Check(r.StopTimeout > 0 && r.StopTimeout <= MaxStopTimeout && r.StopTimeout%time.Second == 0, "StopTimeout",
		"%v is not whole seconds up to %v; leave it out for %v", r.StopTimeout, MaxStopTimeout, DefaultStopTimeout)
	found.Check(r.Drain > 0 && r.Drain%time.Second == 0, "Drain", "%v is not whole seconds; leave it out for %v", r.Drain, DefaultDrain)
	found.Check(r.Drain <= r.StopTimeout, "Drain",
		"%v is longer than the StopTimeout of %v, which would cut off requests that the load balancer still waits for", r.Drain, r.StopTimeout)
	found.Check(r.LogDays >= 0, "LogDays", "%d is negative; leave it out for %d", r.LogDays, DefaultLogDays)
}

// Fill sets a field that has its zero value.
func Fill[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// About is what a template says of servers: the service they run and, if they speak
// TLS, its least version.
func About(service, tls string) annotate.Attributes {
	about := annotate.Attributes{"service": service}
	if tls != "" {
		about["tls"] = tls
	}
	return about
}
