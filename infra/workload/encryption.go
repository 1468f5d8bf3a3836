package workload

import "fulcrum/constructs/keys"

// everyClass is what a key is called that all classes of data share.
const everyClass = "every-class"

// encryptions holds which key each option of encryption gives a class of data.
var encryptions = map[string]func(w *workload, class string) *keys.Key{
	"key-per-class": (*workload).newKey,
	"one-key":       func(w *workload, class string) *keys.Key { return w.newKey(everyClass).For(class) },
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
