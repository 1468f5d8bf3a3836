package faults

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"time"
)

// Transport is what the baseline's template says of the way from the store to the
// consumers. The module's own test holds transport.json to the template.
type Transport struct {
	Pipe      PipeSettings       `json:"pipe"`
	Consumers []ConsumerSettings `json:"consumers"`
	// Subdomains is what differs with a bus for each subdomain.
	Subdomains Subdomains `json:"subdomains"`
	// Commands are the settings of the option write-heavy's queue.
	Commands CommandSettings `json:"commands"`
	// Outbox are the settings of the option global-strong's way from the store to the
	// bus.
	Outbox OutboxSettings `json:"outbox"`
}

// Subdomains are several buses: from the store a pipe to each that has events of its
// own, rules that send events on from one to another, and one that all consumers
// listen on.
type Subdomains struct {
	Pipes    []BusPipe         `json:"pipes"`
	Forwards []ForwardSettings `json:"forwards"`
	// Consumers is the bus that the consumers' rules are on.
	Consumers string `json:"consumers"`
}

// BusPipe is a pipe to one bus: the settings are as those of the one pipe, but for the
// filter.
type BusPipe struct {
	Bus    string          `json:"bus"`
	Filter json.RawMessage `json:"filter"`
}

// ForwardSettings are a rule that sends events on from one bus to another.
type ForwardSettings struct {
	From    string          `json:"from"`
	To      string          `json:"to"`
	Pattern json.RawMessage `json:"pattern"`
}

// CommandSettings are the settings of the queue of commands.
type CommandSettings struct {
	// BatchSize is how many messages the writer gets at once, Concurrency how many
	// batches are under way at once.
	BatchSize   int `json:"batchSize"`
	Concurrency int `json:"concurrency"`
	// MaxReceives is how often a message is received before the queue gives it up.
	MaxReceives              int `json:"maxReceives"`
	VisibilityTimeoutSeconds int `json:"visibilityTimeoutSeconds"`
}

// OutboxSettings are how a stream is handed to the function that hands events on.
type OutboxSettings struct {
	// Filter is the pattern that a stream record must match.
	Filter json.RawMessage `json:"filter"`
	// BatchSize is how many records the function gets at once, Retries how often a batch
	// is tried again before it is a dead letter.
	BatchSize int `json:"batchSize"`
	Retries   int `json:"retries"`
}

// eraserService is the consumer of the option crypto-shred.
const eraserService = "erasure"

// eraser returns the settings of the consumer that destroys keys: those that every
// consumer has, with a rule of its own.
func (t Transport) eraser() ConsumerSettings {
	c := t.Consumers[0]
	c.Service, c.Pattern = eraserService, json.RawMessage(`{"source":["dinner.identity"],"detail-type":["Guest Forgotten"]}`)
	return c
}

// PipeSettings are the settings of the pipe.
type PipeSettings struct {
	// Filter is the pattern that a stream record must match.
	Filter json.RawMessage `json:"filter"`
	// Template makes an event's detail from a record; Source and DetailType are
	// paths to them.
	Template   string `json:"template"`
	Source     string `json:"source"`
	DetailType string `json:"detailType"`
	BatchSize  int    `json:"batchSize"`
	// Retries is how often a record is tried again before it is a dead letter;
	// MaxAgeSeconds is how old it may be then.
	Retries       int `json:"retries"`
	MaxAgeSeconds int `json:"maxAgeSeconds"`
}

// ConsumerSettings are the settings of one consumer's rule and queue.
type ConsumerSettings struct {
	Service string          `json:"service"`
	Pattern json.RawMessage `json:"pattern"`
	// BatchSize is how many messages the function gets at once, Concurrency how
	// many batches are under way at once.
	BatchSize   int `json:"batchSize"`
	Concurrency int `json:"concurrency"`
	// MaxReceives is how often a message is received before it is a dead letter.
	MaxReceives              int `json:"maxReceives"`
	VisibilityTimeoutSeconds int `json:"visibilityTimeoutSeconds"`
}

//go:embed transport.json
var transportJSON []byte

// Baseline returns the transport of the baseline.
func Baseline() (Transport, error) {
	var t Transport
	if err := json.Unmarshal(transportJSON, &t); err != nil {
		return t, fmt.Errorf("transport.json: %w", err)
	}
	return t, nil
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
