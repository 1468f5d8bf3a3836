// Package rpc lets the http.Handler of the Dinner system serve gRPC, as package door
// lets it serve the events of Lambda: each procedure is one operation of the handler,
// with the same rules, answers, limits and records. Choose JSON over HTTP for
// browsers and for whoever has only a generic client.
//
// A message becomes the path, the query and the JSON body of the operation by the
// names of its fields; a problem becomes a status of gRPC with its code as the reason
// in google.rpc.ErrorInfo.
//
// The procedures are in dinnerv1/dinner.proto.
package rpc

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"connectrpc.com/connect"
	"connectrpc.com/grpchealth"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"fulcrum/lambdas/rpc/dinnerv1"
)

// Service is the full name of the service.
const Service = "dinner.v1.Dinners"

// maxMessage is the largest request that is read, in bytes, as of a body over HTTP.
const maxMessage = 16 << 10

// New returns a handler of the service's procedures and of gRPC's health protocol,
// over next. What is no procedure goes to next as it is.
//
// The health check fails with a status while next's does: a load balancer looks at
// the status of the call and not into its answer.
func New(next http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", next)
	serve[dinnerv1.CreateDinnerRequest, dinnerv1.CreateDinnerResponse](mux, next, "CreateDinner", "POST /dinners")
	serve[dinnerv1.ReserveSeatRequest, dinnerv1.ReserveSeatResponse](mux, next, "ReserveSeat", "POST /dinners/{dinnerId}/reservations")
	serve[dinnerv1.ConfirmNumberRequest, dinnerv1.ConfirmNumberResponse](mux, next, "ConfirmNumber", "POST /dinners/{dinnerId}/confirmation")
	serve[dinnerv1.CancelReservationRequest, dinnerv1.CancelReservationResponse](mux, next, "CancelReservation", "DELETE /dinners/{dinnerId}/reservations/{reservationId}")
	serve[dinnerv1.ForgetMeRequest, dinnerv1.ForgetMeResponse](mux, next, "ForgetMe", "DELETE /me")
	serve[dinnerv1.FindDinnersRequest, dinnerv1.FindDinnersResponse](mux, next, "FindDinners", "GET /dinners")
	serve[dinnerv1.SeeDinnerRequest, dinnerv1.SeeDinnerResponse](mux, next, "SeeDinner", "GET /dinners/{dinnerId}")
	serve[dinnerv1.MyReservationsRequest, dinnerv1.MyReservationsResponse](mux, next, "MyReservations", "GET /me/reservations")
	serve[dinnerv1.MyNoticesRequest, dinnerv1.MyNoticesResponse](mux, next, "MyNotices", "GET /me/notices")
	mux.Handle(grpchealth.NewHandler(health{next}, options()...))
	return mux
}

// message is the pointer to a generated message.
type message[T any] interface {
	*T
	proto.Message
}

// serve handles a procedure by the operation of next at route, "METHOD /path/{variable}".
func serve[Q, A any, PQ message[Q], PA message[A]](mux *http.ServeMux, next http.Handler, name, route string) {
	procedure := "/" + Service + "/" + name
	method, path, _ := strings.Cut(route, " ")
	mux.Handle(procedure, connect.NewUnaryHandler(procedure, func(ctx context.Context, q *connect.Request[Q]) (*connect.Response[A], error) {
		r, err := request(ctx, method, path, PQ(q.Msg), q.Header())
		if err != nil {
			return nil, connect.NewError(connect.CodeInternal, err)
		}
		got := &answer{header: http.Header{}}
		next.ServeHTTP(got, r)
		if got.status >= http.StatusBadRequest {
			return nil, got.problem()
		}
		response := connect.NewResponse(new(A))
		response.Header().Set("X-Request-Id", got.header.Get("X-Request-Id"))
		if got.body.Len() > 0 {
			if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(got.body.Bytes(), PA(response.Msg)); err != nil {
				return nil, connect.NewError(connect.CodeInternal, fmt.Errorf("answer of %s: %w", name, err))
			}
		}
		return response, nil
	}, options()...))
}

// headers are those of an HTTP request that are metadata of a call.
var headers = []string{"Authorization", "Idempotency-Key", "If-Match", "X-Amzn-Trace-Id"}

// request returns the HTTP request that a call stands for: fields that the path
// names are in the path, the others in the query or, of a POST, in the body.
func request(ctx context.Context, method, path string, q proto.Message, metadata http.Header) (*http.Request, error) {
	wrong := timesOutOfRange(q)
	text, err := protojson.MarshalOptions{EmitUnpopulated: true}.Marshal(q)
	if err != nil {
		return nil, err
	}
	fields := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&fields); err != nil {
		return nil, err
	}
	for _, name := range wrong {
		fields[name] = "out of range" // for the operation to refuse, with whatever else is wrong
	}
	for name, value := range fields {
		if variable := "{" + name + "}"; strings.Contains(path, variable) {
			path = strings.ReplaceAll(path, variable, url.PathEscape(fmt.Sprint(value)))
			delete(fields, name)
		}
	}
	var body []byte
	query := url.Values{}
	if method == http.MethodPost {
		if body, err = json.Marshal(fields); err != nil {
			return nil, err
		}
	} else {
		for name, value := range fields {
			if text := fmt.Sprint(value); text != "" && text != "0" { // proto3's way to say nothing
				query.Set(name, text)
			}
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.URL.RawQuery = query.Encode()
	r.RequestURI = r.URL.RequestURI()
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, name := range headers {
		if values := metadata.Values(name); len(values) > 0 {
			r.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	return r, nil
}

// timesOutOfRange takes times out of a message that are none of the years 1 to 9999,
// which JSON has no form for, and returns the names of their fields.
func timesOutOfRange(q proto.Message) []string {
	var names []string
	m := q.ProtoReflect()
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if field.Message() == nil || field.IsList() || field.IsMap() {
			return true
		}
		if at, ok := value.Message().Interface().(*timestamppb.Timestamp); ok && at.CheckValid() != nil {
			names = append(names, field.JSONName())
			m.Clear(field)
		}
		return true
	})
	return names
}

// answer is a response kept in memory.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// health answers gRPC's health protocol by next's own health check.
type health struct{ next http.Handler }

// Check fails while the service cannot serve.
func (h health) Check(ctx context.Context, q *grpchealth.CheckRequest) (*grpchealth.CheckResponse, error) {
	if q.Service != "" && q.Service != Service {
		return nil, connect.NewError(connect.CodeNotFound, fmt.Errorf("there is no service %s here; there is %s", q.Service, Service))
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/health", http.NoBody)
	if err != nil {
		return nil, err
	}
	got := &answer{header: http.Header{}}
	h.next.ServeHTTP(got, r)
	if got.status != http.StatusOK {
		return nil, got.problem()
	}
	return &grpchealth.CheckResponse{Status: grpchealth.StatusServing}, nil
}
