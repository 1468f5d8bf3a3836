package web

import (
	"errors"
	"net/http"

	"fulcrum/lambdas/realtime"
)

// Live takes over the connection of a request.
type Live interface {
	// Open makes it a WebSocket of a person's. It returns realtime.ErrNoUpgrade,
	// ErrOrigin, ErrFull or what went wrong, and nil if it has answered.
	Open(w http.ResponseWriter, r *http.Request, personID string) error
}

// live returns the route to be told at once, where there is one. To the door it is
// public: the token is a subprotocol, where a browser can put it, and not in the
// header that doors verify.
func (c *Config) live() []route {
	if c.Live == nil {
		return nil
	}
	return []route{{"GET /live", "Live", "", func(w http.ResponseWriter, r *http.Request, _ caller) error {
		if raw, _ := realtime.Token(r.Header.Get("Sec-WebSocket-Protocol")); raw != "" {
			r.Header.Set("Authorization", "Bearer "+raw)
		}
		who, err := c.authenticate(r, "dinner/guest")
		noteClient(w, who.client)
		if err != nil {
			return err
		}
		return notOpened(c.Live.Open(w, r, who.id))
	}}}
}

// notOpened puts into words for clients why a connection was not taken over.
func notOpened(err error) error {
	switch {
	case errors.Is(err, realtime.ErrNoUpgrade):
		return &httpError{
			status: http.StatusUpgradeRequired, code: "upgrade-required", detail: "connect with a WebSocket that speaks " + realtime.Protocol,
			header: map[string]string{"Upgrade": "websocket", "Connection": "Upgrade"},
		}
	case errors.Is(err, realtime.ErrOrigin):
		return &httpError{status: http.StatusForbidden, code: "origin-refused", detail: "pages of this origin may not connect"}
	case errors.Is(err, realtime.ErrFull):
		return &httpError{
			status: http.StatusServiceUnavailable, code: "too-many-connections", detail: "this server takes no more connections; try again",
		}
	}
	return err
}
