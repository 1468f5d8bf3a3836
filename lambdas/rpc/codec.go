package rpc

import (
	"errors"
	"fmt"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// codec is a form of messages. The library's own says in its errors into what type of
// this program a message was to be read, which is nobody's business.
type codec struct {
	name      string
	marshal   func(proto.Message) ([]byte, error)
	unmarshal func([]byte, proto.Message) error
}

var _ connect.Codec = codec{}

// codecs are the forms that clients may choose from.
var codecs = []codec{
	{"proto", proto.Marshal, proto.Unmarshal},
	{"json", protojson.Marshal, protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal},
	{"json; charset=utf-8", protojson.Marshal, protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal},
}

// Name is what comes after "application/" or "application/grpc+".
func (c codec) Name() string { return c.name }

// Marshal writes a message.
func (c codec) Marshal(m any) ([]byte, error) {
	message, ok := m.(proto.Message)
	if !ok {
		return nil, fmt.Errorf("%T is no message", m)
	}
	return c.marshal(message)
}

// Unmarshal reads a message.
func (c codec) Unmarshal(raw []byte, m any) error {
	message, ok := m.(proto.Message)
	if !ok || c.unmarshal(raw, message) != nil {
		return errors.New("the bytes are not one of this procedure")
	}
	return nil
}

// options are how every procedure is served.
func options() []connect.HandlerOption {
	all := []connect.HandlerOption{connect.WithReadMaxBytes(maxMessage)}
	for _, c := range codecs {
		all = append(all, connect.WithCodec(c))
	}
	return all
}
