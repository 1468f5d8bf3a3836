package token

import (
	"bytes"
	"context"
	"io"
	"net/http"
)

// Published is a transport for a program that cannot reach the issuer: it answers
// a fetch of the issuer's keys with the copy that Read returns. Choose the
// network's own transport wherever there is a way to the issuer.
//
// What is read is trusted as the issuer's own answer would be, so only whoever
// fetches keys from the issuer may write it.
type Published struct {
	Read func(context.Context) ([]byte, error)
}

// RoundTrip returns the copy, whatever address was asked for, or the error of Read.
func (p Published) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := p.Read(r.Context())
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: http.StatusOK, Request: r, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}
