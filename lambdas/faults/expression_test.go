package faults

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// expression reads DynamoDB's expressions, as many of them as the stores use. What it
// does not know it panics on, so that nothing is ever taken to hold.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
type expression struct {
	tokens []string
	names  map[string]string
	values map[string]any
	item   document // nil if there is none
}

var token = regexp.MustCompile(`[#:]?\w+|<=|>=|<>|[=<>(),.]`)

func (r request) expression(text string, item document) *expression {
	return &expression{token.FindAllString(text, -1), r.ExpressionAttributeNames, r.ExpressionAttributeValues, item}
}

func (e *expression) peek() string {
	if len(e.tokens) == 0 {
		return ""
	}
	return e.tokens[0]
}

func (e *expression) next() string {
	t := e.peek()
	e.tokens = e.tokens[min(1, len(e.tokens)):]
	return t
}

func (e *expression) need(want string) {
	if got := e.next(); got != want {
		panic(fmt.Sprintf("an expression has %q where this table wants %q", got, want))
	}
}

// holds reads a condition: comparisons and functions between OR and AND.
func (e *expression) holds() bool {
	one := e.allOf()
	for e.peek() == "OR" {
		e.next()
		other := e.allOf()
		one = one || other
	}
	return one
}

func (e *expression) allOf() bool {
	one := e.term()
	for e.peek() == "AND" {
		e.next()
		other := e.term()
		one = one && other
	}
	return one
}

func (e *expression) term() bool {
	switch e.peek() {
	case "attribute_not_exists", "attribute_exists":
		want := e.next() == "attribute_exists"
		e.need("(")
		_, there := e.at(e.path())
		e.need(")")
		return there == want
	case "begins_with":
		e.next()
		e.need("(")
		text := e.operand()
		e.need(",")
		start := e.operand()
		e.need(")")
		return text != nil && strings.HasPrefix(scalar(text, "S"), scalar(start, "S"))
	}
	a, comparison := e.operand(), e.next()
	return compare(a, comparison, e.operand())
}

func (e *expression) operand() any {
	if name := e.peek(); strings.HasPrefix(name, ":") {
		e.next()
		return e.value(name)
	}
	v, _ := e.at(e.path())
	return v
}

func (e *expression) value(name string) any {
	v, ok := e.values[name]
	if !ok {
		panic(fmt.Sprintf("an expression has no value %s", name))
	}
	return v
}

// path reads the names of a place in an item.
func (e *expression) path() []string {
	var names []string
	for {
		name := e.next()
		if strings.HasPrefix(name, "#") {
			name = e.names[name]
		}
		names = append(names, name)
		if e.peek() != "." {
			return names
		}
		e.next()
	}
}

// at returns what is at a place of the item.
func (e *expression) at(path []string) (any, bool) {
	v, ok := e.item[path[0]]
	for _, name := range path[1:] {
		inner, _ := v.(document)["M"].(document)
		v, ok = inner[name]
	}
	return v, ok
}

// apply reads an update and does it to the item.
func (e *expression) apply() {
	for {
		action := e.next()
		switch action {
		case "":
			return
		case "SET", "REMOVE":
		default:
			panic(fmt.Sprintf("an update has %q, which this table does not know", action))
		}
		for {
			path := e.path()
			within := e.item
			for _, name := range path[:len(path)-1] {
				outer, _ := within[name].(document)
				within, _ = outer["M"].(document)
			}
			if within == nil {
				panic(fmt.Sprintf("an update is about %v, which is in nothing", path))
			}
			if action == "REMOVE" {
				delete(within, path[len(path)-1])
			} else {
				e.need("=")
				within[path[len(path)-1]] = e.value(e.next())
			}
			if e.peek() != "," {
				break
			}
			e.next()
		}
	}
}

func scalar(v any, kind string) string {
	text, ok := v.(document)[kind].(string)
	if !ok {
		panic(fmt.Sprintf("%v is no %s", v, kind))
	}
	return text
}

// compare compares two texts or two numbers; what is not there compares with nothing.
func compare(a any, comparison string, b any) bool {
	if a == nil || b == nil {
		return false
	}
	kinds := slices.Collect(maps.Keys(a.(document)))
	var order int
	switch kinds[0] {
	case "S":
		order = strings.Compare(scalar(a, "S"), scalar(b, "S"))
	case "N":
		x, wrongX := strconv.ParseInt(scalar(a, "N"), 10, 64)
		y, wrongY := strconv.ParseInt(scalar(b, "N"), 10, 64)
		if wrongX != nil || wrongY != nil {
			panic(fmt.Sprintf("%v and %v are no whole numbers", a, b))
		}
		order = int(x - y)
	default:
		panic(fmt.Sprintf("a comparison of %s", kinds[0]))
	}
	switch comparison {
	case "=":
		return order == 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	panic(fmt.Sprintf("an expression has the comparison %q", comparison))
}
