package cost

import (
	"fmt"
	"math"

	"fulcrum/compare/assembly"
	"fulcrum/compare/latency"
	"fulcrum/compare/price"
	"fulcrum/design"
)

// personKeys is the data class of a table with a data key for each person, and of
// the key that wraps them.
const personKeys = "person-keys"

// A process uses a person's key for five minutes without asking again: it asks once
// for each of the persons whose texts it opens in that time.
const (
	rememberSeconds = 300
	// personItemBytes is a wrapped key of 256 bits with its names, or an alias.
	personItemBytes = 400
	// newUsers is the share of the month's users whom the first year sees first.
	newUsers = 1.0 / 12
	// hotRequests is the share of reads that goes to the design's hot share of the
	// items, as in the simulation's data.hot-requests.
	hotRequests = 0.8
)

// vault is what a month asks of persons' keys.
type vault struct {
	aliases, keys, added float64
	formula              string
}

// vaultUse works out how often processes ask for aliases and keys. Processes are as
// many as calls under way by Little's law, one at least.
func vaultUse(d Demand) vault {
	const seconds = Hours * 3600
	capacity := d.Design.Capacity
	processes := math.Max(1, d.Load.AverageRPS*capacity.ServiceMs/1000)
	opened, hosts, sealing, signedIn := 0.0, 0.0, 0.0, 0.0
	for _, o := range d.Load.Operations {
		if !o.Route.Public {
			signedIn += o.Calls
		}
		if o.Kind == design.QueryKind {
			if o.Aggregate != "" || o.Route.Public { // inboxes tell their owner, who is told nothing sealed
				opened += o.Calls * o.ItemsRead
			}
			continue
		}
		for _, f := range o.Body {
			if f.Personal {
				sealing += o.Calls
				break
			}
		}
		if o.ItemsRead == 0 { // creates what is then read
			hosts += o.Calls * d.Design.Aggregate(o.Aggregate).ReadDays / (Hours / 24)
		}
	}
	n := int(math.Max(1, hosts))
	skew := latency.ZipfExponent(n, capacity.HotShare, hotRequests)
	misses := processes * latency.TTLMisses(opened/seconds/processes, n, skew, rememberSeconds) * seconds
	perSession := math.Min(math.Max(1, capacity.CallsPerSession), processes*math.Ceil(math.Max(1, capacity.SessionSeconds)/rememberSeconds))
	share := 0.0
	if d.Load.Requests > 0 {
		share = signedIn / d.Load.Requests
	}
	return vault{
		aliases: d.Load.Connections * share * perSession,
		keys:    misses + sealing,
		added:   d.Load.Users * newUsers,
		formula: fmt.Sprintf("%.0f texts opened of %d persons, kept %d s in each of %.1f processes", opened, n, rememberSeconds, processes),
	}
}

func (t *traffics) personKeys(d Demand) {
	use := vaultUse(d)
	t.read(use.aliases, personItemBytes, "strong", "the caller's alias, once in a session and process")
	t.read(use.keys, personItemBytes, "strong", "persons' keys: "+use.formula)
	t.write(2*use.added, personItemBytes, "true", "alias and key of each new person, a twelfth of the users a month")
	t.keptBytes = 2 * personItemBytes * d.Load.Users
}

// Unwrapping is how many requests a month are made to a key because it wraps
// persons' keys: none to any other, nor to a replica of it, which waits in its Region
// for the day when this one is lost.
func Unwrapping(r *assembly.Resource, d Demand) float64 {
	if r.DataClass() != personKeys || r.Type == "AWS::KMS::ReplicaKey" {
		return 0
	}
	use := vaultUse(d)
	return use.keys + use.added
}

// wrapping prices the requests to the key that wraps persons' keys.
func wrapping(r *assembly.Resource, d Demand) []Usage {
	requests := Unwrapping(r, d)
	if requests == 0 {
		return nil
	}
	return []Usage{{
		Part: Security, Service: "kms", Inputs: price.Inputs{"keys": n(0), "requests": n(requests)},
		Formula: "unwrapping persons' keys: " + vaultUse(d).formula,
	}}
}
