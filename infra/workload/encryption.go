package workload

import (
	"fulcrum/constructs/keys"
	"fulcrum/constructs/keystore"
	"fulcrum/constructs/lookup"
	"fulcrum/design/catalogue"
)

// everyClass is what a key is called that all classes of data share.
const everyClass = "every-class"

// encryptions holds which key each option of encryption gives a class of data.
var encryptions = map[string]func(w *workload, class string) *keys.Key{
	"key-per-class": (*workload).newKey,
	"one-key":       func(w *workload, class string) *keys.Key { return w.newKey(everyClass).For(class) },
	"multi-region":  (*workload).newKey,
	"aws-owned":     func(_ *workload, class string) *keys.Key { return keys.AWSOwned(class) },
}

// key returns the key of a data class, defining it on first use.
func (w *workload) key(class string) *keys.Key {
	return encryptions[w.Blueprint["encryption"]](w, class)
}

// ownKey returns the key of a data class for what cannot do without one of the
// account's own.
func (w *workload) ownKey(class string) *keys.Key {
	if k := w.key(class); k.Own() {
		return k
	}
	return w.newKey(class)
}

// newKey returns the account's own key of the name, defining it on first use.
func (w *workload) newKey(name string) *keys.Key {
	if k, ok := w.keys[name]; ok {
		return k
	}
	k := keys.New(w.stack, "Key-"+name, keys.Props{DataClass: name, Sandbox: w.Settings.Sandbox})
	w.keys[name] = k
	return k
}

// The option multi-region: the key that wraps persons' keys is in two Regions. The
// primary comes first, in a stack of the home Region, then the replica, then the table
// that has a copy under it.

// definePrimaryKeys defines the primary key.
func (w *workload) definePrimaryKeys() {
	key := keys.New(w.stack, "Key-"+keystore.DataClass, keys.Props{DataClass: keystore.DataClass, MultiRegion: true, Sandbox: w.Settings.Sandbox})
	w.output(keyOutput(keystore.DataClass), "Key that wraps persons' keys, the primary", *key.KMS.KeyArn())
}

// primaryKeys looks up what the stack of the primary key tells.
func (w *workload) primaryKeys() *lookup.Outputs {
	return w.from(catalogue.Keys, "PrimaryKeys", keyOutput(keystore.DataClass))
}

// defineReplicaKey defines the replica in the second Region.
func (w *workload) defineReplicaKey() {
	key := keys.NewReplica(w.stack, "Replica-"+keystore.DataClass, keys.ReplicaProps{
		DataClass: keystore.DataClass, PrimaryARN: w.primaryKeys().Get(keyOutput(keystore.DataClass)), Sandbox: w.Settings.Sandbox,
	})
	w.output(keyOutput(keystore.DataClass), "Key that wraps persons' keys, the replica", *key.AttrArn())
}
