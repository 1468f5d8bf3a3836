// Package cmd has the functions' sample events; each program is in a folder of its own.
package cmd

import "embed"

// Events has the file NAME/event.json for each function: an event as AWS sends it.
//
//go:embed */event.json
var Events embed.FS
