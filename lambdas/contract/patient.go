package contract

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Patient is the Client of a system that accepts commands and applies them later. It
// waits for what becomes of each and gives that as the answer, so that a system is
// held to the same contract whether it answers at once or not.
type Patient struct {
	Client Client
	// Settle lets the system go on; nil where it does so by itself.
	Settle func()
}

// Patience is how long Patient waits for one command.
const Patience = 20 * time.Second

// Do sends a request and, if it was accepted, waits for its outcome.
func (p Patient) Do(ctx context.Context, r Request) (Response, error) {
	accepted, err := p.Client.Do(ctx, r)
	if err != nil || accepted.Status != http.StatusAccepted {
		return accepted, err
	}
	base, err := url.Parse(r.Target)
	if err != nil {
		return Response{}, err
	}
	at, err := base.Parse(accepted.Header.Get("Location"))
	if err != nil || accepted.Header.Get("Retry-After") == "" {
		return Response{}, fmt.Errorf("%s %s was accepted with %v: %w", r.Method, r.Target, accepted.Header, err)
	}
	ask := Request{Method: http.MethodGet, Target: at.String(), Header: http.Header{"Authorization": r.Header.Values("Authorization")}}
	for end := time.Now().Add(Patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if p.Settle != nil {
			p.Settle()
		}
		seen, err := p.Client.Do(ctx, ask)
		if err != nil || seen.Status != http.StatusOK {
			return seen, err
		}
		var state struct {
			Status          string
			Answer, Problem json.RawMessage
		}
		if err := json.Unmarshal(seen.Body, &state); err != nil {
			return Response{}, err
		}
		switch state.Status {
		case "applied":
			return answered(r, accepted.Header, state.Answer)
		case "refused":
			return problem(accepted.Header, state.Problem)
		case "pending":
		default:
			return Response{}, fmt.Errorf("%s: %s", ask.Target, seen.Body)
		}
	}
	return Response{}, fmt.Errorf("%s %s: no outcome after %v", r.Method, r.Target, Patience)
}

// answered is what a system answers that does at once what r asks for.
func answered(r Request, header http.Header, answer json.RawMessage) (Response, error) {
	header = header.Clone()
	header.Del("Location")
	var ids struct{ DinnerID, ReservationID string }
	if len(answer) > 0 {
		if err := json.Unmarshal(answer, &ids); err != nil {
			return Response{}, err
		}
	}
	status := http.StatusCreated
	switch path, _, _ := strings.Cut(r.Target, "?"); {
	case r.Method == http.MethodDelete:
		return Response{Status: http.StatusNoContent, Header: header}, nil
	case strings.HasSuffix(path, "/confirmation"):
		status = http.StatusOK
	case ids.ReservationID != "":
		header.Set("Location", "reservations/"+ids.ReservationID)
	default:
		header.Set("Location", "dinners/"+ids.DinnerID)
	}
	return Response{Status: status, Header: header, Body: answer}, nil
}

// problem is what a system answers that refuses at once what was asked.
func problem(header http.Header, document json.RawMessage) (Response, error) {
	header = header.Clone()
	header.Set("Content-Type", "application/problem+json")
	members := map[string]any{}
	if err := json.Unmarshal(document, &members); err != nil {
		return Response{}, err
	}
	members["requestId"] = header.Get("X-Request-Id")
	body, err := json.Marshal(members)
	status, _ := members["status"].(float64)
	return Response{Status: int(status), Header: header, Body: body}, err
}
