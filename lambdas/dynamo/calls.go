package dynamo

import (
	"context"
	"encoding/json"
	"fmt"

	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
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
	kept, err := t.callRecord(ctx, call, r)
	if kept == nil || err != nil {
		return nil, err
	}
	return kept.Replay(call)
}

// callRecord returns the record of a call in an item, nil if there is none that counts.
func (t Table) callRecord(ctx context.Context, call once.Call, r record) (*once.Record, error) {
	if r == nil || number(r, "expiresAt") <= t.Now().Unix() {
		return nil, nil //nolint:nilnil // items past their time may stay for days
	}
	fingerprint, err := t.open(ctx, call.Person, "fingerprint", text(r, "fingerprint"))
	if err != nil {
		return nil, fmt.Errorf("record of call %s: %w", call.ID(), err)
	}
	kept := &once.Record{Fingerprint: fingerprint, Answer: []byte(text(r, "answer"))}
	if refused := text(r, "refusal"); refused != "" {
		if err := json.Unmarshal([]byte(refused), &kept.Refusal); err != nil {
			return nil, fmt.Errorf("record of call %s: %w", call.ID(), err)
		}
	}
	return kept, nil
}

// recording returns the write that records a call with its answer, or none. It
// fails with errAgain if the call was recorded meanwhile.
func (t Table) recording(ctx context.Context, call once.Call, answer []byte) ([]write, error) {
	if !call.Recorded() {
		return nil, nil
	}
	w, err := t.ended(ctx, call, "answer", string(answer), errAgain)
	return []write{w}, err
}

// refusing returns the write that records a call as refused. It fails with an error if
// the call was recorded meanwhile.
func (t Table) refusing(ctx context.Context, call once.Call, refused *refusal.Error, recorded error) (write, error) {
	body, err := json.Marshal(refused)
	if err != nil {
		return write{}, err
	}
	return t.ended(ctx, call, "refusal", string(body), recorded)
}

// ended returns the write that records what a call ended with.
func (t Table) ended(ctx context.Context, call once.Call, with, text string, recorded error) (write, error) {
	// A digest of a name is as good as the name to whom can guess it.
	fingerprint, err := t.seal(ctx, call.Person, "fingerprint", call.Fingerprint)
	if err != nil {
		return write{}, err
	}
	item := callKey(call)
	item["kind"] = str("call")
	item["fingerprint"] = str(fingerprint)
	item[with] = str(text)
	item["gpk"], item["gsk"] = str("GUEST#"+call.Person), str("CALL#"+call.ID())
	item["expiresAt"] = t.expiry(t.CallRetention)
	return t.put(item, "attribute_not_exists(pk) OR expiresAt <= :now", record{":now": num(t.Now().Unix())}, recorded), nil
}

func callKey(call once.Call) record { return key("CALL#"+call.ID(), "CALL") }
