package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"time"
)

// loaded is what a server answered under load.
type loaded struct {
	times []time.Duration
	took  time.Duration
	// processor is the time of the server's processors.
	processor time.Duration
	bytes     int // of one body
}

func (l *loaded) rate() float64 { return float64(len(l.times)) / l.took.Seconds() }

// String returns cells of a table: requests a second, the 99th percentile of their
// times, and the processor time of one.
func (l loaded) String() string {
	return fmt.Sprintf("%.0f | %s | %.0f", l.rate(), ms(quantile(l.times, 0.99)), float64(l.processor.Microseconds())/float64(len(l.times)))
}

func (l *loaded) add(o loaded) {
	l.times = append(l.times, o.times...)
	l.took += o.took
	l.processor += o.processor
	l.bytes = o.bytes
}

// load asks a server over some connections for a period, at least once over each,
// and fails for any answer but 200. It reads no more of an answer than it must, so
// that the client takes as little as it can of the processors.
func load(address string, q query, connections int, period time.Duration) (loaded, error) {
	request := []byte("GET " + q.path + " HTTP/1.1\r\nHost: " + address + "\r\n")
	if q.header != "" {
		request = append(request, q.header+"\r\n"...)
	}
	request = append(request, "\r\n"...)
	all := make([]loaded, connections)
	failures := make([]error, connections)
	begin := time.Now()
	var working sync.WaitGroup
	for n := range connections {
		working.Go(func() { failures[n] = all[n].ask(address, request, begin.Add(period)) })
	}
	working.Wait()
	var sum loaded
	for n := range all {
		if failures[n] != nil {
			return sum, failures[n]
		}
		sum.add(all[n])
	}
	sum.took = time.Since(begin)
	return sum, nil
}

func (l *loaded) ask(address string, request []byte, end time.Time) error {
	c, err := net.Dial("tcp", address) //nolint:noctx // ends with the period
	if err != nil {
		return err
	}
	defer c.Close() //nolint:errcheck // nothing is lost
	r := bufio.NewReader(c)
	for begin := time.Now(); ; {
		if _, err := c.Write(request); err != nil {
			return err
		}
		if l.bytes, err = body(r); err != nil {
			return err
		}
		now := time.Now()
		l.times = append(l.times, now.Sub(begin))
		if begin = now; !now.Before(end) {
			return nil
		}
	}
}

// body reads one answer and returns how many bytes its body had.
func body(r *bufio.Reader) (int, error) {
	length := -1
	for first := true; ; first = false {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		name, value, _ := bytes.Cut(bytes.TrimRight(line, "\r\n"), []byte(": "))
		switch {
		case first && !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")):
			return 0, fmt.Errorf("answered %s", line)
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, err
			}
		case len(name) == 0 && length < 0:
			return 0, fmt.Errorf("an answer without Content-Length")
		case len(name) == 0:
			_, err := io.CopyN(io.Discard, r, int64(length))
			return length, err
		}
	}
}
