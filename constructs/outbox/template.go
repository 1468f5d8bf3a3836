package outbox

import "encoding/json"

// template is the event's detail; what it leaves out, keys and expiry, is the
// store's own business.
//
// No variable stands in quotes: Pipes writes them around strings itself. An
// attribute that is missing becomes an empty string, so the result is always JSON
// with every attribute present.
//
// version is a number that the stream writes as a string, so it may come as
// either. data is base64, in which there is nothing to escape: the page below says
// that the result is valid JSON, and the one of rules' transformers that quotes in
// values are not escaped.
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

// filter selects new items of the kind "event", those of the names if there are
// any, and of the Region if one is given. What it does not select costs nothing: Pipes charges for what is left after
// filtering.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-filtering.html
func (p Props) filter(names []string) string {
	image := map[string]any{"kind": map[string]any{"S": []string{"event"}}}
	if len(names) > 0 {
		image["type"] = map[string]any{"S": names}
	}
	if p.Region != "" {
		image["region"] = map[string]any{"S": []string{p.Region}}
	}
	pattern, err := json.Marshal(map[string]any{
		"eventName": []string{"INSERT"},
		"dynamodb":  map[string]any{"NewImage": image},
	})
	if err != nil {
		panic(err) // maps of strings cannot fail
	}
	return string(pattern)
}
