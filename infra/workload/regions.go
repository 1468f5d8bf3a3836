package workload

import (
	"strings"

	"fulcrum/constructs/certificate"
	"fulcrum/constructs/failover"
	"fulcrum/constructs/httpapi"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/keystore"
	"fulcrum/constructs/lookup"
	"fulcrum/constructs/table"
	"fulcrum/constructs/userpool"
	"fulcrum/design"
	"fulcrum/design/catalogue"
)

// A system in two Regions is the same workload twice. The tables are defined in the
// main stack, with copies under keys of the second Region, which therefore come
// first, in a stack of their own. The user pool is the home Region's: the second one
// takes its tokens, whose keys it fetches from there and keeps for an hour. When the
// home Region is lost nobody signs in or renews a token; who is signed in goes on
// until the token ends, if the door has the keys.

// copied reports whether the tables have copies in the second Region.
func (w *workload) copied() bool {
	return strings.HasPrefix(w.Blueprint["consistency"], "global-")
}

// storeClass is the data class of the table of the aggregates.
func (w *workload) storeClass() string { return w.Design.Aggregates[0].DataClass }

// replicas returns the copies of a table that keeps a data class.
func (w *workload) replicas(class string) []table.Replica {
	if !w.copied() {
		return nil
	}
	r := table.Replica{Region: w.Place.Secondary}
	if w.has(catalogue.SecondaryKeys) {
		r.KeyARN = w.secondaryKeys().Get(keyOutput(class))
	}
	return []table.Replica{r}
}

// secondaryKeys returns what the stack of the second Region's keys tells, looking it
// up on first use.
func (w *workload) secondaryKeys() *lookup.Outputs {
	if w.othersKeys == nil {
		outputs := []string{keyOutput(w.storeClass()), keyOutput(design.ReadModels)}
		if w.has(catalogue.Keys) {
			outputs = append(outputs, keyOutput(keystore.DataClass))
		}
		w.othersKeys = w.from(catalogue.SecondaryKeys, "SecondaryKeys", outputs...)
	}
	return w.othersKeys
}

// defineSecondaryKeys defines the keys of the tables' copies.
func (w *workload) defineSecondaryKeys() {
	for _, class := range []string{w.storeClass(), design.ReadModels} {
		w.output(keyOutput(class), "Key of the copies that keep "+class, *w.key(class).KMS.KeyArn())
	}
	if w.has(catalogue.Keys) {
		w.defineReplicaKey()
	}
}

// keyOutput returns the output that has the key of a data class: "ReadModelsKeyArn".
func keyOutput(class string) string {
	return strings.TrimPrefix(catalogue.StackName("", class), "-") + "KeyArn"
}

// Outputs of the main stack that the second Region's reads.
const (
	outputTable      = "TableName"
	outputReadModels = "ReadModelsTableName"
	outputStoreKey   = "StoreKeyArn"
	outputIssuer     = "TokenIssuer"
	outputClient     = "WebClientId"
	outputMachine    = "MachineClientId"
	outputSignIn     = "SignInAddress"
	indexByGuest     = "by-guest"
)

// outputsForSecondary tells the second Region what it cannot know.
func (w *workload) outputsForSecondary() {
	if w.Part != catalogue.Main || !w.has(catalogue.Secondary) {
		return
	}
	w.output(outputReadModels, "Table of the read models", *w.readModels.Dynamo.TableName())
	if key := w.key(w.storeClass()); key.Own() {
		w.output(outputStoreKey, "Key of the table of the aggregates", *key.KMS.KeyArn())
	}
	w.output(outputIssuer, "Who issues tokens", w.users.Issuer())
	clients := w.users.ClientIDs()
	w.output(outputClient, "Client whose tokens are taken", clients[0])
	if len(clients) > 1 {
		w.output(outputMachine, "Client of programs whose tokens are taken", clients[1])
	}
}

// main returns what the main stack tells the second Region, looking it up on first
// use.
func (w *workload) main() *lookup.Outputs {
	if w.home == nil {
		outputs := []string{outputTable, outputReadModels, outputIssuer, outputClient, outputSignIn}
		if w.Settings.Sandbox {
			outputs = append(outputs, outputMachine)
		}
		if w.has(catalogue.SecondaryKeys) {
			outputs = append(outputs, outputStoreKey)
		}
		w.home = w.from(catalogue.Main, "Main", outputs...)
	}
	return w.home
}

// existingStore takes the copies of the tables for this Region's own.
func (w *workload) existingStore() {
	w.store = table.Existing(w.stack, "Store", table.ExistingProps{
		Name:      w.main().Get(outputTable),
		StreamARN: lookup.Stream(w.stack, "StoreStream", lookup.StreamProps{Lookup: w.lookups(), Table: w.main().Get(outputTable)}),
		Key:       w.copiesKey(w.storeClass()),
		Indexes:   []string{indexByGuest},
	})
	w.readModels = table.Existing(w.stack, "ReadModels", table.ExistingProps{
		Name: w.main().Get(outputReadModels),
		Key:  w.copiesKey(design.ReadModels),
	})
}

// copiesKey returns the key of this Region's copy of a table.
func (w *workload) copiesKey(class string) *keys.Key {
	if !w.has(catalogue.SecondaryKeys) {
		return w.key(class)
	}
	return keys.Existing(w.stack, "CopyKey-"+class, w.secondaryKeys().Get(keyOutput(class)), class)
}

// existingUsers takes the home Region's user pool.
func (w *workload) existingUsers() {
	clients := []string{w.main().Get(outputClient)}
	if w.Settings.Sandbox {
		clients = append(clients, w.main().Get(outputMachine))
	}
	w.users = userpool.Existing(w.main().Get(outputIssuer), w.main().Get(outputSignIn), clients)
}

// homeStore returns the home Region's copy of the table, which commands write where
// both Regions answer; ok is false where they write this Region's own.
func (w *workload) homeStore() (store *table.Table, ok bool) {
	if w.Part != catalogue.Secondary || w.Blueprint["availability"] != "active-active" {
		return nil, false
	}
	if w.homeTable == nil {
		key := keys.AWSOwned(w.storeClass())
		if w.has(catalogue.SecondaryKeys) {
			key = keys.Existing(w.stack, "HomeKey", w.main().Get(outputStoreKey), w.storeClass())
		}
		w.homeTable = table.Existing(w.stack, "HomeStore", table.ExistingProps{
			Name: w.main().Get(outputTable), Region: w.Place.Home, Key: key, Indexes: []string{indexByGuest},
		})
	}
	return w.homeTable, true
}

// routings says when clients are sent to each part.
var routings = map[string]map[catalogue.Part]failover.Routing{
	"active-passive": {catalogue.Main: failover.Primary, catalogue.Secondary: failover.Secondary},
	"active-active":  {catalogue.Main: failover.Latency, catalogue.Secondary: failover.Latency},
}

// shares says which part of the requests each part serves.
var shares = map[string]map[catalogue.Part]float64{
	"active-passive": {catalogue.Main: 1, catalogue.Secondary: 0},
	"active-active":  {catalogue.Main: 0.5, catalogue.Secondary: 0.5},
}

// Share returns which part of the requests a part of a blueprint's stack serves, and
// whether another Region serves the rest.
func Share(b catalogue.Blueprint, part catalogue.Part) (share float64, split bool) {
	share, split = shares[b["availability"]][part]
	return share, split
}

// nameOfItsOwn gives an HTTP API the name that leads to both Regions.
func (w *workload) nameOfItsOwn(p *httpapi.Props) {
	if routings[w.Blueprint["availability"]] == nil || w.Settings.HostedZone == "" {
		return
	}
	p.Domain = w.Settings.Domain
	p.Certificate = certificate.New(w.stack, "Certificate", certificate.Props{Domain: w.Settings.Domain, HostedZoneID: w.Settings.HostedZone}).ACM
}

// defineFailover defines the health check of this Region's door and, if there is a
// domain, the record that leads to it.
func (w *workload) defineFailover(api *httpapi.API) {
	routing, ok := routings[w.Blueprint["availability"]][w.Part]
	if !ok {
		return
	}
	p := failover.Props{
		Host: hostOf(api.Endpoint()), Path: healthPath, Region: w.Place.Of(w.Part), Routing: routing,
	}
	if api.Name != nil {
		p.Domain, p.HostedZoneID = w.Settings.Domain, w.Settings.HostedZone
		p.Target, p.TargetZoneID = *api.Name.RegionalDomainName(), *api.Name.RegionalHostedZoneId()
	}
	failover.New(w.stack, "Failover", p)
}
