package localaws

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

// Stream reads the stream of a table from its beginning.
type Stream struct {
	client *dynamodbstreams.Client
	arn    string
	last   *string // sequence number of the last record read
}

// Stream returns the stream of a table.
func (s *Server) Stream(ctx context.Context, table string) (*Stream, error) {
	client := dynamodbstreams.NewFromConfig(s.Config)
	list, err := client.ListStreams(ctx, &dynamodbstreams.ListStreamsInput{TableName: &table})
	if err != nil {
		return nil, err
	}
	if n := len(list.Streams); n != 1 {
		return nil, fmt.Errorf("table %s has %d streams, want 1", table, n)
	}
	return &Stream{client: client, arn: *list.Streams[0].StreamArn}, nil
}

// Records returns what was written since the last call, as a pipe sees it: with
// eventName, and dynamodb with Keys and NewImage in DynamoDB's JSON.
//
// It asks for an iterator each time: moto gives a table another stream when it
// takes a transaction back, and an iterator stays with the old one.
func (s *Stream) Records(ctx context.Context) ([]map[string]any, error) {
	stream, err := s.client.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: &s.arn})
	if err != nil {
		return nil, err
	}
	if n := len(stream.StreamDescription.Shards); n != 1 {
		return nil, fmt.Errorf("stream %s has %d shards, one is read here", s.arn, n)
	}
	from := &dynamodbstreams.GetShardIteratorInput{
		StreamArn: &s.arn, ShardId: stream.StreamDescription.Shards[0].ShardId,
		ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
	}
	if s.last != nil {
		from.ShardIteratorType, from.SequenceNumber = types.ShardIteratorTypeAfterSequenceNumber, s.last
	}
	iterator, err := s.client.GetShardIterator(ctx, from)
	if err != nil {
		return nil, err
	}
	var records []map[string]any
	for next := iterator.ShardIterator; ; {
		page, err := s.client.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: next})
		if err != nil {
			return nil, err
		}
		if len(page.Records) == 0 {
			return records, nil
		}
		for _, r := range page.Records {
			records = append(records, map[string]any{
				"eventName": string(r.EventName),
				"dynamodb":  map[string]any{"Keys": image(r.Dynamodb.Keys), "NewImage": image(r.Dynamodb.NewImage)},
			})
			s.last = r.Dynamodb.SequenceNumber
		}
		next = page.NextShardIterator
	}
}

func image(item map[string]types.AttributeValue) map[string]any {
	m := map[string]any{}
	for name, v := range item {
		m[name] = attribute(v)
	}
	return m
}

func attribute(v types.AttributeValue) map[string]any {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}
	case *types.AttributeValueMemberB:
		return map[string]any{"B": v.Value}
	case *types.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}
	case *types.AttributeValueMemberM:
		return map[string]any{"M": image(v.Value)}
	case *types.AttributeValueMemberL:
		list := make([]any, len(v.Value))
		for i, inner := range v.Value {
			list[i] = attribute(inner)
		}
		return map[string]any{"L": list}
	}
	panic(fmt.Sprintf("the stream has a %T, which nothing in this module writes", v))
}
