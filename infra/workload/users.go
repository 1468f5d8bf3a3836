package workload

import (
	"slices"
	"strings"

	"fulcrum/constructs/userpool"
	"fulcrum/design"
	"fulcrum/design/catalogue"
)

// defineUsers defines the pool that issues the tokens of the design's scopes.
func (w *workload) defineUsers() {
	if w.Part == catalogue.Secondary {
		w.existingUsers()
		return
	}
	var callbacks []string
	for _, origin := range w.origins() {
		callbacks = append(callbacks, origin+"/signed-in")
	}
	if len(callbacks) == 0 {
		callbacks = []string{"http://localhost:8080/signed-in"}
	}
	w.users = userpool.New(w.stack, "Users", userpool.Props{
		System:       strings.ToLower(w.Design.System),
		Scopes:       w.scopes(),
		Key:          w.key(design.People),
		CallbackURLs: callbacks,
		Machine:      w.Settings.Sandbox, // for tests: nobody stands behind its tokens
		SelfSignUp:   true,
		Sandbox:      w.Settings.Sandbox,
	})
}

// scopes returns the scopes that the design's operations ask for, each once, with
// the operations that it opens.
func (w *workload) scopes() []userpool.Scope {
	opens := map[string][]string{}
	var names []string
	for _, o := range w.Design.Operations() {
		if o.Route.Public {
			continue
		}
		_, name, _ := strings.Cut(o.Route.Scope, "/")
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		opens[name] = append(opens[name], o.Name)
	}
	var scopes []userpool.Scope
	for _, name := range names {
		scopes = append(scopes, userpool.Scope{Name: name, Description: strings.Join(opens[name], ", ")})
	}
	return scopes
}
