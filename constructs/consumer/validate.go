package consumer

import (
	"fmt"
	"time"

	"fulcrum/constructs/internal/props"
)

const (
	defaultBatchSize   = 10
	defaultMaxReceives = 5
	defaultMaxDelay    = 5 * time.Minute
	defaultRetention   = 4 * day

	maxFunctionTimeout = 15 * time.Minute
	maxBatchWindow     = 5 * time.Minute
	maxRetention       = 14 * day

	day = 24 * time.Hour
)

func (p Props) withDefaults() Props {
	if p.DataClass == "" {
		p.DataClass = p.Key.DataClass
	}
	if p.BatchSize == 0 {
		p.BatchSize = defaultBatchSize
	}
	if p.MaxReceives == 0 {
		p.MaxReceives = defaultMaxReceives
	}
	if p.MaxDelay == 0 {
		p.MaxDelay = defaultMaxDelay
	}
	if p.Retention == 0 {
		p.Retention = defaultRetention
	}
	return p
}

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.Bus != nil, "Bus")
	names(&found, "Sources", p.Sources)
	names(&found, "Events", p.Events)
	p.check(&found)
	return found.Err()
}

// check adds what is wrong with everything but the rule.
func (p Props) check(found *props.Problems) {
	found.Required(p.Service != "", "Service")
	found.Required(p.Function != nil, "Function")
	found.Required(p.Key != nil, "Key")
	if p.FunctionTimeout == 0 {
		found.Required(false, "FunctionTimeout")
	} else {
		found.Check(p.FunctionTimeout >= time.Second && p.FunctionTimeout <= maxFunctionTimeout, "FunctionTimeout",
			"%v is not from 1s to %v, what Lambda allows", p.FunctionTimeout, maxFunctionTimeout)
	}
	found.Check(p.BatchSize >= 0 && p.BatchSize <= 10000, "BatchSize",
		"%d is not from 1 to 10000; leave it out for %d", p.BatchSize, defaultBatchSize)
	found.Check(p.BatchWindow >= 0 && p.BatchWindow <= maxBatchWindow && p.BatchWindow%time.Second == 0, "BatchWindow",
		"%v is not whole seconds up to %v", p.BatchWindow, maxBatchWindow)
	found.Check(p.BatchSize <= 10 || p.BatchWindow >= time.Second, "BatchWindow",
		"%v is too short for batches of %d; Lambda wants at least 1s over 10 messages", p.BatchWindow, p.BatchSize)
	found.Check(p.MaxConcurrency == 0 || p.MaxConcurrency >= 2 && p.MaxConcurrency <= 1000, "MaxConcurrency",
		"%d is not from 2 to 1000; leave it out for no bound", p.MaxConcurrency)
	found.Check(p.MaxReceives >= 0 && p.MaxReceives <= 1000, "MaxReceives",
		"%d is not from 1 to 1000; leave it out for %d", p.MaxReceives, defaultMaxReceives)
	found.Check(p.Retention >= 0 && p.Retention <= maxRetention && p.Retention%day == 0, "Retention",
		"%v is not whole days up to 14; leave it out for 4", p.Retention)
	found.Check(p.MaxDelay >= 0, "MaxDelay", "%v is negative; leave it out for %v", p.MaxDelay, defaultMaxDelay)
}

func names(found *props.Problems, field string, list []string) {
	found.Required(len(list) > 0, field)
	seen := map[string]bool{}
	for i, name := range list {
		at := fmt.Sprintf("%s[%d]", field, i)
		found.Check(name != "", at, "empty; name it or leave it out")
		found.Check(name == "" || !seen[name], at, "%q is there twice", name)
		seen[name] = true
	}
}
