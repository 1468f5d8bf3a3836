package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"time"

	"fulcrum/compare/latency"
)

// Headers between the load and the backends.
const (
	serviceHeader = "X-Service" // nanoseconds of work asked for
	serverHeader  = "X-Server"  // the backend that did it
)

// measurement is what the clients saw.
type measurement struct {
	mu       sync.Mutex
	times    []float64 // seconds
	servers  [servers]int
	failures []error
}

func (m *measurement) share(server int) float64 {
	return float64(m.servers[server]) / float64(len(m.times))
}

// quantile returns the time that a share of the requests does not exceed.
func (m *measurement) quantile(p float64) float64 {
	return m.times[int(math.Ceil(p*float64(len(m.times))))-1]
}

// backend serves a few requests at a time, in the order in which they come, for as
// long as each asks, on the last server longer by the factor.
func backend(n int) http.Handler {
	places := make(chan struct{}, slots)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ns, err := strconv.ParseInt(r.Header.Get(serviceHeader), 10, 64)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		places <- struct{}{}
		work := time.Duration(ns)
		if n == servers-1 {
			work = time.Duration(float64(ns) * slow)
		}
		time.Sleep(work)
		<-places
		w.Header().Set(serverHeader, strconv.Itoa(n))
	})
}

// measure sends a trace through HAProxy, each request at its time whatever became
// of those before.
func measure(ctx context.Context, balance string, trace []latency.Arrival) (*measurement, error) {
	var addresses []string
	for n := range servers {
		s := httptest.NewServer(backend(n))
		defer s.Close()
		addresses = append(addresses, s.Listener.Addr().String())
	}
	address, stop, err := startHAProxy(ctx, balance, addresses)
	if err != nil {
		return nil, err
	}
	defer stop()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256, DialContext: (&net.Dialer{Timeout: 5 * time.Second}).DialContext}}
	defer client.CloseIdleConnections()

	out := &measurement{}
	var group sync.WaitGroup
	start := time.Now().Add(100 * time.Millisecond)
	for _, a := range trace {
		due := start.Add(a.At)
		select {
		case <-time.After(time.Until(due)):
		case <-ctx.Done():
			group.Wait()
			return nil, ctx.Err()
		}
		group.Go(func() { out.send(ctx, client, address, due, a.Service) })
	}
	group.Wait()
	if len(out.failures) > 0 {
		return nil, fmt.Errorf("%d of %d requests failed, the first: %w", len(out.failures), len(trace), out.failures[0])
	}
	slices.Sort(out.times)
	return out, nil
}

// send sends one request and notes its time, counted from when it was due.
func (m *measurement) send(ctx context.Context, client *http.Client, address string, due time.Time, service time.Duration) {
	server, err := func() (int, error) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/", nil)
		if err != nil {
			return 0, err
		}
		r.Header.Set(serviceHeader, strconv.FormatInt(int64(service), 10))
		answer, err := client.Do(r)
		if err != nil {
			return 0, err
		}
		defer func() { _ = answer.Body.Close() }()
		if _, err := io.Copy(io.Discard, answer.Body); err != nil {
			return 0, err
		}
		if answer.StatusCode != http.StatusOK {
			return 0, fmt.Errorf("status %s", answer.Status)
		}
		return strconv.Atoi(answer.Header.Get(serverHeader))
	}()
	took := time.Since(due).Seconds()
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil || server < 0 || server >= servers {
		m.failures = append(m.failures, fmt.Errorf("server %d: %w", server, err))
		return
	}
	m.times = append(m.times, took)
	m.servers[server]++
}
