package outbox

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"

	"fulcrum/constructs/internal/props"
)

const (
	defaultBatchSize = 10
	defaultRetries   = 20
	defaultMaxAge    = 6 * time.Hour
	defaultLogDays   = 30
)

func (p Props) withDefaults() Props {
	if p.LogKey == nil {
		p.LogKey = p.Key
	}
	if p.LogDays == 0 {
		p.LogDays = defaultLogDays
	}
	if p.BatchSize == 0 {
		p.BatchSize = defaultBatchSize
	}
	if p.Retries == 0 {
		p.Retries = defaultRetries
	}
	if p.MaxAge == 0 {
		p.MaxAge = defaultMaxAge
	}
	if p.Parallelization == 0 {
		p.Parallelization = 1
	}
	return p
}

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.Table != nil, "Table")
	found.Check(p.Table == nil || hasStream(p.Table), "Table", "it has no stream; define it with one")
	found.Required(p.Bus != nil, "Bus")
	found.Required(p.Key != nil, "Key")
	found.Check(p.LogDays >= 0, "LogDays", "%d is negative; leave it out for %d", p.LogDays, defaultLogDays)
	found.Check(p.BatchSize >= 0 && p.BatchSize <= 10, "BatchSize",
		"%d is not from 1 to 10, what PutEvents takes; leave it out for %d", p.BatchSize, defaultBatchSize)
	found.Check(p.Retries >= 0 && p.Retries <= 10000, "Retries",
		"%d is not from 1 to 10000; leave it out for %d", p.Retries, defaultRetries)
	found.Check(p.MaxAge == 0 || p.MaxAge >= time.Minute && p.MaxAge <= 24*time.Hour, "MaxAge",
		"%v is not from 1m to 24h, the time a stream keeps a record; leave it out for %v", p.MaxAge, defaultMaxAge)
	found.Check(p.Parallelization >= 0 && p.Parallelization <= 10, "Parallelization",
		"%d is not from 1 to 10; leave it out for 1", p.Parallelization)
	return found.Err()
}

// hasStream tells whether a table has a stream, as far as its definition is part
// of this app: the L2 names a stream even where there is none.
func hasStream(table awsdynamodb.ITableV2) bool {
	defined, ok := table.Node().DefaultChild().(awsdynamodb.CfnGlobalTable)
	return !ok || awscdk.Stack_Of(table).Resolve(defined.StreamSpecification()) != nil
}
