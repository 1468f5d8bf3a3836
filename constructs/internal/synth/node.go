package synth

import (
	"encoding/json"
	"strings"
)

// Node is a value of a template.
type Node struct{ Value any }

// UnmarshalJSON implements json.Unmarshaler.
func (n *Node) UnmarshalJSON(text []byte) error { return json.Unmarshal(text, &n.Value) }

// At returns the value under keys, each a property's name or an index. The value
// of a path that is not there is nil.
func (n Node) At(keys ...any) Node {
	for _, key := range keys {
		switch key := key.(type) {
		case string:
			properties, _ := n.Value.(map[string]any)
			n = Node{properties[key]}
		case int:
			list, _ := n.Value.([]any)
			if key >= len(list) {
				return Node{}
			}
			n = Node{list[key]}
		}
	}
	return n
}

// List returns the elements of n; a value that is no list is a list of itself.
func (n Node) List() []Node {
	if n.Value == nil {
		return nil
	}
	list, ok := n.Value.([]any)
	if !ok {
		return []Node{n}
	}
	nodes := make([]Node, len(list))
	for i, value := range list {
		nodes[i] = Node{value}
	}
	return nodes
}

// String returns n as compact JSON with sorted keys, and a string as it is.
func (n Node) String() string {
	if s, ok := n.Value.(string); ok {
		return s
	}
	text, err := json.Marshal(n.Value)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// Deployed returns the text that the node becomes when a stack of the name is
// deployed to the Region. What else it refers to stays as its logical id.
func (n Node) Deployed(stack, region string) string {
	if list := n.At("Fn::Join", 1).List(); list != nil {
		var parts []string
		for _, part := range list {
			parts = append(parts, part.Deployed(stack, region))
		}
		return strings.Join(parts, n.At("Fn::Join", 0).String())
	}
	switch ref := n.At("Ref"); ref.Value {
	case nil:
		return n.String()
	case "AWS::StackName":
		return stack
	case "AWS::Region":
		return region
	default:
		return ref.String()
	}
}
