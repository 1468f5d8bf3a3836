package outbox

import "encoding/json"

// template is the event's detail; what it leaves out, keys and expiry, is the
// store's own business.
//
// No variable stands in quotes: Pipes writes them around strings itself, and one
// in quotes would lose the quotes inside it, which data has. An attribute that is
// missing becomes an empty string, so the result is always JSON with every
// attribute present.
//
// Two values may come in two shapes. version is a number that the stream writes
// as a string. data is a document in a string, and Pipes says that it can read
// what was encoded once. Consumers take either shape of both.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
const template = `{
  "id": <$.dynamodb.NewImage.id.S>,
  "type": <$.dynamodb.NewImage.type.S>,
  "version": <$.dynamodb.NewImage.version.N>,
  "occurredAt": <$.dynamodb.NewImage.occurredAt.S>,
  "aggregate": {"type": <$.dynamodb.NewImage.aggregate.S>, "id": <$.dynamodb.NewImage.aggregateId.S>},
  "trace": <$.dynamodb.NewImage.trace.S>,
  "data": <$.dynamodb.NewImage.data.S>
}`

// filter selects new items of the kind "event". What it does not select costs
// nothing: Pipes charges for what is left after filtering.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-filtering.html
func filter() string {
	pattern, err := json.Marshal(map[string]any{
		"eventName": []string{"INSERT"},
		"dynamodb":  map[string]any{"NewImage": map[string]any{"kind": map[string]any{"S": []string{"event"}}}},
	})
	if err != nil {
		panic(err) // maps of strings cannot fail
	}
	return string(pattern)
}
