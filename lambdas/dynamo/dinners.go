package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
)

// Dinners is the dinner.Repository over the store table.
type Dinners struct{ Table Table }

var _ dinner.Repository = Dinners{}

// Add stores a new dinner.
func (s Dinners) Add(ctx context.Context, call once.Call, d *dinner.Dinner, answer []byte) ([]byte, error) {
	var got []byte
	err := retry(ctx, func() (err error) {
		got, err = s.Table.recorded(ctx, call)
		if got != nil || err != nil {
			return err
		}
		got = answer
		return s.save(ctx, d, call, answer)
	})
	return got, err
}

// Update changes the dinner with the given id.
func (s Dinners) Update(ctx context.Context, id string, call once.Call, change func(*dinner.Dinner) ([]byte, error)) ([]byte, error) {
	var got []byte
	err := retry(ctx, func() (err error) {
		// The dinner first: what this call did at an earlier attempt is then either in
		// its record, or not in the dinner either. The other way round, an attempt
		// that commits between the two reads would make change refuse its own work.
		r, missing := s.load(ctx, id, true)
		got, err = s.Table.recorded(ctx, call)
		if got != nil || err != nil {
			return err
		}
		if missing != nil {
			return missing
		}
		d, err := dinnerOf(r)
		if err != nil {
			return err
		}
		if got, err = change(d); err != nil {
			return err
		}
		return s.save(ctx, d, call, got)
	})
	return got, err
}

// save writes a dinner with everything that belongs to it in one transaction.
func (s Dinners) save(ctx context.Context, d *dinner.Dinner, call once.Call, answer []byte) error {
	t := s.Table
	writes, err := t.recording(ctx, call, answer)
	if err != nil {
		return err
	}
	if d.Changed() {
		w, err := t.dinner(ctx, d.State(), d.StoredVersion())
		if err != nil {
			return err
		}
		writes = append(writes, w)
	}
	told, err := t.told(ctx, d)
	if err != nil {
		return err
	}
	writes = append(writes, told...)
	if len(writes) == 0 {
		return nil
	}
	return t.transact(ctx, writes)
}

// dinner returns the write of a dinner that must still have the version stored. It fails
// with errAgain if it has another.
func (t Table) dinner(ctx context.Context, state dinner.State, stored int64) (write, error) {
	if err := t.sealDinner(ctx, &state); err != nil {
		return write{}, err
	}
	encoded, err := encode(state)
	if err != nil {
		return write{}, err
	}
	item := key("DINNER#"+state.ID, "DINNER")
	item["kind"] = str("dinner")
	item["version"] = num(state.Version)
	item["state"] = &types.AttributeValueMemberM{Value: encoded}
	condition, values := atVersion(stored)
	return t.put(item, condition, values, errAgain), nil
}

// told returns the writes of what a dinner's new events tell: places of persons, with a
// check that none of them asked to be forgotten, and the events.
func (t Table) told(ctx context.Context, d *dinner.Dinner) ([]write, error) {
	var writes []write
	about := map[string]string{} // event type to the one person it is about
	for _, c := range d.PlaceChanges() {
		about[c.EventType] = c.PersonID
		k := key("GUEST#"+c.PersonID, "PLACE#"+c.Place.Key())
		if c.Lost {
			writes = append(writes, t.remove(k))
			continue
		}
		k["kind"] = str("place")
		k["dinnerId"] = str(c.Place.DinnerID)
		k["startsAt"] = str(c.Place.StartsAt.UTC().Format(time.RFC3339))
		k["role"] = str(string(c.Place.Role))
		writes = append(writes, t.put(k, "", nil, nil),
			t.check(key("GUEST#"+c.PersonID, "GUEST"), "attribute_not_exists(leavingAt)", nil,
				refusal.New(refusal.Forgotten, "you asked to be forgotten")))
	}
	events, err := d.Events(ctx, t.NewID)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		if err := t.sealEvent(ctx, &e); err != nil {
			return nil, err
		}
		writes = append(writes, t.outbox(e, about[e.Type]))
	}
	return writes, nil
}

// Get returns the dinner with the given id.
func (s Dinners) Get(ctx context.Context, id string) (*dinner.Dinner, error) {
	r, err := s.load(ctx, id, s.Table.Consistent)
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, r)
}

// load returns a dinner's item, or a refusal with code NotFound.
func (s Dinners) load(ctx context.Context, id string, consistent bool) (record, error) {
	r, err := s.Table.get(ctx, key("DINNER#"+id, "DINNER"), consistent)
	if err != nil {
		return nil, fmt.Errorf("dinner %s: %w", id, err)
	}
	if r == nil || text(r, "kind") == kindVoid {
		return nil, refusal.New(refusal.NotFound, "there is no dinner %s", id)
	}
	return r, nil
}

// shown returns the dinner in an item with what a query shows of it opened.
func (s Dinners) shown(ctx context.Context, r record) (*dinner.Dinner, error) {
	d, err := dinnerOf(r)
	if err != nil || s.Table.Persons == nil {
		return d, err
	}
	state := d.State()
	if err := s.Table.openDinner(ctx, &state); err != nil {
		return nil, fmt.Errorf("item %s: %w", text(r, "pk"), err)
	}
	return dinner.FromState(state), nil
}

func dinnerOf(r record) (*dinner.Dinner, error) {
	state, ok := r["state"].(*types.AttributeValueMemberM)
	if !ok {
		return nil, fmt.Errorf("item %s has no state", text(r, "pk"))
	}
	var s dinner.State
	if err := decode(state.Value, &s); err != nil {
		return nil, fmt.Errorf("item %s: %w", text(r, "pk"), err)
	}
	return dinner.FromState(s), nil
}

// Places returns a person's places, from the person's own partition. It always reads
// consistently: Forget Me must find every place, and half a read unit more for each
// My Reservations is the price.
func (s Dinners) Places(ctx context.Context, personID, after string, limit int) ([]dinner.Place, error) {
	out, err := s.Table.Client.Query(ctx, &dynamodb.QueryInput{
		TableName:                 &s.Table.Name,
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String("pk = :pk AND sk > :after"),
		ExpressionAttributeValues: record{":pk": str("GUEST#" + personID), ":after": str("PLACE#" + after)},
		Limit:                     aws.Int32(int32(min(limit, 1000))), //nolint:gosec // bounded
	})
	if err != nil {
		return nil, err
	}
	places := make([]dinner.Place, len(out.Items))
	for i, r := range out.Items {
		startsAt, err := time.Parse(time.RFC3339, text(r, "startsAt"))
		if err != nil {
			return nil, fmt.Errorf("item %s %s: %w", text(r, "pk"), text(r, "sk"), err)
		}
		places[i] = dinner.Place{Role: dinner.Role(text(r, "role")), DinnerID: text(r, "dinnerId"), StartsAt: startsAt}
	}
	return places, nil
}

// Several returns the dinners that exist among ids, 100 in a request, the limit of
// BatchGetItem.
func (s Dinners) Several(ctx context.Context, ids []string) ([]*dinner.Dinner, error) {
	t := s.Table
	var dinners []*dinner.Dinner
	for len(ids) > 0 {
		n := min(len(ids), 100)
		keys := make([]record, n)
		for i, id := range ids[:n] {
			keys[i] = key("DINNER#"+id, "DINNER")
		}
		ids = ids[n:]
		err := retry(ctx, func() error {
			out, err := t.Client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
				RequestItems: map[string]types.KeysAndAttributes{t.Name: {Keys: keys, ConsistentRead: &t.Consistent}},
			})
			if err != nil {
				return err
			}
			for _, r := range out.Responses[t.Name] {
				if text(r, "kind") == kindVoid {
					continue
				}
				d, err := s.shown(ctx, r)
				if err != nil {
					return err
				}
				dinners = append(dinners, d)
			}
			if keys = out.UnprocessedKeys[t.Name].Keys; len(keys) > 0 {
				return errAgain
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return dinners, nil
}

// encode and decode follow the json tags of what they are given.
func encode(v any) (record, error) {
	return attributevalue.MarshalMapWithOptions(v, func(o *attributevalue.EncoderOptions) { o.TagKey = "json" })
}

func decode(r record, v any) error {
	return attributevalue.UnmarshalMapWithOptions(r, v,
		func(o *attributevalue.DecoderOptions) { o.TagKey = "json" })
}
