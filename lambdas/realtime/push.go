package realtime

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"

	"fulcrum/lambdas/event"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/notification"
)

// Push is the policy that sends each notice of an event to whom it is for, wherever
// they are connected. What it cannot deliver is in the inbox all the same.
type Push struct {
	Connections Connections
	Door        Door
}

// Handle sends the notices of one event. It can be repeated: a client tells a notice
// that comes again by its id. A connection that is gone is forgotten; another
// failure is tried again with the event.
func (p Push) Handle(ctx context.Context, e event.Event) error {
	if e.Type == guest.ForgottenType {
		return p.forget(ctx, e)
	}
	notices, err := notification.Of(e)
	if err != nil {
		return err
	}
	var failures []error
	for personID, n := range notices {
		message, err := json.Marshal(struct {
			Kind   string              `json:"kind"`
			Notice notification.Notice `json:"notice"`
		}{"notice", n})
		if err != nil {
			return err
		}
		connections, err := p.Connections.Of(ctx, personID)
		if err != nil {
			return err
		}
		for _, c := range connections {
			err := p.Door.Send(ctx, c, message)
			if errors.Is(err, ErrGone) {
				slog.InfoContext(ctx, "connection forgotten", "connectionId", c.ID)
				err = p.Connections.Close(ctx, c.ID)
			}
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

// forget removes what is kept of a person's connections. They end by themselves,
// and nothing is sent over them any more.
func (p Push) forget(ctx context.Context, e event.Event) error {
	gone, err := event.DataOf[guest.Forgotten](e, 1)
	if err != nil {
		return err
	}
	connections, err := p.Connections.Of(ctx, gone.GuestID)
	if err != nil {
		return err
	}
	var failures []error
	for _, c := range connections {
		failures = append(failures, p.Connections.Close(ctx, c.ID))
	}
	return errors.Join(failures...)
}
