package price

import (
	"errors"
	"fmt"
)

// Units and their multipliers are those of the DynamoDB developer guide: 4 KB a
// read unit, 1 KB a write unit, half a unit for an eventually consistent read,
// two for a transactional one. Writes to a global table are charged in each
// replica; the transfer between their Regions is priced by transfer.
var dynamodb = Service{
	Name:  "dynamodb",
	About: "Read and write units on demand, or capacity by the hour; storage, backups and stream reads.",
	Inputs: []Input{
		{Name: "mode", Words: []string{"on-demand", "provisioned"}, Alias: map[string]string{"pay-per-request": "on-demand"}},
		{Name: "reads", Unit: "reads", About: "on-demand: items read one by one; for a query, count its 4 KB"},
		{Name: "writes", Unit: "writes", About: "on-demand: items written, those of indexes included"},
		{Name: "item-kb", Unit: "KB", Default: 1, About: "4 KB a read unit, 1 KB a write unit"},
		{Name: "consistency", Words: []string{"eventual", "strong"}},
		{Name: "transactional", Words: []string{"false", "true"}, Alias: map[string]string{"no": "false", "0": "false", "yes": "true", "1": "true"}},
		{Name: "rcu", Unit: "read capacity units", About: "provisioned"},
		{Name: "wcu", Unit: "write capacity units", About: "provisioned, of each replica"},
		{Name: "hours", Unit: "hours", Default: HoursPerMonth, About: "provisioned"},
		{Name: "storage-gb", Unit: "GB", About: "of each replica"},
		{Name: "replicas", Unit: "tables", Max: 50, About: "tables of a global table, the first included; 0 or 1 for a table in one Region"},
		{Name: "class", Words: []string{"standard", "standard-ia"}},
		{Name: "pitr-gb", Unit: "GB", About: "table size under point-in-time recovery"},
		{Name: "backup-gb", Unit: "GB", About: "on-demand backups"},
		{Name: "restored-gb", Unit: "GB"},
		{Name: "exported-gb", Unit: "GB", About: "to S3"},
		{Name: "stream-reads", Unit: "requests", About: "GetRecords calls; those of Lambda and Pipes are free"},
	},
	meter: func(u usage, b *bill) {
		replicas := max(1, u.n("replicas"))
		prefix := ""
		if u.w("class") == "standard-ia" {
			prefix = "ia-"
		}
		if u.w("mode") == "provisioned" {
			b.provisioned(u, replicas)
		} else {
			b.onDemand(u, replicas, prefix)
		}
		b.fixedIfAny(prefix+"storage-gb", replicas*u.n("storage-gb"))
		b.fixedIfAny("pitr-gb", u.n("pitr-gb"))
		b.fixedIfAny("backup-gb", u.n("backup-gb"))
		b.fixedIfAny("restored-gb", u.n("restored-gb"))
		b.fixedIfAny("exported-gb", u.n("exported-gb"))
		b.perRequestIfAny("stream-reads", u.n("stream-reads"))
	},
}

func (b *bill) onDemand(u usage, replicas float64, prefix string) {
	if u.n("rcu") > 0 || u.n("wcu") > 0 {
		b.errs = append(b.errs, errors.New("rcu and wcu need mode=provisioned"))
	}
	perRead, perWrite := 1.0, 1.0
	switch {
	case u.w("transactional") == "true":
		perRead, perWrite = 2, 2
	case u.w("consistency") == "eventual":
		perRead = 0.5
	}
	write := prefix + "write-units"
	if replicas > 1 && prefix == "" {
		write = "replicated-write-units"
	}
	b.perRequest(prefix+"read-units", u.n("reads")*perRead*chunks(u.n("item-kb"), 4))
	b.perRequest(write, u.n("writes")*perWrite*chunks(u.n("item-kb"), 1)*replicas)
}

func (b *bill) provisioned(u usage, replicas float64) {
	if u.n("reads") > 0 || u.n("writes") > 0 {
		b.errs = append(b.errs, errors.New("reads and writes need mode=on-demand; mode=provisioned takes rcu, wcu and hours"))
	}
	if u.w("class") != "standard" {
		b.errs = append(b.errs, fmt.Errorf("class=%s has no price with mode=provisioned; take mode=on-demand", u.w("class")))
	}
	write := "wcu-hours"
	if replicas > 1 {
		write = "replicated-wcu-hours"
	}
	b.fixed("rcu-hours", u.n("rcu")*u.n("hours")*replicas)
	b.fixed(write, u.n("wcu")*u.n("hours")*replicas)
}
