package redrive

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// FuzzLetter reads whatever may lie in a dead-letter queue: it names records of a
// stream, all of their place, or none; and it has a reason.
func FuzzLetter(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `[]`, `{"context":{"condition":"MaximumRetryAttemptsExceeded"},"DDBStreamBatchInfo":{"shardId":"s","startSequenceNumber":"1","endSequenceNumber":"2","approximateArrivalOfFirstRecord":"2030-01-01T00:00:00Z","approximateArrivalOfLastRecord":"soon","streamArn":"arn"}}`,
		`{"shardId":{"shardId":"s"},"startSequenceNumber":1}`, strings.Repeat(`{"a":`, 500),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		at, err := placeOf(body)
		if err == nil && slices.Contains([]string{at.shard, at.from, at.to, at.stream}, "") {
			t.Errorf("%q is at %+v", body, at)
		}
		if reason(types.Message{Body: &body}) == "" {
			t.Errorf("%q has no reason", body)
		}
		if after(at.from, at.to) && after(at.to, at.from) {
			t.Errorf("%q comes after %q and before it", at.from, at.to)
		}
	})
}

// FuzzPlan reads whatever may be given for a template: each of its dead-letter queues
// has one way.
func FuzzPlan(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `{"Resources":null}`, `{"Resources":{"D":{"Type":"AWS::SQS::Queue","Metadata":{"fulcrum":{"role":"dead-letter"}}},"Q":{"Type":"AWS::SQS::Queue","Properties":{"RedrivePolicy":{"deadLetterTargetArn":{"Fn::GetAtt":["D","Arn"]}}}}}}`,
		`{"Resources":{"D":{"Metadata":{"fulcrum":{"role":"dead-letter"}}},"P":{"Type":"AWS::Pipes::Pipe","Properties":{"Source":"x","SourceParameters":{"FilterCriteria":{"Filters":[{"Pattern":"{"}]},"DynamoDBStreamParameters":{"DeadLetterConfig":{"Arn":{"Fn::GetAtt":["D"]}}}}}}}}`,
		`{"Resources":{"R":{"Type":"AWS::Events::Rule","Properties":{"Targets":[{"Arn":{"Fn::GetAtt":"D.Arn"},"DeadLetterConfig":{"Arn":{}}}]}}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, template []byte) {
		plan, err := Plan(template)
		if err != nil {
			return
		}
		var dead []string
		for _, w := range plan {
			dead = append(dead, w.Dead) // empty for a resource without a name, which no stack has
			if !slices.Contains([]Kind{ToQueue, ToBus, ByPipe, ByHand}, w.Kind) || w.Kind != ByHand && w.From == "" && w.Dead != "" {
				t.Errorf("the way %+v", w)
			}
		}
		if !slices.IsSorted(dead) || len(slices.Compact(slices.Clone(dead))) != len(dead) {
			t.Errorf("dead letters %q", dead)
		}
	})
}
