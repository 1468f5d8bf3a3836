package outbox

// template is the event's detail. Pipes puts quotes around a value that is a
// string, and leaves numbers, objects and lists as they are.
const template = `{
  "id": <$.dynamodb.NewImage.id.S>,
  "type": <$.dynamodb.NewImage.type.S>,
  "version": <$.dynamodb.NewImage.version.N>,
  "occurredAt": <$.dynamodb.NewImage.occurredAt.S>,
  "aggregate": {"type": <$.dynamodb.NewImage.aggregate.S>, "id": <$.dynamodb.NewImage.aggregateId.S>},
  "trace": <$.dynamodb.NewImage.trace.S>,
  "data": <$.dynamodb.NewImage.data.S>
}`
