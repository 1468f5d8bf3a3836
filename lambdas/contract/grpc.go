package contract

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"fulcrum/lambdas/rpc"
	"fulcrum/lambdas/rpc/dinnerv1"
)

// GRPC is the Client of a system that is called by procedures: a request becomes the
// message that says the same, and the answer what HTTP would have answered, so that
// one contract holds for both.
type GRPC struct{ Conn *grpc.ClientConn }

// procedure is an operation by its route over HTTP.
type procedure struct {
	method  string
	path    *regexp.Regexp // with a group for each field that the path has
	name    string
	request func() proto.Message
	answer  func() proto.Message
	success int // status of HTTP
}

// message returns a maker of messages of a type.
func message[T any, M interface {
	*T
	proto.Message
}]() func() proto.Message {
	return func() proto.Message { return M(new(T)) }
}

var procedures = []procedure{
	{"POST", regexp.MustCompile(`^/dinners$`), "CreateDinner", message[dinnerv1.CreateDinnerRequest](), message[dinnerv1.CreateDinnerResponse](), 201},
	{"POST", regexp.MustCompile(`^/dinners/(?P<dinnerId>[^/]+)/reservations$`), "ReserveSeat", message[dinnerv1.ReserveSeatRequest](), message[dinnerv1.ReserveSeatResponse](), 201},
	{"POST", regexp.MustCompile(`^/dinners/(?P<dinnerId>[^/]+)/confirmation$`), "ConfirmNumber", message[dinnerv1.ConfirmNumberRequest](), message[dinnerv1.ConfirmNumberResponse](), 200},
	{"DELETE", regexp.MustCompile(`^/dinners/(?P<dinnerId>[^/]+)/reservations/(?P<reservationId>[^/]+)$`), "CancelReservation", message[dinnerv1.CancelReservationRequest](), message[dinnerv1.CancelReservationResponse](), 204},
	{"DELETE", regexp.MustCompile(`^/me$`), "ForgetMe", message[dinnerv1.ForgetMeRequest](), message[dinnerv1.ForgetMeResponse](), 204},
	{"GET", regexp.MustCompile(`^/dinners$`), "FindDinners", message[dinnerv1.FindDinnersRequest](), message[dinnerv1.FindDinnersResponse](), 200},
	{"GET", regexp.MustCompile(`^/dinners/(?P<dinnerId>[^/]+)$`), "SeeDinner", message[dinnerv1.SeeDinnerRequest](), message[dinnerv1.SeeDinnerResponse](), 200},
	{"GET", regexp.MustCompile(`^/me/reservations$`), "MyReservations", message[dinnerv1.MyReservationsRequest](), message[dinnerv1.MyReservationsResponse](), 200},
	{"GET", regexp.MustCompile(`^/me/notices$`), "MyNotices", message[dinnerv1.MyNoticesRequest](), message[dinnerv1.MyNoticesResponse](), 200},
}

// Do calls the procedure of a request.
func (g GRPC) Do(ctx context.Context, r Request) (Response, error) {
	path, query, _ := strings.Cut(r.Target, "?")
	for _, p := range procedures {
		found := p.path.FindStringSubmatch(path)
		if p.method != r.Method || found == nil {
			continue
		}
		q, err := p.message(found, query, r.Body)
		if err != nil {
			return Response{}, err
		}
		return g.call(ctx, p, q, r.Header)
	}
	return Response{}, fmt.Errorf("%s %s is no procedure", r.Method, r.Target)
}

// message returns the message of a request with the fields of its path, its query and
// its body.
func (p procedure) message(found []string, query string, body []byte) (proto.Message, error) {
	fields := map[string]any{}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &fields); err != nil {
			return nil, err
		}
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, err
	}
	for name := range values {
		fields[name] = values.Get(name)
		if name == "limit" {
			if fields[name], err = strconv.Atoi(values.Get(name)); err != nil {
				return nil, err
			}
		}
	}
	for i, name := range p.path.SubexpNames() {
		if name == "" {
			continue
		}
		if fields[name], err = url.PathUnescape(found[i]); err != nil {
			return nil, err
		}
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	q := p.request()
	return q, protojson.Unmarshal(text, q)
}

func (g GRPC) call(ctx context.Context, p procedure, q proto.Message, header http.Header) (Response, error) {
	for name, values := range header {
		if name != "Content-Type" {
			ctx = metadata.AppendToOutgoingContext(ctx, strings.ToLower(name), strings.Join(values, ","))
		}
	}
	a, answered, last := p.answer(), metadata.MD{}, metadata.MD{}
	err := g.Conn.Invoke(ctx, "/"+rpc.Service+"/"+p.name, q, a, grpc.Header(&answered), grpc.Trailer(&last))
	response := Response{Status: p.success, Header: http.Header{"Content-Type": {"application/json"}}}
	for _, name := range []string{"X-Request-Id", "Retry-After"} {
		for _, md := range []metadata.MD{answered, last} {
			if values := md.Get(name); len(values) > 0 {
				response.Header[name] = values
			}
		}
	}
	if err != nil {
		return refused(response, err)
	}
	if p.success == http.StatusNoContent {
		return response, nil
	}
	fields := map[string]any{}
	text, err := protojson.MarshalOptions{EmitUnpopulated: true}.Marshal(a)
	if err == nil {
		err = json.Unmarshal(text, &fields)
	}
	if fields["next"] == "" { // proto3's way to say nothing
		delete(fields, "next")
	}
	if err == nil {
		response.Body, err = json.Marshal(fields)
	}
	return response, err
}

// statuses are those of HTTP by those of gRPC, and exceptions by the reason.
var (
	statuses = map[codes.Code]int{
		codes.InvalidArgument: 400, codes.Unauthenticated: 401, codes.PermissionDenied: 403, codes.NotFound: 404,
		codes.AlreadyExists: 409, codes.FailedPrecondition: 409, codes.ResourceExhausted: 409, codes.Aborted: 412, codes.Unavailable: 503,
	}
	exceptions = map[string]int{"idempotency-key-reuse": 422, "body-too-large": 413}
)

// refused returns the problem that a status of gRPC is. A status without a reason is
// none of the system's, and an error.
func refused(response Response, err error) (Response, error) {
	s, ok := status.FromError(err)
	if !ok {
		return Response{}, err
	}
	reason := ""
	var fields []map[string]string
	for _, d := range s.Details() {
		switch d := d.(type) {
		case *errdetails.ErrorInfo:
			reason = d.Reason
		case *errdetails.BadRequest:
			for _, v := range d.FieldViolations {
				fields = append(fields, map[string]string{"field": v.Field, "problem": v.Description})
			}
		}
	}
	if response.Status = exceptions[reason]; response.Status == 0 {
		response.Status = statuses[s.Code()]
	}
	if reason == "" || response.Status == 0 {
		return Response{}, err
	}
	response.Header.Set("Content-Type", "application/problem+json")
	response.Body, err = json.Marshal(map[string]any{
		"type": "urn:dinner:problem:" + reason, "title": http.StatusText(response.Status), "status": response.Status,
		"code": reason, "detail": s.Message(), "requestId": response.Header.Get("X-Request-Id"), "errors": fields,
	})
	return response, err
}
