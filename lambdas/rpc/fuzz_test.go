package rpc_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"fulcrum/lambdas/boot"
	"fulcrum/lambdas/contract/issuer"
	"fulcrum/lambdas/rpc"
	"fulcrum/lambdas/rpc/dinnerv1"
)

// names are the procedures that a fuzzer chooses from.
var names = []string{
	"CreateDinner", "ReserveSeat", "ConfirmNumber", "CancelReservation", "FindDinners", "SeeDinner", "MyReservations", "MyNotices",
}

// faults are statuses that blame the service, or nobody.
var faults = map[codes.Code]bool{codes.Internal: true, codes.Unknown: true, codes.DataLoss: true, codes.Unavailable: true}

// FuzzMessage calls procedures with whatever a client may send for a message, in
// protobuf's form or in JSON, in a frame of gRPC and as it is: what it gets wrong is its own fault and said to be, in
// words without internals.
func FuzzMessage(f *testing.F) {
	i, err := issuer.Start()
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(i.Close)
	for name, value := range map[string]string{"STORE_TABLE": "", "TOKEN_ISSUER": i.URL, "TOKEN_CLIENTS": issuer.Client, "LOG_LEVEL": "error"} {
		f.Setenv(name, value)
	}
	ctx, stop := context.WithCancel(context.Background())
	f.Cleanup(stop)
	next, _, err := boot.Server(ctx)
	if err != nil {
		f.Fatal(err)
	}
	service := rpc.New(next)
	token, err := i.Token("anna", "dinner/host dinner/guest", time.Hour)
	if err != nil {
		f.Fatal(err)
	}
	for n, m := range []proto.Message{
		party(2, 0), &dinnerv1.ReserveSeatRequest{DinnerId: "01J00000000000000000000001", GuestName: "Anna"}, &dinnerv1.ConfirmNumberRequest{DinnerId: "{dinnerId}"},
		&dinnerv1.CancelReservationRequest{DinnerId: "{reservationId}", ReservationId: "../../x?y#z"}, &dinnerv1.FindDinnersRequest{Limit: -1, Cursor: "a&limit=9"},
		&dinnerv1.SeeDinnerRequest{DinnerId: "%2e%2e/\r\n"},
		&dinnerv1.CreateDinnerRequest{StartsAt: &timestamppb.Timestamp{Seconds: 1 << 62, Nanos: -5}, ConfirmBy: &timestamppb.Timestamp{Seconds: -1 << 62}, Seats: -1 << 31},
	} {
		raw, err := proto.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(byte(n%len(names)), raw, true)
		f.Add(byte(n%len(names)), raw, false)
	}
	f.Add(byte(0x80), []byte(`{"title":"Soup","startsAt":"9999-12-31T23:59:59Z","seats":2,"admin":true}`), false)
	f.Add(byte(0x80), []byte(`{"title":7}`), true)
	f.Add(byte(0), []byte("0"), true)
	f.Fuzz(func(t *testing.T, which byte, message []byte, frame bool) {
		name, kind := names[int(which&0x7f)%len(names)], "application/proto"
		if which&0x80 != 0 {
			kind = "application/json"
		}
		if frame {
			kind = strings.Replace(kind, "/", "/grpc+", 1)
			message = append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message))), message...) //nolint:gosec // a fuzzer's
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/"+rpc.Service+"/"+name, bytes.NewReader(message))
		r.ProtoMajor, r.ProtoMinor, r.Proto = 2, 0, "HTTP/2.0"
		r.Header = http.Header{"Content-Type": {kind}, "Authorization": {"Bearer " + token}, "Te": {"trailers"}}
		w := httptest.NewRecorder()
		service.ServeHTTP(w, r)
		got := w.Result()
		said := w.Body.String()
		if frame {
			status := got.Trailer.Get("Grpc-Status") + got.Header.Get("Grpc-Status")
			said = got.Trailer.Get("Grpc-Message") + got.Header.Get("Grpc-Message")
			var code codes.Code
			if err := code.UnmarshalJSON([]byte(status)); err != nil || faults[code] {
				t.Errorf("%s %x: status %q %s", name, message, status, said)
			}
		} else if got.StatusCode != http.StatusOK {
			var refused struct{ Code string }
			var code codes.Code
			if err := json.Unmarshal(w.Body.Bytes(), &refused); err != nil {
				t.Fatalf("%s %x: %s: %v", name, message, said, err)
			}
			if err := code.UnmarshalJSON([]byte(`"` + strings.ToUpper(refused.Code) + `"`)); err != nil || faults[code] {
				t.Errorf("%s %x: %s", name, message, said)
			}
		}
		for _, word := range []string{".go:", "goroutine", "dinnerv1.", "127.0.0.1"} {
			if strings.Contains(said, word) {
				t.Errorf("%s %x: the answer shows internals: %s", name, message, said)
			}
		}
	})
}
