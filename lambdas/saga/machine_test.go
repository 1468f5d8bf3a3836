package saga

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"fulcrum/lambdas/asl"
	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
)

const arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:reservation"

// client returns a client of a Step Functions on loopback that runs the machine
// over the world.
func (w *world) client(t *testing.T, answer func(http.ResponseWriter, Request) bool) Machine {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var asked struct{ StateMachineArn, Input string }
		var request Request
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			t.Error(err)
		}
		if err := json.Unmarshal([]byte(asked.Input), &request); err != nil {
			t.Error(err)
		}
		if target := r.Header.Get("X-Amz-Target"); target != "AWSStepFunctions.StartSyncExecution" || asked.StateMachineArn != arn {
			t.Errorf("%s of %s", target, asked.StateMachineArn)
		}
		if answer != nil && answer(rw, request) {
			return
		}
		out, err := w.run(request)
		run := map[string]any{"executionArn": "run", "startDate": 1, "stopDate": 2, "status": "SUCCEEDED"}
		var failed *asl.Error
		if errors.As(err, &failed) {
			run["status"], run["error"], run["cause"] = "FAILED", failed.Name, failed.Cause
		} else {
			text, err := json.Marshal(out)
			if err != nil {
				t.Error(err)
			}
			run["output"] = string(text)
		}
		if err := json.NewEncoder(rw).Encode(run); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return Machine{ARN: arn, NewID: func() string { return "0000000000000000000000NONE" }, Client: sfn.New(sfn.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		RetryMaxAttempts: 1,
		// The host's name would begin with "sync-".
		APIOptions: []func(*middleware.Stack) error{func(s *middleware.Stack) error {
			return s.Initialize.Add(middleware.InitializeMiddlewareFunc("PlainHost", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				return next.HandleInitialize(smithyhttp.DisableEndpointHostPrefix(ctx, true), in)
			}), middleware.Before)
		}},
	})}
}

func TestMachine(t *testing.T) {
	w := newWorld(t)
	id := w.dinner(t, 1)
	m := w.client(t, nil)
	anna := dinner.Guest{ID: "anna", Name: "Anna"}
	answer, err := m.Reserve(t.Context(), call("anna", "k1"), id, anna)
	if err != nil || answer.DinnerID != id || answer.SeatsLeft != 0 || len(answer.ReservationID) != 26 {
		t.Fatalf("got %+v, %v", answer, err)
	}
	again, err := m.Reserve(t.Context(), call("anna", "k1"), id, anna)
	if err != nil || again != answer {
		t.Errorf("repeated: %+v, %v", again, err)
	}
	_, err = m.Reserve(t.Context(), call("bert", "k1"), id, dinner.Guest{ID: "bert", Name: "Bert"})
	if !refusal.Is(err, refusal.DinnerFull) {
		t.Errorf("got %v", err)
	}
	_, err = m.Reserve(t.Context(), once.Call{}, id, dinner.Guest{ID: "cleo"})
	var refused *refusal.Error
	if !errors.As(err, &refused) || refused.Code != refusal.Invalid || len(refused.Fields) != 1 || refused.Fields[0].Name != "guestName" {
		t.Errorf("got %v", err)
	}
	w.fault = func(step string) (_, _ error) {
		if step == "check" {
			return errors.New("broken"), nil
		}
		return nil, nil
	}
	other := w.dinner(t, 1)
	if _, err = m.Reserve(t.Context(), call("dora", "k1"), other, dinner.Guest{ID: "dora", Name: "Dora"}); !refusal.Is(err, refusal.Busy) {
		t.Errorf("got %v", err)
	}
	if r := w.state(t, other).Reservations; len(r) != 0 {
		t.Errorf("still held: %+v", r)
	}
}

func TestMachineThatDoesNotAnswer(t *testing.T) {
	w := newWorld(t)
	for _, x := range []struct {
		what   string
		answer func(http.ResponseWriter, Request) bool
		want   string
	}{
		{"refuses", func(rw http.ResponseWriter, _ Request) bool {
			rw.WriteHeader(http.StatusBadRequest)
			_, _ = rw.Write([]byte(`{"__type":"StateMachineDoesNotExist"}`))
			return true
		}, "StateMachineDoesNotExist"},
		{"ends without an answer", func(rw http.ResponseWriter, _ Request) bool {
			_, _ = rw.Write([]byte(`{"executionArn":"run","startDate":1,"stopDate":2,"status":"SUCCEEDED","output":"{\"outcome\":\"held\"}"}`))
			return true
		}, `ended with "held" and no answer`},
	} {
		_, err := w.client(t, x.answer).Reserve(t.Context(), call("anna", "k1"), "D", dinner.Guest{ID: "anna", Name: "Anna"})
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: got %v, want it to say %s", x.what, err, x.want)
		}
	}
}

// TestOverDynamoDB runs the machine over the store that is deployed: a step that
// fails leaves no hold behind, and a reservation is one.
func TestOverDynamoDB(t *testing.T) {
	w := newWorld(t)
	table := dynamo.Table{
		Client: localaws.Start(t).Table(t, "store"), Name: "store", Now: func() time.Time { return w.now },
		NewID: w.steps.Dinners.NewID, EventRetention: 24 * time.Hour, CallRetention: 24 * time.Hour,
	}
	dinners := w.steps.Dinners
	dinners.Dinners = dynamo.Dinners{Table: table}
	w.steps = Steps{Dinners: dinners, Guests: guest.Commands{Guests: dynamo.Guests{Table: table}, Dinners: dinners, Now: table.Now}}
	id := w.dinner(t, 1)
	reservations := func() []dinner.Reservation {
		d, err := dinners.Dinners.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return d.State().Reservations
	}
	w.fault = func(step string) (_, _ error) {
		if step != "check" {
			return nil, nil
		}
		if r := reservations(); len(r) != 1 || r[0].Hold == nil || !r[0].Hold.Until.Equal(start.Add(dinner.HoldFor)) && w.now.Equal(start) {
			t.Errorf("the seat is not held while the guest is checked: %+v", r)
		}
		return errors.New("broken"), nil
	}
	if _, err := w.run(request(id, "anna", "k1")); err == nil || len(reservations()) != 0 {
		t.Errorf("got %v, still held: %+v", err, reservations())
	}
	w.fault = func(string) (_, _ error) { return nil, nil }
	first, err := w.run(request(id, "anna", "k1"))
	if err != nil || first.Answer == nil {
		t.Fatalf("got %+v, %v", first, err)
	}
	again, err := w.run(request(id, "anna", "k1"))
	if err != nil || *again.Answer != *first.Answer {
		t.Errorf("repeated: %+v, %v", again, err)
	}
	if r := reservations(); len(r) != 1 || r[0].Hold != nil {
		t.Errorf("reservations %+v", r)
	}
}
