package boot

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"time"

	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/notification"
	"fulcrum/lambdas/realtime"
	"fulcrum/lambdas/search"
	"fulcrum/lambdas/sockets"
)

// pumpEvery is how often events are carried from the store to the consumers where
// there is no stream.
const pumpEvery = 50 * time.Millisecond

// Server returns the HTTP handler of a plain server: over the tables in the
// environment, or over a store in memory if STORE_TABLE is not set, and what ends the
// WebSockets that it holds, to be called when it stops. The store in memory carries
// its events to the consumers itself, until ctx is done. From then on the health check
// fails.
func Server(ctx context.Context) (http.Handler, func(context.Context), error) {
	drafts, err := session(ctx)
	beside := stores{
		drafts: drafts, sticky: os.Getenv("SESSION") == inProcess,
		leaving: func() bool { return ctx.Err() != nil },
	}
	if os.Getenv("STORE_TABLE") != "" {
		hub, bad := held(ctx)
		if hub == nil {
			h, wrong := handler(ctx, beside)
			return h, func(context.Context) {}, errors.Join(err, bad, wrong)
		}
		beside.live = hub
		h, wrong := handler(ctx, beside)
		return h, hub.Leave, errors.Join(err, bad, wrong)
	}
	s, metrics, wrong := begin("TOKEN_ISSUER", "TOKEN_CLIENTS")
	if err := errors.Join(err, wrong); err != nil {
		return nil, nil, err
	}
	slog.Warn("STORE_TABLE is not set: everything is kept in memory and lost at the end")
	store := memory.New(time.Now, newEventID, s.callRetention)
	open := &memory.Connections{Now: time.Now}
	hub := sockets.New(sockets.Config{Connections: open, Origins: s.origins, Limit: localSockets, Ping: defaultPing, Now: time.Now, NewID: rand.Text})
	go pump(ctx, store, realtime.Push{Connections: open, Door: hub})
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	with := stores{
		dinners: store.Dinners(), read: store.Dinners(), guests: store.Guests(), inboxes: store.Inboxes(), index: store.Index(), ping: store.Ping,
		keys: http.DefaultTransport, drafts: beside.drafts, sticky: beside.sticky, leaving: beside.leaving, live: hub,
		cursorKey: func(context.Context) ([]byte, error) { return key, nil },
	}
	if s.commandQueue == inMemory {
		queue := memory.NewQueue(commandsInMemory, time.Now)
		with.queue, with.outcomes = queue, store.Outcomes()
		go s.applyAll(ctx, queue, with)
	}
	return s.handler(metrics, with), hub.Leave, nil
}

// inMemory is the COMMAND_QUEUE of a server that keeps everything in memory, and
// commandsInMemory how many commands it holds.
const (
	inMemory         = "memory"
	commandsInMemory = 1000
)

// applyAll applies what comes on a queue in memory, until ctx is done.
func (s settings) applyAll(ctx context.Context, queue *memory.Queue, with stores) {
	w := s.writer(with)
	for {
		select {
		case c := <-queue.Commands():
			if err := w.Apply(ctx, c); err != nil {
				slog.ErrorContext(ctx, "command failed", "commandId", c.ID, "error", err)
			}
		case <-ctx.Done():
			return
		}
	}
}

func pump(ctx context.Context, store *memory.Store, push realtime.Push) {
	policy := notification.Policy{Inboxes: store.Inboxes()}
	projection := search.Projection{Index: store.Index()}
	tick := time.NewTicker(pumpEvery)
	defer tick.Stop()
	for position := 0; ; {
		events, next := store.Events(position)
		for _, e := range events {
			if notification.Handles(e.Type) {
				report(ctx, e.ID, policy.Handle(ctx, e))
				report(ctx, e.ID, push.Handle(ctx, e))
			}
			if search.Handles(e.Type) {
				report(ctx, e.ID, projection.Handle(ctx, e))
			}
		}
		position = next
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func report(ctx context.Context, eventID string, err error) {
	if err != nil {
		slog.ErrorContext(ctx, "event failed", "eventId", eventID, "error", err)
	}
}
