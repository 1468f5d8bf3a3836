package realtime

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Direct is the Door to the servers that hold the connections: a POST over TLS for
// each message, to the server that the connection is said to be at.
//
// Each server hears of its own connections only, so nothing is sent to all of them:
// a stream of the table would serve two readers, and a queue for each server would
// have to be made by the server and would outlive one that dies.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
type Direct struct {
	leases Leases
	client *http.Client

	mu sync.Mutex
	// silent are the servers that could not be reached, by pin, and when.
	silent map[string]silence
}

// silence is that a server could not be reached.
type silence struct {
	why   error
	until time.Time
}

// patience is for how long a server that could not be reached is not tried again, so
// that its connections do not keep a batch from those of the others.
const patience = 10 * time.Second

// dialTimeout is what it may take to connect within a network.
const dialTimeout = time.Second

var _ Door = (*Direct)(nil)

// NewDirect returns the door to servers with leases. A message has the time given.
func NewDirect(leases Leases, timeout time.Duration) *Direct {
	return &Direct{leases: leases, silent: map[string]silence{}, client: &http.Client{Timeout: timeout, Transport: &http.Transport{
		DialTLSContext:      dialPinned,
		MaxIdleConnsPerHost: 2,
		IdleConnTimeout:     time.Minute, // less than a server keeps it
		ForceAttemptHTTP2:   false,
	}}}
}

// pinKey is where a request's context has the pin of its server.
type pinKey struct{}

// errOther means that another server has the address now.
var errOther = errors.New("the certificate is another server's")

// PinOf returns the pin of a certificate, as of Server.
func PinOf(certificate []byte) string {
	digest := sha256.Sum256(certificate)
	return hex.EncodeToString(digest[:])
}

// dialPinned connects to the server with the pin in the context, and to no other.
func dialPinned(ctx context.Context, network, address string) (net.Conn, error) {
	pin, _ := ctx.Value(pinKey{}).(string)
	dialer := tls.Dialer{NetDialer: &net.Dialer{Timeout: dialTimeout}, Config: &tls.Config{
		MinVersion: tls.VersionTLS13,
		// No authority vouches for a private address: the pin says who may answer.
		InsecureSkipVerify: true, //nolint:gosec // see VerifyPeerCertificate
		VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
			if len(raw) == 0 || subtle.ConstantTimeCompare([]byte(PinOf(raw[0])), []byte(pin)) != 1 {
				return errOther
			}
			return nil
		},
	}}
	return dialer.DialContext(ctx, network, address)
}

// Send sends a message, ErrGone if the connection is closed, if its server is no
// more, or if another one has its address. A server that does not answer and may yet
// be there is an error, to be tried again.
func (d *Direct) Send(ctx context.Context, c Connection, message []byte) error {
	if err := Fits(message); err != nil {
		return err
	}
	if c.Server.Address == "" {
		return fmt.Errorf("connection %s is at no server", c.ID)
	}
	if why := d.silence(c.Server); why != nil {
		return d.absent(ctx, c.Server, why)
	}
	r, err := http.NewRequestWithContext(context.WithValue(ctx, pinKey{}, c.Server.Pin), http.MethodPost,
		"https://"+c.Server.Address+"/connections/"+url.PathEscape(c.ID), bytes.NewReader(message))
	if err != nil {
		return err
	}
	// A connection that was kept while the function was frozen may have ended since:
	// an empty list says that the request may be repeated, and sends no header.
	r.Header["Idempotency-Key"] = []string{}
	response, err := d.client.Do(r)
	if err != nil {
		d.mu.Lock()
		d.silent[c.Server.Pin] = silence{why: err, until: time.Now().Add(patience)}
		d.mu.Unlock()
		return d.absent(ctx, c.Server, err)
	}
	_ = response.Body.Close()
	switch response.StatusCode {
	case http.StatusNoContent:
		return nil
	case http.StatusGone:
		return ErrGone
	}
	return fmt.Errorf("send to a connection at %s: status %d", c.Server.Address, response.StatusCode)
}

// silence returns why a server is not tried again yet; nil if it is.
func (d *Direct) silence(s Server) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if q := d.silent[s.Pin]; time.Now().Before(q.until) {
		return q.why
	}
	delete(d.silent, s.Pin)
	return nil
}

// absent returns what it means that a server could not be reached.
func (d *Direct) absent(ctx context.Context, s Server, why error) error {
	if errors.Is(why, errOther) {
		return ErrGone
	}
	alive, err := d.leases.Alive(ctx, s)
	switch {
	case err != nil:
		return errors.Join(why, err)
	case !alive:
		return ErrGone
	}
	return why
}
