package latency

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
)

// number writes a number with nine significant digits, the same on every machine.
func number(v float64) []byte {
	return []byte(strconv.FormatFloat(v, 'g', 9, 64))
}

// JSON returns the result with the half widths of its 95 % confidence intervals
// under "confidence_95", by the name of the field.
func (r Result) JSON() ([]byte, error) {
	return json.MarshalIndent(struct {
		Result
		Confidence map[string]json.RawMessage `json:"confidence_95"`
	}{r, r.halves()}, "", "  ")
}

func (r Result) halves() map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	v := reflect.ValueOf(r)
	for i := range v.NumField() {
		if e, ok := v.Field(i).Interface().(Estimate); ok {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			out[name] = number(e.Half)
		}
	}
	return out
}
