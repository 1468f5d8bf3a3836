// Package door lets one http.Handler serve the Lambda events of every front door:
// API Gateway's REST API (payload 1.0) and HTTP API (payload 2.0), Application Load
// Balancer with single and multi-value headers, and Function URL. Which one sent
// an event is told by its shape.
//
// Choose a plain http.Server instead where the program runs in a container or on
// an instance.
package door

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

// MaxAnswer and MaxALBAnswer are the largest answers in bytes, with the JSON around
// the body, that Lambda and a load balancer carry.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
const (
	MaxAnswer    = 6 << 20
	MaxALBAnswer = 1 << 20
)

// answerTime is kept of an invocation's time to answer in, so that a handler that
// is too late can still say so.
const answerTime = 500 * time.Millisecond

// New returns a Lambda handler that serves events with h.
func New(h http.Handler) lambda.Handler { return handler{h} }

type handler struct{ http http.Handler }

// Invoke serves one event. It returns an error only for an event of no door.
func (h handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	e, err := decode(payload)
	if err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-answerTime))
		defer cancel()
	}
	r, err := e.request(ctx)
	w := &response{header: http.Header{}, limit: e.maxAnswer()}
	if err != nil {
		w.problem(http.StatusBadRequest, "malformed-request")
	} else {
		h.http.ServeHTTP(w, r)
		w.bodiless = r.Method == http.MethodHead
	}
	raw, err := json.Marshal(e.answer(w))
	if err == nil && len(raw) > e.maxAnswer() {
		w.full = true
		return json.Marshal(e.answer(w))
	}
	return raw, err
}

// kind is the door an event came through.
type kind int

const (
	restAPI kind = iota + 1
	httpAPI
	functionURL // as httpAPI, but for the path
	albSingle
	albMulti
)

// event is the union of the doors' events. Null and missing are the same.
type event struct {
	kind kind

	Version         string              `json:"version"`
	HTTPMethod      string              `json:"httpMethod"`
	Path            string              `json:"path"`
	RawPath         string              `json:"rawPath"`
	RawQueryString  string              `json:"rawQueryString"`
	Cookies         []string            `json:"cookies"`
	Headers         map[string]string   `json:"headers"`
	MultiHeaders    map[string][]string `json:"multiValueHeaders"`
	Query           map[string]string   `json:"queryStringParameters"`
	MultiQuery      map[string][]string `json:"multiValueQueryStringParameters"`
	Body            string              `json:"body"`
	IsBase64Encoded bool                `json:"isBase64Encoded"`
	RequestContext  requestContext      `json:"requestContext"`
}

type requestContext struct {
	ELB *struct {
		TargetGroupArn string `json:"targetGroupArn"`
	} `json:"elb"`
	HTTP *struct {
		Method   string `json:"method"`
		SourceIP string `json:"sourceIp"`
	} `json:"http"`
	Authentication struct {
		ClientCert *certificate `json:"clientCert"`
	} `json:"authentication"`
	Identity   identity        `json:"identity"`
	Stage      string          `json:"stage"`
	RequestID  string          `json:"requestId"`
	DomainName string          `json:"domainName"`
	Authorizer json.RawMessage `json:"authorizer"`
}

var errShape = errors.New("event has the shape of no front door: want requestContext.elb, version 2.0 with requestContext.http, or httpMethod")

func decode(payload []byte) (*event, error) {
	e := &event{}
	if err := json.Unmarshal(payload, e); err != nil {
		return nil, fmt.Errorf("event is not one of a front door: %w", err)
	}
	switch {
	case e.RequestContext.ELB != nil && e.MultiHeaders != nil:
		e.kind = albMulti
	case e.RequestContext.ELB != nil:
		e.kind = albSingle
	case e.Version == "2.0" && e.RequestContext.HTTP != nil && strings.Contains(e.RequestContext.DomainName, ".lambda-url."):
		e.kind = functionURL
	case e.Version == "2.0" && e.RequestContext.HTTP != nil:
		e.kind = httpAPI
	case e.HTTPMethod != "":
		e.kind = restAPI
	default:
		return nil, errShape
	}
	return e, nil
}

func (e *event) maxAnswer() int {
	if e.kind == albSingle || e.kind == albMulti {
		return MaxALBAnswer
	}
	return MaxAnswer
}
