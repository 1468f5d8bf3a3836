package cost

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/compare/price"
	"fulcrum/design"
	"fulcrum/design/role"
)

// readUnit and writeUnit are the sizes that DynamoDB meters in.
const readUnit = 4 * KB

// table prices one DynamoDB table: what calls read and write in it, its indexes,
// and what it keeps after a year or its retention, whichever is shorter.
func table(c *context, r *assembly.Resource, d Demand) []Usage {
	if r.Role == role.Connections {
		return connections(c, r, d)
	}
	if r.Role == role.Identity {
		return tokenKeys()
	}
	if r.Text("BillingMode") == "PROVISIONED" {
		rcu, _ := r.Number("ProvisionedThroughput", "ReadCapacityUnits")
		wcu, _ := r.Number("ProvisionedThroughput", "WriteCapacityUnits")
		return []Usage{{Part: Data, Service: "dynamodb", Formula: "capacity as provisioned",
			Inputs: price.Inputs{"mode": w("provisioned"), "rcu": n(rcu), "wcu": n(wcu), "replicas": n(float64(len(r.List("Replicas"))))}}}
	}
	var t traffics
	switch {
	case r.DataClass() == personKeys:
		t.personKeys(d)
	case c.holdsReadModels(r, d):
		t.readModels(d)
	case r.Text("MultiRegionConsistency") == "STRONG":
		t.oneByOne(c, d)
	default:
		t.aggregates(c, r, d)
	}
	gb := t.keptBytes / GB
	in := price.Inputs{"storage-gb": n(gb)}
	if r.Flag("PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled") || r.Flag("Replicas", "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled") {
		in["pitr-gb"] = n(gb)
	}
	uses := append(t.calls, Usage{Part: Data, Service: "dynamodb", Inputs: in, Formula: "what is kept after a year, or after the retention if that is shorter"})
	return slices.Concat(uses, t.copies(c, r, uses), keysElsewhere(c, r))
}

// tokenKeys prices the table that a copy of the token issuer's keys is in: it is
// written every five minutes, and each server reads it once an hour.
func tokenKeys() []Usage {
	const writes, servers = Hours * 12, 2
	return []Usage{
		{Part: Identity, Service: "dynamodb", Fixed: true, Formula: "a copy of the keys every 5 minutes", Inputs: price.Inputs{"writes": n(writes), "item-kb": n(2)}},
		{Part: Identity, Service: "dynamodb", Fixed: true, Formula: "each server once an hour", Inputs: price.Inputs{"reads": n(Hours * servers), "item-kb": n(2), "consistency": w("strong")}},
	}
}

// holdsReadModels reports whether a table holds read models and not aggregates.
func (c *context) holdsReadModels(r *assembly.Resource, d Demand) bool {
	if class := r.DataClass(); class != "" {
		return !slices.ContainsFunc(d.Design.Aggregates, func(a design.Aggregate) bool { return a.DataClass == class })
	}
	return strings.Contains(strings.ToLower(r.ID), "readmodel")
}

// traffics collects what a table serves.
type traffics struct {
	calls     []Usage
	keptBytes float64
}

func (t *traffics) read(count, bytes float64, consistency, formula string) {
	t.calls = append(t.calls, Usage{Part: Data, Service: "dynamodb", Formula: formula,
		Inputs: price.Inputs{"reads": n(count), "item-kb": n(bytes / KB), "consistency": w(consistency)}})
}

func (t *traffics) write(count, bytes float64, transactional, formula string) {
	t.calls = append(t.calls, Usage{Part: Data, Service: "dynamodb", Formula: formula,
		Inputs: price.Inputs{"writes": n(count), "item-kb": n(bytes / KB), "transactional": w(transactional)}})
}

func (t *traffics) aggregates(c *context, r *assembly.Resource, d Demand) {
	capacity := d.Design.Capacity
	q := QueuedCommands(c.stack, d)
	for _, o := range d.Load.Operations {
		if o.Kind == design.CommandKind {
			saved := q.saved(d, o)
			t.read(o.Calls*(o.ItemsRead+1-saved), o.ItemBytes, "strong", o.Name+": its idempotency key and the aggregate's items")
			t.write(o.Calls*(o.ItemsWritten-saved), o.ItemBytes, "true", o.Name+": the aggregate's items, in a transaction")
			t.holds(c, o, d)
			t.keptBytes += o.Calls * o.AddsBytes * d.keptMonths(d.Design.Aggregate(o.Aggregate).DataClass)
		} else if o.Aggregate != "" {
			t.read(o.Calls*o.ItemsRead, o.ItemBytes, c.consistency(o.Consistency), o.Name+": item by item")
		}
	}
	t.outcomes(c, d)
	t.write(d.Load.Written.IdempotencyKeys, capacity.IdempotencyBytes, "true", "an idempotency key for each command")
	t.keptBytes += d.Load.Written.IdempotencyKeys * capacity.IdempotencyBytes * capacity.IdempotencyHours / Hours
	events := d.eventBytes()
	t.write(d.Load.Written.Events, events, "true", "each event, in the transaction of its command")
	t.keptBytes += d.Load.EventCount * events * d.keptMonths(design.Events)
	if indexes := len(r.List("GlobalSecondaryIndexes")); indexes > 0 {
		t.write(d.Load.Written.Events*float64(indexes), events, "false", fmt.Sprintf("each event again, in %d index", indexes))
	}
}

func (t *traffics) readModels(d Demand) {
	for _, o := range d.Load.Operations {
		if o.ReadModel == "" {
			continue
		}
		units := math.Ceil(o.ItemsRead * o.ItemBytes / readUnit)
		// Read models are read eventually under every option of consistency.
		t.read(o.Calls*max(units, 1), readUnit, o.Consistency, fmt.Sprintf("%s: one query of %.0f × 4 KB", o.Name, max(units, 1)))
	}
	for _, k := range d.Load.Consumers {
		t.write(k.ReadModelItems, k.ItemBytes, "true", k.Name+": the items of each event, in a transaction")
		t.read(k.Deliveries, k.ItemBytes, "strong", k.Name+": what each event changes")
		t.keptBytes += k.Deliveries * k.AddsBytes * d.keptMonths(design.ReadModels)
	}
}

func (c *context) consistency(asked string) string {
	if c.strong || asked == "strong" {
		return "strong"
	}
	return "eventual"
}

// Buckets whose content the design does not size.
const (
	// siteGB is the size of a web client's files, versions included.
	siteGB = 0.2
	// deliveriesOfLogs is how often a service delivers a log file in a month: every
	// five minutes, from each of two zones.
	deliveriesOfLogs = 2 * Hours * 12
)

// siteFiles is what a bucket of static content keeps, replaced versions included.
func siteFiles(d Demand) kept {
	return kept{gb: siteGB, objectKB: float64(kbOfSession) / filesOfSession, days: d.keptMonths(design.Content) / 12 * 365}
}

func bucket(c *context, r *assembly.Resource, d Demand) []Usage {
	switch r.Role {
	case role.Objects:
		return objects(c, r, d)
	case role.Sandbox:
		return []Usage{{Part: Identity, Service: "s3", Formula: "a few certificates: taken as nothing", Inputs: price.Inputs{"storage-gb": n(0)}}}
	}
	if slices.Contains(Presigned(c.stack), r) {
		return files(c, r, d)
	}
	if r.Role != role.Logs {
		return stored(r, siteFiles(d))
	}
	months := 12.0
	if days, ok := r.Number("LifecycleConfiguration", "Rules", "ExpirationInDays"); ok {
		months = min(months, days/365*12)
	}
	lines := d.Load.Connections * filesOfSession
	for _, by := range c.stack.RefersTo(r.ID) {
		if by.Role == role.FrontDoor {
			lines = c.requests(d)
		}
	}
	return []Usage{{
		Part: Operations, Service: "s3", Formula: fmt.Sprintf("%d bytes for each request, kept %.1f months", accessLogBytes, months),
		Inputs: price.Inputs{"storage-gb": n(lines * accessLogBytes * months / GB)},
	}, {
		Part: Operations, Service: "s3", Fixed: true, Formula: "a log file every 5 minutes from each of two zones",
		Inputs: price.Inputs{"puts": n(deliveriesOfLogs)},
	}}
}

// reuses is how often a month has five minutes, the time for which DynamoDB, SQS
// and CloudWatch use one data key.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html#sqs-estimate-kms-usage-costs
const reuses = Hours * 12

// key prices a key and the requests that what it encrypts makes to it: one for each
// five minutes and resource, and for a bus one for each event and each delivery.
func key(c *context, r *assembly.Resource, d Demand) []Usage {
	steady, events := 0.0, 0.0
	for _, by := range c.stack.RefersTo(r.ID) {
		switch by.Type {
		case "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::SQS::Queue":
			if by.Role != role.DeadLetter {
				steady += reuses
			}
		case "AWS::StepFunctions::StateMachine":
			steady += reuses // KmsDataKeyReusePeriodSeconds is the same five minutes
		case "AWS::Events::EventBus":
			entering, _ := c.entering(by, d)
			events += entering + c.leaving(by, d)
		}
	}
	return append([]Usage{
		{Part: Security, Service: "kms", Inputs: price.Inputs{"keys": n(1)}},
		{Part: Security, Service: "kms", Fixed: true, Inputs: price.Inputs{"keys": n(0), "requests": n(steady)}, Formula: "a data key every 5 minutes for each table and queue"},
		{Part: Security, Service: "kms", Inputs: price.Inputs{"keys": n(0), "requests": n(events)}, Formula: "each event and each delivery of the bus"},
	}, wrapping(r, d)...)
}

// keysElsewhere prices what a table and its copies ask of keys that the stack looks up
// from others, so that it does not show where those keys are defined.
func keysElsewhere(c *context, r *assembly.Resource) []Usage {
	var uses []Usage
	for _, replica := range r.List("Replicas") {
		value := assembly.Dig(replica, "SSESpecification", "KMSMasterKeyId")
		if value == nil || slices.ContainsFunc(c.stack.Mentioned(r, value), func(k *assembly.Resource) bool { return strings.HasPrefix(k.Type, "AWS::KMS::") }) {
			continue
		}
		region := assembly.Text(assembly.Dig(replica, "Region"))
		uses = append(uses, Usage{
			Part: Security, Service: "kms", Region: region, Fixed: true, Inputs: price.Inputs{"keys": n(0), "requests": n(reuses)},
			Formula: "a data key every 5 minutes for the table in " + region,
		})
	}
	return uses
}

func secret(*context, *assembly.Resource, Demand) []Usage {
	return []Usage{{Part: Security, Service: "secrets", Fixed: true, Inputs: price.Inputs{"secrets": n(1)}}}
}

// copies prices the copies of a table in other Regions: each write is written there
// too and costs there what a write costs, and what is kept is kept there. The way there
// is free, and so is a witness. Reads are priced where the table is, wherever they are
// made.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/global-tables-billing.html
func (t *traffics) copies(c *context, r *assembly.Resource, uses []Usage) []Usage {
	var copied []Usage
	for _, replica := range r.List("Replicas") {
		region := assembly.Text(assembly.Dig(replica, "Region"))
		if region == "" || region == c.stack.Region {
			continue
		}
		for _, u := range uses {
			if _, reads := u.Inputs["reads"]; reads {
				continue
			}
			u.Region, u.Formula = region, "the copy in "+region+": "+u.Formula
			copied = append(copied, u)
		}
	}
	return copied
}
