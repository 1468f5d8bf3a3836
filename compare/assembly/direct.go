package assembly

import "strings"

// DirectService returns the AWS service that a method of a REST API is integrated
// with, "s3", "sqs"; empty for a function, a server or no integration at all.
func DirectService(method *Resource) string {
	if method.Type != "AWS::ApiGateway::Method" || method.Text("Integration", "Type") != "AWS" {
		return ""
	}
	// arn:aws:apigateway:REGION:SERVICE:action/NAME or …:path/PATH, in parts.
	_, rest, _ := strings.Cut(joined(method.Get("Integration", "Uri")), ":apigateway:")
	fields := strings.Split(rest, ":")
	if len(fields) < 2 || fields[1] == "lambda" {
		return ""
	}
	return fields[1]
}

// joined is the text of a value, with a star for what is known at deployment only.
func joined(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		if join, ok := v["Fn::Join"].([]any); ok && len(join) == 2 {
			parts, _ := join[1].([]any)
			separator, _ := join[0].(string)
			texts := make([]string, len(parts))
			for i, p := range parts {
				texts[i] = joined(p)
			}
			return strings.Join(texts, separator)
		}
	}
	return "*"
}
