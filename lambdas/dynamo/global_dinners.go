package dynamo

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
)

// GlobalDinners is the dinner.Repository over a store table without transactions.
type GlobalDinners struct{ Dinners }

var _ dinner.Repository = GlobalDinners{}

// Add stores a new dinner.
func (s GlobalDinners) Add(ctx context.Context, call once.Call, d *dinner.Dinner, answer []byte) ([]byte, error) {
	for _, c := range d.PlaceChanges() { // a claim for a dinner that is refused would only be in the way
		if err := s.Table.welcome(ctx, c.PersonID); err != nil {
			return nil, err
		}
	}
	var got []byte
	err := retry(ctx, func() (err error) {
		if got, err = s.claim(ctx, call, d.ID(), answer); got != nil || err != nil {
			return err
		}
		got = answer
		return s.create(ctx, d)
	})
	return got, err
}

// claim makes the call this dinner's, or returns the answer of the call if it has made
// another. It fails with errAgain while another is on its way.
func (s GlobalDinners) claim(ctx context.Context, call once.Call, dinnerID string, answer []byte) ([]byte, error) {
	if !call.Recorded() {
		return nil, nil
	}
	t := s.Table
	k, now := callKey(call), t.Now()
	held, err := t.get(ctx, k, true)
	if err != nil {
		return nil, fmt.Errorf("claim of call %s: %w", call.ID(), err)
	}
	condition, values := "attribute_not_exists(pk)", record(nil)
	if held != nil {
		condition, values = "attempt = :attempt", record{":attempt": held["attempt"]}
	}
	if held != nil && number(held, "until") > now.Unix() {
		of := text(held, "dinnerId")
		item, err := t.get(ctx, key("DINNER#"+of, "DINNER"), true)
		if err != nil {
			return nil, err
		}
		switch kind := text(item, "kind"); {
		case kind == "dinner":
			return replay(held, call)
		case of == dinnerID && kind == kindVoid:
			return nil, refusal.New(refusal.Busy, "another attempt of the same request took over; try again")
		case of == dinnerID:
			return nil, nil
		case kind != kindVoid && now.Sub(timeOf(held, "claimedAt")) < claimAge:
			return nil, errAgain
		}
		if err := t.void(ctx, of); err != nil {
			return nil, err
		}
	}
	item := k
	item["kind"] = str(kindClaim)
	item["dinnerId"] = str(dinnerID)
	item["mark"] = str(mark(call))
	item["answer"] = str(string(answer))
	item["until"] = t.expiry(t.CallRetention)
	setTime(item, "claimedAt", now)
	return nil, t.putOnce(ctx, item, condition, values)
}

// created returns the answer of a call that created a dinner, nil if it did not.
func (s GlobalDinners) created(ctx context.Context, call once.Call) ([]byte, error) {
	if !call.Recorded() {
		return nil, nil
	}
	held, err := s.Table.get(ctx, callKey(call), true)
	if err != nil || number(held, "until") <= s.Table.Now().Unix() {
		return nil, err
	}
	item, err := s.Table.get(ctx, key("DINNER#"+text(held, "dinnerId"), "DINNER"), true)
	if err != nil || text(item, "kind") != "dinner" {
		return nil, err
	}
	return replay(held, call)
}

// void makes sure that no dinner is written under an id, or fails with errAgain if one
// was meanwhile.
func (t Table) void(ctx context.Context, dinnerID string) error {
	item := key("DINNER#"+dinnerID, "DINNER")
	item["kind"] = str(kindVoid)
	return t.putOnce(ctx, item, "attribute_not_exists(pk) OR kind = :void", record{":void": str(kindVoid)})
}

// create writes a dinner that must not exist.
func (s GlobalDinners) create(ctx context.Context, d *dinner.Dinner) error {
	t := s.Table
	item, pending, err := s.item(ctx, d)
	if err != nil {
		return err
	}
	item["pk"], item["sk"], item["kind"] = str("DINNER#"+d.ID()), str("DINNER"), str("dinner")
	item["revision"], item[attrHanded] = num(1), notHanded
	item[attrOutbox] = &types.AttributeValueMemberM{Value: pending}
	if err := s.gain(ctx, d); err != nil {
		return err
	}
	return t.putOnce(ctx, item, "attribute_not_exists(pk)", nil)
}

// item returns what is stored of a dinner, and its new events as the outbox has them.
func (s GlobalDinners) item(ctx context.Context, d *dinner.Dinner) (item, pending record, err error) {
	sealed := d.State()
	if err := s.Table.sealDinner(ctx, &sealed); err != nil {
		return nil, nil, err
	}
	state, err := encode(sealed)
	if err != nil {
		return nil, nil, err
	}
	events, err := d.Events(ctx, s.Table.NewID)
	if err != nil {
		return nil, nil, err
	}
	pending, err = s.Table.unhanded(ctx, events)
	return record{"version": num(d.State().Version), "state": &types.AttributeValueMemberM{Value: state}}, pending, err
}

// Update changes the dinner with the given id. One that change leaves as it was is
// written all the same: see Forget Me above.
func (s GlobalDinners) Update(ctx context.Context, id string, call once.Call, change func(*dinner.Dinner) ([]byte, error)) ([]byte, error) {
	var got []byte
	err := retry(ctx, func() error {
		r, err := s.load(ctx, id, true)
		if refusal.Is(err, refusal.NotFound) {
			var wrong error
			if got, wrong = s.created(ctx, call); got != nil || wrong != nil {
				return wrong
			}
		}
		if err != nil {
			return err
		}
		if got, err = done(r, call, s.Table.Now()); got != nil || err != nil {
			return err
		}
		d, err := dinnerOf(r)
		if err != nil {
			return err
		}
		if got, err = change(d); err != nil {
			return err
		}
		if err := s.gain(ctx, d); err != nil {
			return err
		}
		if err := s.save(ctx, r, d, call, got); err != nil {
			return err
		}
		s.lose(ctx, d)
		return nil
	})
	return got, err
}

// save writes a dinner if it still has the revision in r.
func (s GlobalDinners) save(ctx context.Context, r record, d *dinner.Dinner, call once.Call, answer []byte) error {
	t := s.Table
	set, pending, err := s.item(ctx, d)
	if err != nil {
		return err
	}
	id := t.NewID()
	set["revision"], set[attrHanded], set["attempt"] = num(number(r, "revision")+1), notHanded, str(id)
	set["calls"] = t.with(r, call, answer)
	names, values := map[string]string{"#r": "revision"}, record{":read": num(number(r, "revision"))}
	expression, n := "SET ", 0
	add := func(path string, value types.AttributeValue) {
		if n > 0 {
			expression += ", "
		}
		expression += fmt.Sprintf("%s = :v%d", path, n)
		values[fmt.Sprintf(":v%d", n)] = value
		n++
	}
	for name, value := range set {
		names[fmt.Sprintf("#a%d", n)] = name
		add(fmt.Sprintf("#a%d", n), value)
	}
	for eventID, e := range pending {
		names[fmt.Sprintf("#e%d", n)] = eventID
		add(fmt.Sprintf("%s.#e%d", attrOutbox, n), e)
	}
	_, err = t.Client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &t.Name, Key: key(text(r, "pk"), text(r, "sk")), UpdateExpression: &expression,
		ConditionExpression: aws.String("#r = :read"), ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	return written(err, id)
}

// gain writes the places that the dinner's new events give, and refuses a person who
// asked to be forgotten. A place never gives way to an older one: it may be removed for
// the version that took it, and no later.
func (s GlobalDinners) gain(ctx context.Context, d *dinner.Dinner) error {
	t := s.Table
	for _, c := range d.PlaceChanges() {
		if c.Lost {
			continue
		}
		item := key("GUEST#"+c.PersonID, "PLACE#"+c.Place.Key())
		item["kind"] = str("place")
		item["dinnerId"] = str(c.Place.DinnerID)
		item["startsAt"] = str(c.Place.StartsAt.UTC().Format(time.RFC3339))
		item["role"] = str(string(c.Place.Role))
		item["version"] = num(d.State().Version)
		err := t.putOnce(ctx, item, "attribute_not_exists(pk) OR version < :version", record{":version": item["version"]})
		if errors.Is(err, errAgain) { // a later one will do
			err = t.since(ctx, key(text(item, "pk"), text(item, "sk")), d.State().Version)
		}
		if err != nil {
			return err
		}
		err = t.welcome(ctx, c.PersonID)
		if refusal.Is(err, refusal.Forgotten) {
			if left := s.withdraw(ctx, d, c); left != nil {
				return left // so that the command comes again, and takes it away
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// withdraw takes away the place of a person who asked to be forgotten. Another attempt of
// theirs may have been let in before, and be about to write a reservation that this place
// leads to: so the dinner is written first, after which that attempt has to begin again and
// is refused. Whoever has a part in the dinner already keeps the place, for Forget Me to find.
func (s GlobalDinners) withdraw(ctx context.Context, d *dinner.Dinner, c dinner.PlaceChange) error {
	err := retry(ctx, func() error {
		r, err := s.load(ctx, d.ID(), true)
		if refusal.Is(err, refusal.NotFound) {
			return nil // nobody but this attempt knows its id
		}
		if err != nil {
			return err
		}
		there, err := dinnerOf(r)
		if err != nil {
			return err
		}
		if _, reserved := there.ReservationOf(c.PersonID); reserved || there.State().Host.ID == c.PersonID {
			return errHasPart
		}
		return s.save(ctx, r, there, once.Call{}, nil)
	})
	if errors.Is(err, errHasPart) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.remove(ctx, c, d.State().Version)
}

var errHasPart = errors.New("the person has a part in the dinner")

// since fails with errAgain unless an item is there of the version or a later one.
func (t Table) since(ctx context.Context, k record, version int64) error {
	r, err := t.get(ctx, k, true)
	if err == nil && number(r, "version") < version {
		return errAgain
	}
	return err
}

// lose removes the places that the dinner's new events take. One that stays, because
// this is broken off, leads nowhere.
func (s GlobalDinners) lose(ctx context.Context, d *dinner.Dinner) {
	for _, c := range d.PlaceChanges() {
		if c.Lost {
			_ = s.remove(ctx, c, d.State().Version)
		}
	}
}

// remove takes a place away unless it is of a later version.
func (s GlobalDinners) remove(ctx context.Context, c dinner.PlaceChange, version int64) error {
	return retry(ctx, func() error {
		_, err := s.Table.Client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: &s.Table.Name, Key: key("GUEST#"+c.PersonID, "PLACE#"+c.Place.Key()),
			ConditionExpression: aws.String("attribute_not_exists(pk) OR version <= :version"), ExpressionAttributeValues: record{":version": num(version)},
		})
		var later *types.ConditionalCheckFailedException
		if errors.As(err, &later) {
			return nil
		}
		return written(err, "")
	})
}

// mark stands for what the client sent with a call. It is keyed with the call's key,
// which is nowhere stored, so that nobody can try names on it.
func mark(call once.Call) string {
	h := hmac.New(sha256.New, []byte(call.Key))
	_, _ = h.Write([]byte(call.Fingerprint)) // a hash never fails to write
	return hex.EncodeToString(h.Sum(nil))
}

// replay returns the answer that r holds of the call, or refuses a key that was used
// for another request.
func replay(r record, call once.Call) ([]byte, error) {
	kept := once.Record{Fingerprint: call.Fingerprint, Answer: []byte(text(r, "answer"))}
	if text(r, "mark") != mark(call) {
		kept.Fingerprint = ""
		if call.Fingerprint == "" {
			kept.Fingerprint = "another"
		}
	}
	return kept.Replay(call)
}

// calls returns what a dinner's item holds of calls that can be repeated, oldest first.
func calls(r record, now time.Time) []record {
	list, _ := r["calls"].(*types.AttributeValueMemberL)
	if list == nil {
		return nil
	}
	var kept []record
	for _, v := range list.Value {
		if m, ok := v.(*types.AttributeValueMemberM); ok && number(m.Value, "until") > now.Unix() {
			kept = append(kept, m.Value)
		}
	}
	return kept
}

// done returns the answer of a call that a dinner's item holds.
func done(r record, call once.Call, now time.Time) ([]byte, error) {
	if !call.Recorded() {
		return nil, nil
	}
	for _, c := range calls(r, now) {
		if text(c, "id") == call.ID() {
			return replay(c, call)
		}
	}
	return nil, nil
}

// with returns the calls that a dinner's item is to hold, the new one last.
func (t Table) with(r record, call once.Call, answer []byte) types.AttributeValue {
	kept := calls(r, t.Now())
	if call.Recorded() {
		kept = append(kept, record{
			"id": str(call.ID()), "mark": str(mark(call)), "answer": str(string(answer)), "until": t.expiry(t.CallRetention),
		})
	}
	kept = kept[max(0, len(kept)-recentCalls):]
	list := make([]types.AttributeValue, len(kept))
	for i, c := range kept {
		list[i] = &types.AttributeValueMemberM{Value: c}
	}
	return &types.AttributeValueMemberL{Value: list}
}
