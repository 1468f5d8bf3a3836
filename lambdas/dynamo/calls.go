package dynamo

import (
	"context"
	"fmt"

	"fulcrum/lambdas/once"
)

// recorded returns the answer of a call that was recorded, nil if it was not. It
// refuses a key that was used for another request.
func (t Table) recorded(ctx context.Context, call once.Call) ([]byte, error) {
	if !call.Recorded() {
		return nil, nil
	}
	r, err := t.get(ctx, callKey(call), true)
	if err != nil {
		return nil, fmt.Errorf("record of call %s: %w", call.ID(), err)
	}
	if r == nil || number(r, "expiresAt") <= t.Now().Unix() {
		return nil, nil // items past their time may stay for days
	}
	return once.Record{Fingerprint: text(r, "fingerprint"), Answer: []byte(text(r, "answer"))}.Replay(call)
}

// recording returns the write that records a call with its answer, or none. It
// fails with errAgain if the call was recorded meanwhile.
func (t Table) recording(call once.Call, answer []byte) []write {
	if !call.Recorded() {
		return nil
	}
	item := callKey(call)
	item["kind"] = str("call")
	item["fingerprint"] = str(call.Fingerprint)
	item["answer"] = str(string(answer))
	item["gpk"], item["gsk"] = str("GUEST#"+call.Person), str("CALL#"+call.ID())
	item["expiresAt"] = t.expiry(t.CallRetention)
	return []write{t.put(item, "attribute_not_exists(pk) OR expiresAt <= :now",
		record{":now": num(t.Now().Unix())}, errAgain)}
}

func callKey(call once.Call) record { return key("CALL#"+call.ID(), "CALL") }
