package faults

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/event"
)

// recordsOf returns what a stream of the table shows of events that were stored,
// each after the dinner that was stored with it.
func recordsOf(events []event.Event) []Record {
	var records []Record
	for _, e := range events {
		records = append(records,
			Record{Key: e.AggregateID, Document: document{
				"eventName": "MODIFY",
				"dynamodb":  document{"NewImage": document{"kind": document{"S": "dinner"}}},
			}},
			Record{Key: "EVENT#" + e.ID, Event: e.ID, Document: document{
				"eventName": "INSERT",
				"dynamodb":  document{"NewImage": imageOf(dynamo.EventItem(e))},
			}})
	}
	return records
}

// imageOf returns an item in DynamoDB's JSON. An event's item has texts and
// numbers.
func imageOf(item map[string]types.AttributeValue) document {
	image := document{}
	for name, v := range item {
		switch v := v.(type) {
		case *types.AttributeValueMemberS:
			image[name] = document{"S": v.Value}
		case *types.AttributeValueMemberN:
			image[name] = document{"N": v.Value}
		default:
			panic(fmt.Sprintf("attribute %s of an event is a %T", name, v))
		}
	}
	return image
}
