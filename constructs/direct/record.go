package direct

import (
	"fmt"
	"strings"

	"fulcrum/constructs/route"
)

// record returns a template that sets $record to a JSON object: the request's id,
// when and by whom it was sent, its path's variables, and its body, which the
// API's model has checked. Ids that a client could choose, such as
// $context.requestId, are not in it.
//
// It has no line ends, which would come before a form's first name.
//
// Everything from outside goes through escapeJavaScript, so that no quote ends a
// string early. That function writes ' as \', which is no JSON, hence replaceAll.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
func record(r route.Route, d Door) string {
	var b strings.Builder
	b.WriteString("#set($q = '\"')")
	fields := []string{
		"${q}id${q}:${q}$context.extendedRequestId${q}",
		"${q}sentAt${q}:$context.requestTimeEpoch",
	}
	add := func(name, value string) {
		fmt.Fprintf(&b, "#set($%s = %s)", name, escaped(value))
		fields = append(fields, fmt.Sprintf("${q}%s${q}:${q}$%s${q}", name, name))
	}
	add("caller", "$"+d.Caller)
	for _, segment := range r.Segments() {
		if name, ok := route.Variable(segment); ok {
			add(name, "$input.params().path.get('"+name+"')")
		}
	}
	fields = append(fields, "${q}body${q}:$input.json('$')")
	fmt.Fprintf(&b, "#set($record = \"{%s}\")", strings.Join(fields, ","))
	return b.String()
}

// escaped returns an expression of a value as the inside of a JSON string.
func escaped(value string) string {
	return `$util.escapeJavaScript(` + value + `).replaceAll("\\'","'")`
}

// variable returns the first variable of a route's path, which keeps what
// belongs together in one shard.
func variable(r route.Route) (string, bool) {
	for _, segment := range r.Segments() {
		if name, ok := route.Variable(segment); ok {
			return name, true
		}
	}
	return "", false
}
