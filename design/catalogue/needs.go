package catalogue

import "slices"

// Need is a capability that a design cannot do without.
type Need struct {
	// ID names it in design.yaml under needs.
	ID string
	// Meaning says what is needed, after "the design needs".
	Meaning string
}

// Needs are the capabilities a design can ask for.
var Needs = []Need{
	{"websocket", "connections over which the server sends at any time"},
	{"grpc", "remote procedure calls over HTTP/2 from end to end"},
	{"sticky-sessions", "every call of one client to reach the same server"},
	{"timeout-over-30s", "answers that take longer than 30 seconds to begin"},
	{"payload-over-10mb", "requests or responses of more than 10 MB"},
	{"streaming", "responses that are sent on while they are produced"},
	{"per-client-throttling", "a rate limit and a quota for each client"},
	{"request-validation", "requests refused at the door when they break the model's schemas"},
	{"waf", "a web application firewall before the service"},
	{"ip-allow-list", "only listed addresses to be let in"},
	{"strong-reads", "queries of an aggregate to show every write that was answered before them"},
	{"erasure-everywhere", "a forgotten person to be forgotten in archives and backups within the month that the law gives"},
	{"mtls", "clients that prove who they are with a certificate"},
	{"static-content", "files served to browsers beside the service"},
}

// NeedIDs returns the ids of the needs, in the order of the table.
func NeedIDs() []string {
	var ids []string
	for _, n := range Needs {
		ids = append(ids, n.ID)
	}
	return ids
}

// FindNeed returns the need with an id.
func FindNeed(id string) (Need, bool) {
	i := slices.IndexFunc(Needs, func(n Need) bool { return n.ID == id })
	if i < 0 {
		return Need{}, false
	}
	return Needs[i], true
}
