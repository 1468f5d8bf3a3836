package rpc_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"fulcrum/lambdas/boot"
	"fulcrum/lambdas/contract/issuer"
	"fulcrum/lambdas/rpc"
	"fulcrum/lambdas/rpc/dinnerv1"
	"fulcrum/lambdas/server"
)

// client is gRPC's own client, connected to a server over HTTP/2 and TLS.
type client struct {
	*grpc.ClientConn
	issuer *issuer.Issuer
}

// dial runs h as the program server does and connects to it.
func dial(t *testing.T, h http.Handler) *grpc.ClientConn {
	t.Helper()
	config, err := server.SelfSigned(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, tls.NewListener(l, config), h) }()
	conn, err := grpc.NewClient(l.Addr().String(), grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{
		InsecureSkipVerify: true, MinVersion: tls.VersionTLS13, //nolint:gosec // as a load balancer does
	})))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	return conn
}

// service runs the whole service over a store in memory.
func service(t *testing.T) client {
	t.Helper()
	i, err := issuer.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(i.Close)
	for name, value := range map[string]string{
		"STORE_TABLE": "", "TOKEN_ISSUER": i.URL, "TOKEN_CLIENTS": issuer.Client, "LOG_LEVEL": "error",
	} {
		t.Setenv(name, value)
	}
	h, _, err := boot.Server(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return client{dial(t, rpc.New(h)), i}
}

// as returns the context of a call by a person, and of the same call whenever key is
// the same.
func (c client) as(t *testing.T, person, scope, key string) context.Context {
	t.Helper()
	token, err := c.issuer.Token(person, scope, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+token, "idempotency-key", key)
}

func (c client) call(ctx context.Context, name string, q, a proto.Message) error {
	return c.Invoke(ctx, "/"+rpc.Service+"/"+name, q, a)
}

// must fails the test unless the call succeeds.
func (c client) must(t *testing.T, ctx context.Context, name string, q, a proto.Message) { //nolint:revive // t goes first in tests
	t.Helper()
	if err := c.call(ctx, name, q, a); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func party(seats, minimum int32) *dinnerv1.CreateDinnerRequest {
	at := time.Now().Add(48 * time.Hour).Truncate(time.Second)
	return &dinnerv1.CreateDinnerRequest{
		Title: "Soup", Place: "Kitchen", HostName: "Anna", Seats: seats, Minimum: minimum,
		StartsAt: timestamppb.New(at), ConfirmBy: timestamppb.New(at.Add(-24 * time.Hour)),
	}
}

// TestStory tells the system's story by every procedure.
func TestStory(t *testing.T) {
	c := service(t)
	host := func(key string) context.Context { return c.as(t, "anna", "dinner/host", key) }
	guest := func(person, key string) context.Context { return c.as(t, person, "dinner/guest", key) }

	var opened, again dinnerv1.CreateDinnerResponse
	plan := party(2, 0) // no minimum, which proto3 does not send
	c.must(t, host("one"), "CreateDinner", plan, &opened)
	c.must(t, host("one"), "CreateDinner", plan, &again)
	if opened.DinnerId == "" || again.DinnerId != opened.DinnerId {
		t.Fatalf("opened %q, and again %q", opened.DinnerId, again.DinnerId)
	}
	var seat, other dinnerv1.ReserveSeatResponse
	c.must(t, guest("bob", "a"), "ReserveSeat", &dinnerv1.ReserveSeatRequest{DinnerId: opened.DinnerId, GuestName: "Bob"}, &seat)
	c.must(t, guest("cid", "b"), "ReserveSeat", &dinnerv1.ReserveSeatRequest{DinnerId: opened.DinnerId, GuestName: "Cid"}, &other)
	if seat.SeatsLeft != 1 || other.SeatsLeft != 0 || seat.DinnerId != opened.DinnerId {
		t.Errorf("seats: %v, %v", &seat, &other)
	}
	c.must(t, guest("cid", "c"), "CancelReservation", &dinnerv1.CancelReservationRequest{DinnerId: opened.DinnerId, ReservationId: other.ReservationId}, &dinnerv1.CancelReservationResponse{})
	var seen dinnerv1.SeeDinnerResponse
	c.must(t, t.Context(), "SeeDinner", &dinnerv1.SeeDinnerRequest{DinnerId: opened.DinnerId}, &seen)
	if seen.Title != "Soup" || seen.SeatsLeft != 1 || seen.Status != "open" || seen.Version == 0 || !seen.StartsAt.AsTime().Equal(plan.StartsAt.AsTime()) {
		t.Errorf("saw %v", &seen)
	}
	var mine dinnerv1.MyReservationsResponse
	c.must(t, guest("bob", ""), "MyReservations", &dinnerv1.MyReservationsRequest{Limit: 5}, &mine)
	if len(mine.Reservations) != 1 || mine.Reservations[0].ReservationId != seat.ReservationId || mine.Next != "" {
		t.Errorf("reservations %v", &mine)
	}
	var confirmed dinnerv1.ConfirmNumberResponse
	c.must(t, host("two"), "ConfirmNumber", &dinnerv1.ConfirmNumberRequest{DinnerId: opened.DinnerId}, &confirmed)
	if confirmed.Status != "confirmed" || confirmed.Number != 1 {
		t.Errorf("confirmed %v", &confirmed)
	}
	c.eventually(t, "bob's notices", func() bool {
		var notices dinnerv1.MyNoticesResponse
		c.must(t, guest("bob", ""), "MyNotices", &dinnerv1.MyNoticesRequest{}, &notices)
		return len(notices.Notices) > 0 && notices.Notices[0].DinnerId == opened.DinnerId && notices.Notices[0].OccurredAt.IsValid()
	})
	c.must(t, guest("bob", ""), "ForgetMe", &dinnerv1.ForgetMeRequest{}, &dinnerv1.ForgetMeResponse{})
	c.must(t, host("three"), "CreateDinner", party(2, 0), &opened)
	if err := c.call(guest("bob", "d"), "ReserveSeat", &dinnerv1.ReserveSeatRequest{DinnerId: opened.DinnerId, GuestName: "Bob"}, &seat); status.Code(err) != codes.PermissionDenied {
		t.Errorf("a forgotten guest: %v", err)
	}
}

// eventually waits for what the consumers of events do.
func (c client) eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("still no %s", what)
		}
	}
}

// TestPages goes through what can be found one by one.
func TestPages(t *testing.T) {
	c := service(t)
	want := map[string]bool{}
	for i := range 3 {
		var opened dinnerv1.CreateDinnerResponse
		c.must(t, c.as(t, "anna", "dinner/host", fmt.Sprint("k", i)), "CreateDinner", party(4, 1), &opened)
		want[opened.DinnerId] = true
	}
	c.eventually(t, "three dinners", func() bool {
		found := map[string]bool{}
		for cursor, pages := "", 0; pages < 5; pages++ {
			var page dinnerv1.FindDinnersResponse
			c.must(t, t.Context(), "FindDinners", &dinnerv1.FindDinnersRequest{Limit: 1, Cursor: cursor}, &page)
			for _, d := range page.Dinners {
				found[d.DinnerId] = want[d.DinnerId]
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		return len(found) == len(want)
	})
}

// TestRefusals wants the status, the reason and the bad values of each.
func TestRefusals(t *testing.T) {
	c := service(t)
	var opened dinnerv1.CreateDinnerResponse
	c.must(t, c.as(t, "anna", "dinner/host", "one"), "CreateDinner", party(1, 0), &opened)
	reserve := &dinnerv1.ReserveSeatRequest{DinnerId: opened.DinnerId, GuestName: "Bob"}
	c.must(t, c.as(t, "bob", "dinner/guest", "a"), "ReserveSeat", reserve, &dinnerv1.ReserveSeatResponse{})
	const nobody = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
	for _, x := range []struct {
		name   string
		ctx    context.Context
		q      proto.Message
		code   codes.Code
		reason string
		fields string
	}{
		{"ReserveSeat", t.Context(), reserve, codes.Unauthenticated, "unauthorized", ""},
		{"ReserveSeat", c.as(t, "cid", "dinner/host", "b"), reserve, codes.PermissionDenied, "insufficient-scope", ""},
		{"ReserveSeat", c.as(t, "bob", "dinner/guest", "c"), reserve, codes.AlreadyExists, "already-reserved", ""},
		{"ReserveSeat", c.as(t, "cid", "dinner/guest", "d"), reserve, codes.ResourceExhausted, "dinner-full", ""},
		{"SeeDinner", t.Context(), &dinnerv1.SeeDinnerRequest{DinnerId: nobody}, codes.NotFound, "not-found", ""},
		{"SeeDinner", t.Context(), &dinnerv1.SeeDinnerRequest{DinnerId: "../health"}, codes.NotFound, "not-found", ""},
		{"SeeDinner", t.Context(), &dinnerv1.SeeDinnerRequest{}, codes.NotFound, "not-found", ""},
		{"CreateDinner", c.as(t, "anna", "dinner/host", "e"), &dinnerv1.CreateDinnerRequest{Title: "x"}, codes.InvalidArgument, "invalid", "startsAt"},
		{"CreateDinner", c.as(t, "anna", "dinner/host", "g"), &dinnerv1.CreateDinnerRequest{Title: "x", StartsAt: &timestamppb.Timestamp{Seconds: 1 << 60}}, codes.InvalidArgument, "invalid", "startsAt"},
		{"CreateDinner", c.as(t, "anna", "dinner/host", "h"), &dinnerv1.CreateDinnerRequest{Title: "x", ConfirmBy: &timestamppb.Timestamp{Nanos: -1}}, codes.InvalidArgument, "invalid", "confirmBy"},
		{"CreateDinner", t.Context(), &dinnerv1.CreateDinnerRequest{StartsAt: &timestamppb.Timestamp{Seconds: 1 << 60}}, codes.Unauthenticated, "unauthorized", ""},
		{"FindDinners", t.Context(), &dinnerv1.FindDinnersRequest{Limit: -1}, codes.InvalidArgument, "invalid", "limit"},
		{"CreateDinner", c.as(t, "anna", "dinner/host", "one"), party(2, 0), codes.InvalidArgument, "idempotency-key-reuse", ""},
		{"CreateDinner", c.as(t, "anna", "dinner/host", "f"), &dinnerv1.CreateDinnerRequest{Title: strings.Repeat("x", 20<<10)}, codes.ResourceExhausted, "", ""},
		{"Nothing", t.Context(), &dinnerv1.SeeDinnerRequest{}, codes.Unimplemented, "", ""},
	} {
		err := c.call(x.ctx, x.name, x.q, &dinnerv1.SeeDinnerResponse{})
		s, _ := status.FromError(err)
		reason, fields := "", ""
		for _, d := range s.Details() {
			switch d := d.(type) {
			case *errdetails.ErrorInfo:
				reason = d.Reason
			case *errdetails.BadRequest:
				for _, v := range d.FieldViolations {
					fields += v.Field + " "
				}
			}
		}
		if s.Code() != x.code || reason != x.reason || !strings.Contains(fields, x.fields) {
			t.Errorf("%s %v: %v %q %q, want %v %q", x.name, x.q, err, reason, fields, x.code, x.reason)
		}
	}
}

// TestVersions wants a command to change a dinner only if it still is as its sender saw
// it.
func TestVersions(t *testing.T) {
	c := service(t)
	var opened dinnerv1.CreateDinnerResponse
	c.must(t, c.as(t, "anna", "dinner/host", "one"), "CreateDinner", party(3, 0), &opened)
	var seen dinnerv1.SeeDinnerResponse
	c.must(t, t.Context(), "SeeDinner", &dinnerv1.SeeDinnerRequest{DinnerId: opened.DinnerId}, &seen)
	reserve := &dinnerv1.ReserveSeatRequest{DinnerId: opened.DinnerId, GuestName: "Bob"}
	at := func(key string, version int64) context.Context {
		return metadata.AppendToOutgoingContext(c.as(t, "bob", "dinner/guest", key), "if-match", fmt.Sprintf("%q", fmt.Sprint(version)))
	}
	if err := c.call(at("a", seen.Version+1), "ReserveSeat", reserve, &dinnerv1.ReserveSeatResponse{}); status.Code(err) != codes.Aborted {
		t.Errorf("at another version: %v", err)
	}
	c.must(t, at("b", seen.Version), "ReserveSeat", reserve, &dinnerv1.ReserveSeatResponse{})
}

// TestHealth wants the status of the call to tell, which is all that a load balancer
// looks at, and the check by HTTP to stay.
func TestHealth(t *testing.T) {
	up := http.StatusOK
	next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/health" {
			up = http.StatusTeapot
		}
		w.WriteHeader(up)
		_, _ = w.Write([]byte(`{"code":"store-unavailable","detail":"the store does not answer"}`))
	})
	health := grpc_health_v1.NewHealthClient(dial(t, rpc.New(next)))
	for _, x := range []struct {
		http    int
		service string
		want    codes.Code
	}{
		{http.StatusOK, "", codes.OK},
		{http.StatusOK, rpc.Service, codes.OK},
		{http.StatusOK, "other.v1.Other", codes.NotFound},
		{http.StatusServiceUnavailable, "", codes.Unavailable},
	} {
		up = x.http
		_, err := health.Check(t.Context(), &grpc_health_v1.HealthCheckRequest{Service: x.service})
		if status.Code(err) != x.want {
			t.Errorf("store %d, service %q: %v, want %v", x.http, x.service, err, x.want)
		}
	}
}

// TestMetadata wants what the handler is told beside the message, and what it answers
// beside a problem, to pass; and a query to say numbers as people write them.
func TestMetadata(t *testing.T) {
	var seen *http.Request
	answered := http.StatusServiceUnavailable
	next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r
		w.Header().Set("Retry-After", "7")
		w.Header().Set("X-Request-Id", "id-1")
		w.WriteHeader(answered)
		_, _ = w.Write([]byte(`{"code":"some-code","detail":"some detail"}`))
	})
	c := client{ClientConn: dial(t, rpc.New(next))}
	for answer, want := range map[int]codes.Code{
		http.StatusServiceUnavailable: codes.Unavailable, http.StatusRequestEntityTooLarge: codes.ResourceExhausted, http.StatusTeapot: codes.Internal,
	} {
		answered = answer
		var head, trailer metadata.MD
		err := c.Invoke(metadata.AppendToOutgoingContext(t.Context(), "x-amzn-trace-id", "Root=1", "x-forwarded-for", "192.0.2.1", "cookie", "a=b"),
			"/"+rpc.Service+"/FindDinners", &dinnerv1.FindDinnersRequest{Limit: 1_000_000}, &dinnerv1.FindDinnersResponse{}, grpc.Header(&head), grpc.Trailer(&trailer))
		if status.Code(err) != want {
			t.Errorf("status %d: %v, want %v", answer, err, want)
		}
		all := metadata.Join(head, trailer)
		if got := fmt.Sprint(all.Get("retry-after"), all.Get("x-request-id")); got != "[7] [id-1]" {
			t.Errorf("status %d: metadata %s", answer, got)
		}
		if seen.Header.Get("X-Amzn-Trace-Id") != "Root=1" || seen.Header.Get("Cookie") != "" || seen.URL.RawQuery != "limit=1000000" {
			t.Errorf("the handler saw %v and %s", seen.Header, seen.URL)
		}
	}
}

// TestConnect calls a procedure by HTTP, as Connect's own clients do.
func TestConnect(t *testing.T) {
	h := rpc.New(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"dinners":[]}`)) }))
	for _, kind := range []string{"application/json", "application/json; charset=utf-8"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/"+rpc.Service+"/FindDinners", strings.NewReader(`{"unknown":1}`))
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusOK || strings.TrimSpace(w.Body.String()) != "{}" {
			t.Errorf("%s: %d %s", kind, w.Code, w.Body)
		}
		r.Body, w = io.NopCloser(strings.NewReader(`{"limit":"many"}`)), httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "not one of this procedure") || strings.Contains(w.Body.String(), "many") {
			t.Errorf("%s that is none: %d %s", kind, w.Code, w.Body)
		}
	}
}
