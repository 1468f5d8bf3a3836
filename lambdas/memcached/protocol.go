package memcached

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// connection is one connection to a node and its protocol
// (https://github.com/memcached/memcached/blob/master/doc/protocol.txt).
type connection struct {
	net.Conn
	r *bufio.Reader
	w *bufio.Writer
	// used is true once a call succeeded: a failure may then only mean that the
	// node closed an idle connection.
	used bool
}

// refusal is an answer that says no and leaves the connection in order.
type refusal string

func (r refusal) Error() string { return "cache node answered " + strconv.Quote(string(r)) }

// maxValue bounds what a node may send, so that a broken one cannot fill memory.
const maxValue = 128 << 20

func newConnection(c net.Conn) *connection {
	return &connection{Conn: c, r: bufio.NewReader(c), w: bufio.NewWriter(c)}
}

// within runs a call until a time, or until ctx is done.
func (c *connection) within(ctx context.Context, limit time.Duration, call func(*connection) error) error {
	deadline := time.Now().Add(limit)
	if d, ok := ctx.Deadline(); ok && d.Before(deadline) {
		deadline = d
	}
	if err := c.SetDeadline(deadline); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	err := call(c)
	if !stop() && ctx.Err() != nil {
		// The deadline may still be moved, so the connection is not used again.
		return errors.Join(ctx.Err(), err)
	}
	return err
}

func (c *connection) get(key string) ([]byte, error) {
	if err := c.send("get ", key, "\r\n"); err != nil {
		return nil, err
	}
	line, err := c.line()
	if err != nil {
		return nil, err
	}
	if bytes.Equal(line, []byte("END")) {
		return nil, ErrMiss
	}
	fields := bytes.Fields(line)
	if len(fields) < 4 || string(fields[0]) != "VALUE" || string(fields[1]) != key {
		return nil, c.surprise(line)
	}
	value, err := c.block(fields[3])
	if err != nil {
		return nil, err
	}
	return value, c.expect("END")
}

// block reads a block of data of a length in decimal, and the line end after it.
func (c *connection) block(length []byte) ([]byte, error) {
	n, err := strconv.ParseUint(string(length), 10, 32)
	if err != nil || n > maxValue {
		return nil, fmt.Errorf("cache node sends a value of %q bytes: want at most %d", length, maxValue)
	}
	// Memory grows with what arrives, not with what is promised.
	var buffer bytes.Buffer
	buffer.Grow(int(min(n+2, 1<<20)))                             //nolint:gosec // at most maxValue
	if _, err := io.CopyN(&buffer, c.r, int64(n)+2); err != nil { //nolint:gosec // at most maxValue
		return nil, err
	}
	data := buffer.Bytes()
	if !bytes.HasSuffix(data, []byte("\r\n")) {
		return nil, fmt.Errorf("cache node sends more than the %d bytes it promised", n)
	}
	return data[:n:n], nil
}

func (c *connection) set(key string, value []byte, ttl time.Duration) error {
	if err := c.send("set ", key, " 0 ", strconv.FormatInt(expiry(ttl, time.Now()), 10), " ", strconv.Itoa(len(value)), "\r\n"); err != nil {
		return err
	}
	if _, err := c.w.Write(value); err != nil {
		return err
	}
	if err := c.send("\r\n"); err != nil {
		return err
	}
	return c.expect("STORED")
}

// expiry returns a time to live as the protocol wants it: seconds up to 30 days, a
// date beyond.
func expiry(ttl time.Duration, now time.Time) int64 {
	s := int64((ttl + time.Second - 1) / time.Second)
	if ttl > 30*24*time.Hour {
		return now.Unix() + s
	}
	return s
}

func (c *connection) delete(key string) error {
	if err := c.send("delete ", key, "\r\n"); err != nil {
		return err
	}
	line, err := c.line()
	if err == nil && string(line) != "DELETED" && string(line) != "NOT_FOUND" {
		return c.surprise(line)
	}
	return err
}

// version asks for a sign of life.
func (c *connection) version() error {
	if err := c.send("version\r\n"); err != nil {
		return err
	}
	line, err := c.line()
	if err == nil && !bytes.HasPrefix(line, []byte("VERSION ")) {
		return c.surprise(line)
	}
	return err
}

// send buffers words until an answer is read.
func (c *connection) send(words ...string) error {
	for _, w := range words {
		if _, err := c.w.WriteString(w); err != nil {
			return err
		}
	}
	return nil
}

// line sends what is buffered and reads one line without its end.
func (c *connection) line() ([]byte, error) {
	if err := c.w.Flush(); err != nil {
		return nil, err
	}
	line, err := c.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return nil, fmt.Errorf("cache node sends a line of more than %d bytes", len(line))
	}
	if err != nil {
		return nil, err
	}
	return bytes.TrimRight(line, "\r\n"), nil
}

func (c *connection) expect(want string) error {
	line, err := c.line()
	if err == nil && string(line) != want {
		return c.surprise(line)
	}
	return err
}

// surprise turns an unexpected line into an error. The errors that the protocol
// defines are refusals.
func (c *connection) surprise(line []byte) error {
	for _, prefix := range []string{"ERROR", "CLIENT_ERROR", "SERVER_ERROR", "NOT_STORED"} {
		if bytes.HasPrefix(line, []byte(prefix)) {
			return refusal(line)
		}
	}
	return fmt.Errorf("cache node sends %q, which is not in the protocol", line)
}
