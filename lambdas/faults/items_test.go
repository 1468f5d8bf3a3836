package faults

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
)

// items is a DynamoDB table in memory, with the calls that a store without transactions
// makes, so that a run of thousands of them takes a moment. TestGlobalOverTheNetwork holds
// it to a local AWS: the same run goes the same way over both, step by step.
type items struct {
	byKey  map[[2]string]document
	keys   [][2]string // in order
	stream []document
}

func newItems() *items { return &items{byKey: map[[2]string]document{}} }

// request is what the calls have in them.
type request struct {
	Key, Item                                                     document
	ConditionExpression, UpdateExpression, KeyConditionExpression string
	ReturnValuesOnConditionCheckFailure                           string
	ExpressionAttributeNames                                      map[string]string
	ExpressionAttributeValues                                     map[string]any
	Limit                                                         int
	ExclusiveStartKey                                             document
	RequestItems                                                  map[string]struct{ Keys []document }
}

// serve answers a call.
func (t *items) serve(r *http.Request, call string, body []byte) (*http.Response, error) {
	var in request
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	out := document{}
	switch call {
	case "GetItem":
		if item := t.byKey[keyOf(in.Key)]; item != nil {
			out["Item"] = item
		}
	case "Query":
		out["Items"] = t.query(in)
	case "BatchGetItem":
		found := document{}
		for table, asked := range in.RequestItems {
			list := []any{}
			for _, k := range asked.Keys {
				if item := t.byKey[keyOf(k)]; item != nil {
					list = append(list, item)
				}
			}
			found[table] = list
		}
		out["Responses"], out["UnprocessedKeys"] = found, document{}
	case "PutItem", "UpdateItem", "DeleteItem":
		k := in.Key
		if in.Item != nil {
			k = in.Item
		}
		there := t.byKey[keyOf(k)]
		if in.ConditionExpression != "" && !in.expression(in.ConditionExpression, there).holds() {
			failed := document{"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", "message": "the condition does not hold"}
			if in.ReturnValuesOnConditionCheckFailure == "ALL_OLD" && there != nil {
				failed["Item"] = there
			}
			text, err := json.Marshal(failed)
			return answer(r, http.StatusBadRequest, string(text)), err
		}
		t.write(call, k, in, there)
	default:
		return nil, fmt.Errorf("this table does not know %s: %s", call, body)
	}
	text, err := json.Marshal(out)
	return answer(r, http.StatusOK, string(text)), err
}

func keyOf(item document) [2]string {
	return [2]string{scalar(item["pk"], "S"), scalar(item["sk"], "S")}
}

// query returns the items of a partition that a condition selects, in order.
func (t *items) query(in request) []any {
	found := []any{}
	for _, k := range t.keys {
		if in.ExclusiveStartKey != nil {
			panic("a query goes on after a page, and there are no pages here")
		}
		item := t.byKey[k]
		if in.expression(in.KeyConditionExpression, item).holds() && (in.Limit == 0 || len(found) < in.Limit) {
			found = append(found, item)
		}
	}
	return found
}

// write puts, changes or deletes an item, and shows it in the stream if it is another
// than it was.
func (t *items) write(call string, k document, in request, before document) {
	at := keyOf(k)
	var now document
	switch call {
	case "PutItem":
		now = in.Item
	case "UpdateItem":
		if now, _ = clone(before).(document); now == nil {
			now = document{"pk": k["pk"], "sk": k["sk"]}
		}
		in.expression(in.UpdateExpression, now).apply()
	}
	if reflect.DeepEqual(now, before) {
		return
	}
	i, known := slices.BinarySearchFunc(t.keys, at, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	change := document{"Keys": document{"pk": k["pk"], "sk": k["sk"]}, "NewImage": now}
	name := "MODIFY"
	switch {
	case now == nil:
		name = "REMOVE"
		change["NewImage"] = document{}
		delete(t.byKey, at)
		t.keys = slices.Delete(t.keys, i, i+1)
	case !known:
		name = "INSERT"
		t.keys = slices.Insert(t.keys, i, at)
	}
	if now != nil {
		t.byKey[at] = now
	}
	t.stream = append(t.stream, document{"eventName": name, "dynamodb": change})
}

// clone copies a JSON value, which the stream goes on showing as it was.
func clone(v any) any {
	switch v := v.(type) {
	case document:
		if v == nil {
			return v
		}
		c := make(document, len(v))
		for name, inner := range v {
			c[name] = clone(inner)
		}
		return c
	case []any:
		c := make([]any, len(v))
		for i, inner := range v {
			c[i] = clone(inner)
		}
		return c
	}
	return v
}

// records returns what the stream shows since the last call.
func (t *items) records() ([]document, error) {
	fresh := t.stream
	t.stream = nil
	return fresh, nil
}
