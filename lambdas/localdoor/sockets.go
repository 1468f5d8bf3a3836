package localdoor

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/coder/websocket"
)

// socketStage is the stage of a WebSocket API, socketARN its way in.
const (
	socketStage = "live"
	socketARN   = "arn:aws:execute-api:eu-west-1:123456789012:sock123/" + socketStage + "/$connect"
)

// Limits of a WebSocket API, in bytes.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
const (
	maxFrame         = 32 << 10
	maxSocketMessage = 128 << 10
)

// Sockets plays an API Gateway WebSocket API before one function, which is its
// authorizer and answers its routes $connect, $disconnect and $default: an
// http.Handler of the stage's address, where clients connect, and of the one below
// it, where messages to them are sent. It ends no connection by itself, and of the
// signature of a sender it looks only at what service it is for.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-overview.html
type Sockets struct {
	// Invoke sends an event to the function and returns its answer.
	Invoke func(ctx context.Context, event []byte) ([]byte, error)

	mu   sync.Mutex
	open map[string]*websocket.Conn
}

// ServeHTTP serves /live and /live/@connections/ID.
func (s *Sockets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, sends := strings.CutPrefix(r.URL.Path, "/"+socketStage+"/@connections/")
	switch {
	case sends && r.Method == http.MethodPost:
		s.send(w, r, id)
	case r.URL.Path == "/"+socketStage && r.Method == http.MethodGet:
		s.connect(w, r)
	default:
		w.WriteHeader(http.StatusForbidden)
	}
}

func (s *Sockets) send(w http.ResponseWriter, r *http.Request, id string) {
	if !strings.Contains(r.Header.Get("Authorization"), "/execute-api/aws4_request") {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	message, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxFrame))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	s.mu.Lock()
	conn := s.open[id]
	s.mu.Unlock()
	if conn == nil || conn.Write(r.Context(), websocket.MessageText, message) != nil {
		w.WriteHeader(http.StatusGone)
	}
}

// connect asks the authorizer and the route $connect, and holds the connection if
// both let it.
func (s *Sockets) connect(w http.ResponseWriter, r *http.Request) {
	raw := make([]byte, 9)
	_, _ = rand.Read(raw)                                      // never fails
	id := base64.StdEncoding.EncodeToString(append(raw, 0xcf)) // as API Gateway's, it ends in "="
	person, status := s.authorize(r, id)
	if status != http.StatusOK {
		w.WriteHeader(status)
		return
	}
	answer, err := s.route(r.Context(), "$connect", "CONNECT", id, person, "")
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	if answer.StatusCode != http.StatusOK {
		w.WriteHeader(answer.StatusCode)
		return
	}
	var speaks []string
	for name, value := range answer.Headers {
		if strings.EqualFold(name, "Sec-WebSocket-Protocol") {
			speaks = append(speaks, value)
		}
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: speaks, InsecureSkipVerify: true})
	if err != nil {
		return
	}
	s.mu.Lock()
	if s.open == nil {
		s.open = map[string]*websocket.Conn{}
	}
	s.open[id] = conn
	s.mu.Unlock()
	s.hold(r, conn, id, person)
}

func (s *Sockets) hold(r *http.Request, conn *websocket.Conn, id, person string) {
	ctx := context.WithoutCancel(r.Context())
	conn.SetReadLimit(maxSocketMessage)
	for {
		_, message, err := conn.Read(ctx)
		if err != nil {
			break
		}
		// What the route answers goes back, as it has a route response.
		if answer, err := s.route(ctx, "$default", "MESSAGE", id, person, string(message)); err == nil && answer.Body != "" {
			_ = conn.Write(ctx, websocket.MessageText, []byte(answer.Body))
		}
	}
	s.mu.Lock()
	delete(s.open, id)
	s.mu.Unlock()
	_ = conn.CloseNow()
	_, _ = s.route(ctx, "$disconnect", "DISCONNECT", id, person, "") // best effort, as API Gateway's
}

// authorize returns whom the authorizer names, and the status that a client gets who
// is not let in.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
func (s *Sockets) authorize(r *http.Request, id string) (person string, status int) {
	headers := map[string]string{}
	for name, values := range r.Header {
		headers[name] = strings.Join(values, ",")
	}
	// The identity source: without it nobody is asked.
	protocols := r.Header.Get("Sec-WebSocket-Protocol")
	if protocols == "" {
		return "", http.StatusUnauthorized
	}
	delete(headers, http.CanonicalHeaderKey("Sec-WebSocket-Protocol"))
	headers["Sec-WebSocket-Protocol"] = protocols // as browsers write it
	event, err := json.Marshal(struct {
		Type string `json:"type"`
		ARN  string `json:"methodArn"`
		events.APIGatewayWebsocketProxyRequest
	}{"REQUEST", socketARN, events.APIGatewayWebsocketProxyRequest{Headers: headers, RequestContext: ofSocket("$connect", "CONNECT", id)}})
	if err != nil {
		return "", http.StatusInternalServerError
	}
	raw, err := s.Invoke(r.Context(), event)
	if err != nil {
		if strings.Contains(err.Error(), `"errorMessage":"Unauthorized"`) {
			return "", http.StatusUnauthorized
		}
		return "", http.StatusInternalServerError
	}
	var answer struct {
		PrincipalID    string `json:"principalId"`
		PolicyDocument struct {
			Statement []struct{ Action, Effect, Resource string }
		} `json:"policyDocument"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return "", http.StatusInternalServerError
	}
	for _, s := range answer.PolicyDocument.Statement {
		if s.Effect == "Allow" && s.Action == "execute-api:Invoke" && s.Resource == socketARN {
			return answer.PrincipalID, http.StatusOK
		}
	}
	return "", http.StatusForbidden
}

// ofSocket is what an event says of its connection.
func ofSocket(routeKey, eventType, id string) events.APIGatewayWebsocketProxyRequestContext {
	return events.APIGatewayWebsocketProxyRequestContext{
		RouteKey: routeKey, EventType: eventType, ConnectionID: id, Stage: socketStage, APIID: "sock123",
		DomainName: "sock123.execute-api.eu-west-1.amazonaws.com", MessageDirection: "IN",
		RequestTimeEpoch: time.Now().UnixMilli(), ConnectedAt: time.Now().UnixMilli(),
		Identity: events.APIGatewayRequestIdentity{SourceIP: source},
	}
}

func (s *Sockets) route(ctx context.Context, key, eventType, id, person, body string) (events.APIGatewayProxyResponse, error) {
	of := ofSocket(key, eventType, id)
	of.Authorizer = map[string]any{"principalId": person}
	event, err := json.Marshal(events.APIGatewayWebsocketProxyRequest{RequestContext: of, Body: body})
	if err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	raw, err := s.Invoke(ctx, event)
	if err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	var answer events.APIGatewayProxyResponse
	if err := json.Unmarshal(raw, &answer); err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	if answer.StatusCode == 0 {
		return answer, errors.New("the answer has no status")
	}
	return answer, nil
}
