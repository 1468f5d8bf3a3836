// Package web serves the Dinner system over HTTP: one handler behind every door.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/draft"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/menu"
	"fulcrum/lambdas/notification"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/refusal"
	"fulcrum/lambdas/search"
	"fulcrum/lambdas/telemetry"
	"fulcrum/lambdas/token"
)

// Tokens verifies access tokens.
type Tokens interface {
	// Verify returns the claims of a token, token.ErrUnavailable if it cannot be
	// verified now, or why it is refused.
	Verify(ctx context.Context, raw string) (token.Claims, error)
	// Check refuses claims, verified by a door, that are not of an access token
	// for this system.
	Check(token.Claims) error
}

// Config is what the handler works with. Every field is required, except that no
// Origins means that no other origin's pages may call, and no OriginSecret that
// there is no distribution before the door.
type Config struct {
	Commands dinner.Commands
	// Menus lets hosts give menus; nil where there are none.
	Menus *menu.Menus
	// Reserve makes a reservation where Commands does not; nil where it does.
	Reserve Reserve
	// Queued takes commands in where they are applied later; nil where Commands does
	// it at once.
	Queued  *queued.Door
	Queries dinner.Queries
	Guests  guest.Commands
	Inboxes notification.Inboxes
	Index   search.Index
	// Drafts remembers what hosts have typed; nil where nothing is remembered.
	Drafts *draft.Session
	// Sticky says that clients stay with this server by a cookie, which browsers of
	// Origins must be allowed to send.
	Sticky bool
	Tokens Tokens
	// Live takes over connections of who wants to be told at once; nil where nobody
	// can.
	Live Live
	// Alias returns what the system calls the subject of a token, or a refusal with
	// code Forgotten. Default: the subject itself.
	Alias func(ctx context.Context, subject string) (string, error)
	// EdgeAge is how long caches between clients and the door may keep the answers to
	// public queries. Default: they ask each time whether an answer changed.
	EdgeAge time.Duration
	// Variant names this version where two run side by side; answers and metrics say
	// it. Empty where there is one.
	Variant string
	// Certificates refuses calls, but for public routes, of clients whose certificate
	// the door does not name. Set it only behind a door that verifies certificates:
	// others hand on what a client writes.
	Certificates bool
	// CursorKey returns the key, 32 bytes, that the positions in pages are signed
	// with: the same in every process of the system, and known to nobody else.
	CursorKey func(context.Context) ([]byte, error)
	// Ping returns an error if the store does not answer.
	Ping func(context.Context) error
	// Leaving reports whether this server will stop soon: it still serves, and its
	// health check sends whoever asks elsewhere. Default: it stays.
	Leaving func() bool
	// Origins may call from a browser, "https://dinner.example".
	Origins []string
	// OriginSecret returns what a distribution before the door sends along.
	OriginSecret func(context.Context) ([]byte, error)
	Now          func() time.Time
	// NewID names requests that come without an id.
	NewID   func() string
	Log     *slog.Logger
	Metrics telemetry.Metrics
}

// Reserve makes a reservation: the command Reserve Seat.
type Reserve func(ctx context.Context, call once.Call, dinnerID string, guest dinner.Guest) (dinner.ReserveAnswer, error)

// requestTimeout bounds the work on one request; every door waits longer.
const requestTimeout = 10 * time.Second

// route is one operation of the system.
type route struct {
	pattern, operation string
	// scope must be in the caller's token; empty for public routes.
	scope string
	serve func(http.ResponseWriter, *http.Request, caller) error
}

// forgetMe is an operation that can be repeated after it has done all it can.
const forgetMe = "Forget Me"

// caller is who sent a request; empty on public routes.
type caller struct {
	id string
	// client is the program that called, by the common name of its certificate;
	// empty where no certificates are asked for.
	client string
}

// routes returns every operation, in the order of the process model.
func (c *Config) routes() []route {
	return slices.Concat([]route{
		{"POST /dinners", queued.CreateDinner, "dinner/host", c.createDinner},
		{"POST /dinners/{dinnerId}/reservations", queued.ReserveSeat, "dinner/guest", c.reserveSeat},
		{"POST /dinners/{dinnerId}/confirmation", queued.ConfirmNumber, "dinner/host", c.confirmNumber},
		{"DELETE /dinners/{dinnerId}/reservations/{reservationId}", queued.CancelReservation, "dinner/guest", c.cancelReservation},
		{"DELETE /me", forgetMe, "dinner/guest", c.forgetMe},
		{"GET /dinners", "Find Dinners", "", c.findDinners},
		{"GET /dinners/{dinnerId}", "See Dinner", "", c.seeDinner},
		{"GET /me/reservations", "My Reservations", "dinner/guest", c.myReservations},
		{"GET /me/notices", "My Notices", "dinner/guest", c.myNotices},
		{"GET /health", "Health", "", c.health},
	}, c.drafts(), c.menus(), c.live(), c.accepted())
}

// New returns the handler.
func New(config Config) http.Handler {
	c := &config
	if c.Reserve == nil {
		c.Reserve = c.Commands.Reserve
	}
	// known has the routes, all a way out for everything else too.
	known, all := http.NewServeMux(), http.NewServeMux()
	for _, r := range c.routes() {
		serve := http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
			noteOperation(w, r.operation)
			who, err := c.authenticate(q, r.scope)
			noteClient(w, who.client)
			switch {
			case err == nil:
				err = r.serve(w, q, who)
			case r.operation == forgetMe && refusal.Is(err, refusal.Forgotten):
				w.WriteHeader(http.StatusNoContent) // done before
				return
			}
			if err != nil {
				c.problem(w, q, err)
			}
		})
		known.Handle(r.pattern, serve)
		all.Handle(r.pattern, serve)
	}
	all.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { c.problem(w, r, unrouted(known, r)) })
	return c.observe(c.headers(c.recovered(c.fronted(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Others a mux would answer itself, with a redirect or without our words.
		if p := r.URL.Path; !strings.HasPrefix(p, "/") || path.Clean(p) != p {
			c.problem(w, r, unrouted(known, r))
			return
		}
		all.ServeHTTP(w, r)
	})))))
}

// unrouted says why no operation serves a request: its path or only its method.
func unrouted(mux *http.ServeMux, r *http.Request) error {
	probe := &discard{header: http.Header{}}
	if handler, pattern := mux.Handler(r); pattern == "" {
		handler.ServeHTTP(probe, r)
	}
	if probe.status == http.StatusMethodNotAllowed {
		return &httpError{
			status: http.StatusMethodNotAllowed, code: "method-not-allowed",
			detail: "this path allows " + probe.header.Get("Allow"),
			header: map[string]string{"Allow": probe.header.Get("Allow")},
		}
	}
	return &httpError{status: http.StatusNotFound, code: "not-found", detail: "there is nothing at this path"}
}

// discard is a response that keeps only status and header.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }

func (c *Config) health(w http.ResponseWriter, r *http.Request, _ caller) error {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if c.Leaving != nil && c.Leaving() {
		return &httpError{
			status: http.StatusServiceUnavailable, code: "leaving", detail: "this server stops soon",
			header: map[string]string{"Connection": "close"},
		}
	}
	if err := c.Ping(ctx); err != nil {
		c.Log.WarnContext(r.Context(), "store does not answer", "error", err)
		return &httpError{
			status: http.StatusServiceUnavailable, code: "store-unavailable", detail: "the store does not answer",
		}
	}
	return writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}
