package workload

import (
	"fmt"
	"slices"

	"fulcrum/constructs/bus"
	"fulcrum/constructs/forward"
	"fulcrum/constructs/schemas"
	"fulcrum/design"
)

// buses holds how each option of bus is defined.
var buses = map[string]func(*workload){
	"single":        (*workload).singleBus,
	"per-subdomain": (*workload).subdomainBuses,
}

// defineBus defines the buses, the contracts of their events and the way from the
// store to them.
func (w *workload) defineBus() { buses[w.Blueprint["bus"]](w) }

// singleBus defines the option single.
func (w *workload) singleBus() {
	w.bus = w.newBus("Bus", bus.Props{
		Key:         w.key(design.Events),
		Description: "Domain events of " + w.Design.System,
	})
	w.newOutbox("Outbox", w.bus, nil)
	schemas.New(w.stack, "Schemas", schemas.Props{
		Description: "Domain events of " + w.Design.System,
		Events:      w.contracts(w.Design.Process),
	})
}

// subdomainBuses defines the option per-subdomain: each subdomain that raises or
// handles events has a bus with a key, an archive and dead letters of its own, and
// its events come onto it straight from the store. The design's gate has counted that
// they are no more than the stream of the store serves.
func (w *workload) subdomainBuses() {
	w.subdomains = map[string]*bus.Bus{}
	for _, s := range w.Design.Subdomains {
		steps := w.Design.RaisedIn(s)
		if len(steps) == 0 && !slices.ContainsFunc(w.Design.Consumers, func(c design.Consumer) bool { return slices.Contains(s.Services, c.Name) }) {
			continue
		}
		b := w.newBus("Bus-"+s.Name, bus.Props{
			Key:         encryptions[w.Blueprint["encryption"]](w, design.Events+"-"+s.Name).For(design.Events),
			Description: fmt.Sprintf("Domain events of the %s subdomain %s of %s, and what it listens to", s.Kind, s.Name, w.Design.System),
			Subdomain:   s.Name,
		})
		w.subdomains[s.Name] = b
		if w.bus == nil || s.Kind == "core" {
			w.bus = b
		}
		if len(steps) == 0 {
			continue
		}
		contracts := w.contracts(steps)
		var events []string
		for _, c := range contracts {
			events = append(events, c.Type)
		}
		w.newOutbox("Outbox-"+s.Name, b, events)
		schemas.New(w.stack, "Schemas-"+s.Name, schemas.Props{
			Description: "Domain events of the subdomain " + s.Name + " of " + w.Design.System,
			Events:      contracts,
		})
	}
}

// subscribe returns the bus on which a service finds the events: the one bus, or
// that of the service's subdomain, to which the others will send them. A service
// of no subdomain listens on the core's.
func (w *workload) subscribe(service string, events []string) *bus.Bus {
	to, ok := w.subdomains[w.Design.Subdomain(service).Name]
	if !ok {
		to = w.bus
	}
	w.heard[to] = append(w.heard[to], events...)
	return to
}

// defineForwards defines one rule from each subdomain's bus to each other that
// listens to its events, so that every event reaches a bus once, however many
// listen there.
func (w *workload) defineForwards() {
	for _, to := range w.Design.Subdomains {
		receiver := w.subdomains[to.Name]
		if receiver == nil {
			continue
		}
		var own []string
		for _, c := range w.contracts(w.Design.RaisedIn(to)) {
			own = append(own, c.Type)
		}
		accepted := w.sources(own)
		if receiver == w.bus {
			accepted = append(accepted, w.published...)
		}
		for _, from := range w.Design.Subdomains {
			if from.Name == to.Name || w.subdomains[from.Name] == nil {
				continue
			}
			var events []string
			for _, c := range w.contracts(w.Design.RaisedIn(from)) {
				if slices.Contains(w.heard[receiver], c.Type) {
					events = append(events, c.Type)
				}
			}
			if len(events) == 0 {
				continue
			}
			sources := w.sources(events)
			accepted = append(accepted, sources...)
			forward.New(w.stack, "Forward-"+from.Name+"-"+to.Name, forward.Props{
				From: w.subdomains[from.Name], To: receiver, Sources: sources, Events: events,
				Alarms: w.alarms, Sandbox: w.Settings.Sandbox,
			})
		}
		if len(accepted) > 0 {
			receiver.AcceptOnly(accepted)
		}
		w.output("BusName-"+to.Name, "Event bus of the subdomain "+to.Name, *receiver.Events.EventBusName())
	}
}
