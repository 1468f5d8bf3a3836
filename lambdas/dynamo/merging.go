package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/refusal"
)

// Merging is the queued.Merging over the store table: the steps of several commands
// are one transaction.
type Merging struct{ Table Table }

var _ queued.Merging = Merging{}

// Merge implements queued.Merging.
func (s Merging) Merge(ctx context.Context, dinnerID string, commands []queued.Command, apply func(queued.Known) ([]queued.Step, error)) error {
	return retry(ctx, func() error {
		known, err := s.known(ctx, dinnerID, commands)
		if err != nil {
			return err
		}
		stored := int64(0)
		if known.Dinner != nil {
			stored = known.Dinner.Version
		}
		steps, err := apply(known)
		if err != nil || len(steps) == 0 {
			return err
		}
		writes, err := s.writes(ctx, dinnerID, stored, steps)
		if err != nil {
			return err
		}
		return s.Table.transact(ctx, writes)
	})
}

// known reads the dinner first, as Update does: what an earlier attempt did is then
// either in the records that are read after it, or not in the dinner either.
func (s Merging) known(ctx context.Context, dinnerID string, commands []queued.Command) (queued.Known, error) {
	k := queued.Known{Calls: map[string]once.Record{}, Outcomes: map[string]bool{}}
	r, err := Dinners(s).load(ctx, dinnerID, true)
	switch {
	case err == nil:
		d, err := dinnerOf(r)
		if err != nil {
			return k, err
		}
		state := d.State()
		k.Dinner = &state
	case !refusal.Is(err, refusal.NotFound):
		return k, err
	}
	keys, asked := []record{}, map[string]bool{} // no key may be asked for twice
	for _, c := range commands {
		for _, key := range []record{callKey(c.Call), outcomeKey(c.ID)} {
			if pk := text(key, "pk"); !asked[pk] {
				asked[pk] = true
				keys = append(keys, key)
			}
		}
	}
	items, err := s.Table.several(ctx, keys)
	if err != nil {
		return k, fmt.Errorf("what is known of %d commands for dinner %s: %w", len(commands), dinnerID, err)
	}
	for _, c := range commands {
		kept, err := s.Table.callRecord(ctx, c.Call, items[text(callKey(c.Call), "pk")])
		if err != nil {
			return k, err
		}
		if kept != nil {
			k.Calls[c.Call.ID()] = *kept
		}
		o := items[text(outcomeKey(c.ID), "pk")]
		k.Outcomes[c.ID] = o != nil && number(o, "expiresAt") > s.Table.Now().Unix()
	}
	return k, nil
}

// several returns the items that exist among keys, at most 100, by their partition keys.
func (t Table) several(ctx context.Context, keys []record) (map[string]record, error) {
	found, consistent := map[string]record{}, true
	err := retry(ctx, func() error {
		out, err := t.Client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
			RequestItems: map[string]types.KeysAndAttributes{t.Name: {Keys: keys, ConsistentRead: &consistent}},
		})
		if err != nil {
			return err
		}
		for _, r := range out.Responses[t.Name] {
			found[text(r, "pk")] = r
		}
		if keys = out.UnprocessedKeys[t.Name].Keys; len(keys) > 0 {
			return errAgain
		}
		return nil
	})
	return found, err
}

// writes returns the transaction of steps. Where they leave the dinner as it was they
// check that it still is: what was refused was judged by it.
func (s Merging) writes(ctx context.Context, dinnerID string, stored int64, steps []queued.Step) ([]write, error) {
	t := s.Table
	var writes []write
	var left *dinner.Dinner
	for _, step := range steps {
		if step.Dinner != nil {
			recording, err := t.recording(ctx, step.Command.Call, step.Answer)
			if err != nil {
				return nil, err
			}
			told, err := t.told(event.WithTrace(ctx, step.Command.Trace), step.Dinner)
			if err != nil {
				return nil, err
			}
			writes = append(append(writes, recording...), told...)
			left = step.Dinner
		}
		if step.Outcome.Final() {
			refusing, err := t.refusing(ctx, step.Command.Call, step.Outcome.Refusal, errAgain)
			if err != nil {
				return nil, err
			}
			writes = append(writes, refusing)
		}
		outcome, err := t.outcome(step.Command.ID, step.Person, step.Outcome, errAgain)
		if err != nil {
			return nil, err
		}
		writes = append(writes, outcome)
	}
	if left == nil {
		condition, values := atVersion(stored)
		return append(writes, t.check(key("DINNER#"+dinnerID, "DINNER"), condition, values, errAgain)), nil
	}
	w, err := t.dinner(ctx, left.State(), stored)
	return append(lastOfEach(writes), w), err
}

// lastOfEach keeps the last write of each item, which a transaction may write but once:
// of a guest who reserves and cancels, that which removes the place.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
func lastOfEach(writes []write) []write {
	last := map[string]int{}
	for i, w := range writes {
		last[w.at()] = i
	}
	kept := writes[:0]
	for i, w := range writes {
		if last[w.at()] == i {
			kept = append(kept, w)
		}
	}
	return kept
}

// at is the key of the item that is written or checked.
func (w write) at() string {
	var k record
	switch {
	case w.item.Put != nil:
		k = w.item.Put.Item
	case w.item.Delete != nil:
		k = w.item.Delete.Key
	case w.item.ConditionCheck != nil:
		k = w.item.ConditionCheck.Key
	}
	return text(k, "pk") + " " + text(k, "sk")
}
