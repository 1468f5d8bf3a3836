package main

import (
	"io"
	"strings"
	"text/template"
	"time"
)

// banner is what the user is told. Lines that begin with two spaces are for a shell.
type banner struct {
	URL, Issuer, Store, Log string
	// Socket is where clients are told at once; empty where they are not.
	Socket string
	// Dinner is the id of a sample dinner, Body a command Create Dinner.
	Dinner, Body string
}

var text = template.Must(template.New("banner").Parse(`
Dinner is served at {{.URL}}, store: {{.Store}}, log: {{.Log}}
Ctrl-C stops it, and what it keeps is gone. It serves what was compiled: after a
change of the code, stop it and run make local again.

Dinners that can be found:

  curl -sS {{.URL}}/dinners

A token for Anna, who is a guest, for an hour (any name gets one); a seat for her, and a
moment later the notice of it:

  ANNA=$(curl -sS '{{.Issuer}}/token?person=anna&scope=dinner/guest')
  curl -sS {{.URL}}/dinners/{{.Dinner}}/reservations -H "Authorization: Bearer $ANNA" -H 'Content-Type: application/json' -d '{"guestName":"Anna"}'
  curl -sS {{.URL}}/me/reservations -H "Authorization: Bearer $ANNA"
  curl -sS {{.URL}}/me/notices -H "Authorization: Bearer $ANNA"
{{if .Socket}}
She is told of it at once at {{.Socket}}, with the subprotocols dinner.v1 and
"bearer." + $ANNA.
{{end}}
A token for Marta, who is a host; a dinner of hers:

  MARTA=$(curl -sS '{{.Issuer}}/token?person=marta&scope=dinner/host')
  curl -sS {{.URL}}/dinners -H "Authorization: Bearer $MARTA" -H 'Content-Type: application/json' -d '{{.Body}}'

The contract of its clients, with a token for Zoe, who is both; here, in another shell:

  ZOE=$(curl -sS '{{.Issuer}}/token?person=zoe&scope=dinner/host%20dinner/guest')
  make smoke URL={{.URL}} TOKEN="$ZOE"

`))

// print tells it at the time now.
func (b banner) print(w io.Writer, now time.Time) error {
	if b.Store == "memory" {
		b.Socket = "ws" + strings.TrimPrefix(b.URL, "http") + "/live"
	}
	b.Body = sample{host: "marta", title: "Risotto", place: "Harbour 1", seats: 6, minimum: 2, inDays: 7}.body(now)
	return text.Execute(w, b)
}
