package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// findHAProxy returns the program, also where the path of an ordinary user does not
// lead.
func findHAProxy() (string, error) {
	for _, name := range []string{"haproxy", "/usr/sbin/haproxy"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("this needs HAProxy: apt-get install haproxy")
}

// haproxyVersion returns the program's name and version.
func haproxyVersion(ctx context.Context) (string, error) {
	path, err := findHAProxy()
	if err != nil {
		return "", err
	}
	out, err := exec.CommandContext(ctx, path, "-v").Output() //nolint:gosec // the program found above
	if err != nil {
		return "", fmt.Errorf("haproxy -v: %w", err)
	}
	words := strings.Fields(string(out))
	if len(words) < 3 {
		return "", fmt.Errorf("haproxy -v says %q", out)
	}
	return words[0] + " " + words[2], nil
}

// startHAProxy starts a balancer on a free port before backends and waits until it
// answers. stop ends it.
func startHAProxy(ctx context.Context, balance string, backends []string) (address string, stop func(), err error) {
	path, err := findHAProxy()
	if err != nil {
		return "", nil, err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	address = l.Addr().String()
	if err := l.Close(); err != nil {
		return "", nil, err
	}
	dir, err := os.MkdirTemp("", "validate")
	if err != nil {
		return "", nil, err
	}
	file := filepath.Join(dir, "haproxy.cfg")
	if err := os.WriteFile(file, []byte(configuration(address, balance, backends)), 0o600); err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	var output bytes.Buffer
	process := exec.CommandContext(ctx, path, "-db", "-f", file) //nolint:gosec // the program found above
	process.Stdout, process.Stderr = &output, &output
	if err := process.Start(); err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	stop = func() {
		_ = process.Process.Kill()
		_ = process.Wait()
		_ = os.RemoveAll(dir)
	}
	for range 200 {
		if c, err := (&net.Dialer{}).DialContext(ctx, "tcp", address); err == nil {
			return address, stop, c.Close()
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	return "", nil, fmt.Errorf("haproxy does not answer: %s", output.String())
}

// configuration has no limit on a server's connections, so that requests queue at
// the backends, as behind an Application Load Balancer.
func configuration(address, balance string, backends []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `global
    nbthread 1
    maxconn 1000
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
frontend clients
    bind %s
    default_backend servers
backend servers
    balance %s
`, address, balance)
	for i, a := range backends {
		fmt.Fprintf(&b, "    server s%d %s\n", i+1, a)
	}
	return b.String()
}
