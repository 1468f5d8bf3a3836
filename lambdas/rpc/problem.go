package rpc

import (
	"encoding/json"
	"errors"
	"net/http"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"

	"fulcrum/lambdas/refusal"
)

// domain is what reasons in google.rpc.ErrorInfo belong to.
const domain = "dinner"

// codes are the statuses of gRPC for problems that HTTP's status does not tell
// apart.
var codes = map[refusal.Code]connect.Code{
	refusal.DinnerFull:      connect.CodeResourceExhausted,
	refusal.AlreadyReserved: connect.CodeAlreadyExists,
}

// statuses are those for all other problems, by HTTP's.
//
// https://google.aip.dev/193
var statuses = map[int]connect.Code{
	http.StatusBadRequest:            connect.CodeInvalidArgument,
	http.StatusUnauthorized:          connect.CodeUnauthenticated,
	http.StatusForbidden:             connect.CodePermissionDenied,
	http.StatusNotFound:              connect.CodeNotFound,
	http.StatusConflict:              connect.CodeFailedPrecondition,
	http.StatusPreconditionFailed:    connect.CodeAborted,
	http.StatusRequestEntityTooLarge: connect.CodeResourceExhausted,
	http.StatusUnprocessableEntity:   connect.CodeInvalidArgument,
	http.StatusServiceUnavailable:    connect.CodeUnavailable,
}

// problem returns the error of gRPC for a problem document.
func (a *answer) problem() error {
	var p struct {
		Code   refusal.Code    `json:"code"`
		Detail string          `json:"detail"`
		Errors []refusal.Field `json:"errors"`
	}
	if err := json.Unmarshal(a.body.Bytes(), &p); err != nil {
		return connect.NewError(connect.CodeInternal, errors.New("something went wrong here"))
	}
	code, known := codes[p.Code]
	if !known {
		code, known = statuses[a.status]
	}
	if !known {
		code = connect.CodeInternal
	}
	e := connect.NewError(code, errors.New(p.Detail))
	attach(e, &errdetails.ErrorInfo{Reason: string(p.Code), Domain: domain})
	if len(p.Errors) > 0 {
		bad := &errdetails.BadRequest{}
		for _, f := range p.Errors {
			bad.FieldViolations = append(bad.FieldViolations, &errdetails.BadRequest_FieldViolation{Field: f.Name, Description: f.Problem})
		}
		attach(e, bad)
	}
	for _, name := range []string{"Retry-After", "X-Request-Id"} {
		if value := a.header.Get(name); value != "" {
			e.Meta().Set(name, value)
		}
	}
	return e
}

// attach adds a detail; one that cannot be marshalled would be a fault of the
// library, and the error says enough without.
func attach(e *connect.Error, detail proto.Message) {
	if d, err := connect.NewErrorDetail(detail); err == nil {
		e.AddDetail(d)
	}
}
