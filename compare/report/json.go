package report

import (
	"bufio"
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"fulcrum/compare"
)

// Schema is the JSON Schema, draft 2020-12, that what JSON writes follows.
//
//go:embed schema.json
var Schema []byte

// JSON writes the comparison in full precision, with the assumptions and the
// sources of its facts. Trade-offs and stacks are written one by one: together they
// are most of it, and an encoder holds what it encodes in memory, twice.
func JSON(w io.Writer, c compare.Comparison) error {
	out := bufio.NewWriter(w)
	whole := c
	c.TradeOffs, c.Stacks = nil, nil
	text, err := indented("", struct {
		compare.Comparison
		Assumptions []string `json:"assumptions"`
		Sources     []Source `json:"sources"`
	}{c, AssumptionsOf(whole), newSources(whole).list})
	for line := range bytes.Lines(text) {
		switch string(line) {
		case " \"trade_offs\": null,\n":
			err = cmp.Or(err, writeList(out, "trade_offs", whole.TradeOffs))
		case " \"stacks\": null,\n":
			err = cmp.Or(err, writeList(out, "stacks", whole.Stacks))
		default:
			_, _ = out.Write(line) // an error stays with out until it is flushed
		}
	}
	return errors.Join(err, out.Flush())
}

// writeList writes a field of the outermost object.
func writeList[T any](out *bufio.Writer, name string, list []T) error {
	if list == nil {
		_, _ = fmt.Fprintf(out, " %q: null,\n", name)
		return nil
	}
	_, _ = fmt.Fprintf(out, " %q: [", name)
	for i, x := range list {
		if i > 0 {
			_ = out.WriteByte(',')
		}
		text, err := indented("  ", x)
		if err != nil {
			return err
		}
		_, _ = out.WriteString("\n  ")
		_, _ = out.Write(bytes.TrimSpace(text))
	}
	if len(list) > 0 {
		_, _ = out.WriteString("\n ")
	}
	_, _ = out.WriteString("],\n")
	return nil
}

func indented(prefix string, v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent(prefix, " ")
	err := enc.Encode(v)
	return b.Bytes(), err
}
