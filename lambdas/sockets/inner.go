package sockets

import (
	"errors"
	"io"
	"log/slog"
	"net/http"

	"fulcrum/lambdas/realtime"
)

// Inner returns the handler of what is sent to this server's connections: a POST to
// /connections/ID with the message, answered with 204, or 410 if the connection is
// gone. It belongs on a port of its own that none but the senders can reach; what
// they prove is that they know the connection's name.
func (h *Hub) Inner() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /connections/{id}", func(w http.ResponseWriter, r *http.Request) {
		message, err := io.ReadAll(http.MaxBytesReader(w, r.Body, realtime.MaxMessage))
		if err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		switch err := h.Send(r.Context(), realtime.Connection{ID: r.PathValue("id")}, message); {
		case err == nil:
			w.WriteHeader(http.StatusNoContent)
		case errors.Is(err, realtime.ErrGone):
			w.WriteHeader(http.StatusGone)
		default:
			slog.WarnContext(r.Context(), "message not delivered", "error", err)
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	return mux
}
