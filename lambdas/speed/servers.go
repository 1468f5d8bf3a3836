package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"fulcrum/lambdas/contract/issuer"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/runtimeapi"
)

// process is a server that runs.
type process struct {
	command *exec.Cmd
	address string
}

// serve starts a program that listens at PORT, and waits until it does. What it logs
// goes nowhere: whoever reads a log would take of the processors too.
func serve(t localaws.Scope, binary string, environment ...string) (*process, error) {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	if err := l.Close(); err != nil {
		return nil, err
	}
	command := exec.CommandContext(t.Context(), binary) //nolint:gosec // made here
	command.Env = append(environment, "PORT="+port)
	if err := command.Start(); err != nil {
		return nil, err
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	p := &process{command, net.JoinHostPort("127.0.0.1", port)}
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", p.address)
		if err == nil {
			return p, c.Close()
		}
		if time.Now().After(end) {
			return nil, fmt.Errorf("%s does not listen: %w", binary, err)
		}
	}
}

// query is what the servers are asked for.
type query struct {
	name, path string
	header     string // one more line, empty for none
}

func servers(t localaws.Scope, r *report, dir string, e effort) error {
	tokens, err := issuer.Start()
	if err != nil {
		return err
	}
	t.Cleanup(tokens.Close)
	own, err := serve(t, binary(dir, "server"), "TOKEN_ISSUER="+tokens.URL, "TOKEN_CLIENTS="+issuer.Client)
	if err != nil {
		return err
	}
	token, err := tokens.Token("host", "dinner/host dinner/guest", time.Hour)
	if err != nil {
		return err
	}
	id, err := opened(t.Context(), tokens, own.address)
	if err != nil {
		return err
	}
	r.add(`## Server

The program of Fargate and EC2 over a store in memory with 20 dinners, beside a bare server of net/http with answers of the same size: %d connections over HTTP/1.1, each with one request at a time, %s each in turns of %s. The client runs on the same processors, so the share is the median over the turns of what the server answered of what the bare one did in the next; processor time is the server's own, for one request. The server should answer at least %.1f of what the bare one answers to See Dinner, which is nothing but the handler, and may have %d MB of memory afterwards.

| query | requests/s | p99, ms | µs of processor | of a bare one | p99, ms | µs of processor | share |
|---|--:|--:|--:|--:|--:|--:|--:|
`, e.connections, e.period*time.Duration(e.turns), e.period, minShare, maxResident>>20)
	for n, q := range []query{
		{"See Dinner", "/dinners/" + id, ""},
		{"Find Dinners, 20 of them", "/dinners", ""},
		{"My Reservations, with a token", "/me/reservations", "Authorization: Bearer " + token},
	} {
		share, err := q.measure(t, r, own, dir, e)
		if err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		if n == 0 && share < minShare {
			r.slow = append(r.slow, fmt.Sprintf("%s: %.2f of a bare server's requests a second, at least %.1f", q.name, share, minShare))
		}
	}
	resident, err := runtimeapi.Resident(t.Context(), own.command.Process.Pid)
	if err != nil {
		return err
	}
	r.add("\nAfterwards the server has %s MB.\n\n", mb(resident))
	r.most("memory of the server", resident, maxResident)
	return nil
}

// measure writes the row of a query and returns the share.
func (q query) measure(t localaws.Scope, r *report, own *process, dir string, e effort) (share float64, err error) {
	size, err := load(own.address, q, 1, 0)
	if err != nil {
		return 0, err
	}
	bare, err := serve(t, binary(dir, "bare"), "BODY_BYTES="+strconv.Itoa(size.bytes))
	if err != nil {
		return 0, err
	}
	var o, b loaded
	var shares []float64
	for range e.turns {
		one, err := own.load(q, e)
		if err != nil {
			return 0, err
		}
		other, err := bare.load(q, e)
		if err != nil {
			return 0, err
		}
		o.add(one)
		b.add(other)
		shares = append(shares, one.rate()/other.rate())
	}
	slices.Sort(shares)
	_ = bare.command.Process.Kill()
	r.add("| %s | %s | %s | %.2f |\n", q.name, o, b, shares[len(shares)/2])
	return shares[len(shares)/2], nil
}

// load asks the server for a turn.
func (p *process) load(q query, e effort) (loaded, error) {
	before, err := processor(p.command.Process.Pid)
	if err != nil {
		return loaded{}, err
	}
	l, err := load(p.address, q, e.connections, e.period)
	if err != nil {
		return l, err
	}
	after, err := processor(p.command.Process.Pid)
	l.processor = after - before
	return l, err
}

// tick is what Linux counts processor time in, USER_HZ (time(7)).
const tick = 10 * time.Millisecond

// processor returns the processor time that a process took since it began, of user
// and of system: the 14th and 15th field of proc_pid_stat(5).
func processor(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(string(stat), ") ") // the name may have anything in it
	fields := strings.Fields(after)
	if len(fields) < 13 {
		return 0, fmt.Errorf("stat of process %d is %q", pid, stat)
	}
	user, wrong := strconv.Atoi(fields[11])
	system, err := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick, errors.Join(wrong, err)
}

// opened opens 20 dinners and returns the id of one, once all are found.
func opened(ctx context.Context, tokens *issuer.Issuer, address string) (string, error) {
	url := "http://" + address + "/dinners"
	var made struct{ DinnerID string }
	at := time.Now().UTC().Add(48 * time.Hour)
	for n := range 20 {
		body := fmt.Sprintf(`{"title":"Soup %d","place":"Harbour 1","hostName":"Host","startsAt":%q,"confirmBy":%q,"seats":8,"minimum":2}`,
			n, at.Format(time.RFC3339), at.Add(-24*time.Hour).Format(time.RFC3339))
		if err := tokens.Send(ctx, "host", http.MethodPost, url, body, &made); err != nil {
			return "", err
		}
	}
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var found struct{ Dinners []json.RawMessage }
		if err := tokens.Send(ctx, "host", http.MethodGet, url, "", &found); err != nil {
			return "", err
		}
		if len(found.Dinners) == 20 {
			return made.DinnerID, nil
		}
	}
	return "", fmt.Errorf("the dinners are not found")
}
