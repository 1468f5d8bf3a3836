// Package redistest runs Debian's redis-server for tests, as like an ElastiCache
// Serverless cache for Valkey as it can be made: one node in cluster mode, TLS
// only, no default user, one user with the rights that constructs/cache gives.
package redistest

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/localtls"
)

// The one user, whose keys begin with "dinner:".
const (
	User     = "service"
	Password = "a-token-that-IAM-would-vouch-for"
)

// access is what constructs/cache gives its user; a test there and the client's
// here hold the two together.
const access = "on ~dinner:* resetchannels -@all +@read +@write +@connection -@dangerous +cluster|slots +cluster|shards +command"

// Server is a running server.
type Server struct {
	// Address is "host:port"; Authorities trust its certificate.
	Address     string
	Authorities *x509.CertPool

	dir     string
	process *exec.Cmd
}

// Start starts a server on a free port of loopback, waits until it answers, and
// stops it when the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{dir: t.TempDir()}
	_, _, s.Authorities = localtls.Certify(t, s.dir)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Address = l.Addr().String()
	_ = l.Close()
	t.Cleanup(s.Stop)
	s.Run(t)
	return s
}

// Run starts the server on its address, again after Stop, with nothing in it.
func (s *Server) Run(t testing.TB) {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatal("these tests need a real Redis: apt-get install redis-server")
	}
	_, port, err := net.SplitHostPort(s.Address)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(s.dir, "nodes.conf")); err != nil {
		t.Fatal(err)
	}
	users := fmt.Sprintf("user default off\nuser admin on >admin allkeys allchannels +@all\nuser %s >%s %s\n",
		User, Password, access)
	if err := os.WriteFile(filepath.Join(s.dir, "users.acl"), []byte(users), 0o600); err != nil {
		t.Fatal(err)
	}
	var output bytes.Buffer
	s.process = exec.Command(binary, "--bind", "127.0.0.1", "--port", "0", "--tls-port", port, "--dir", s.dir, //nolint:gosec,noctx // our own, stopped by Stop
		"--tls-cert-file", "cert.pem", "--tls-key-file", "key.pem", "--tls-ca-cert-file", "cert.pem", "--tls-auth-clients", "no", "--tls-cluster", "yes",
		"--cluster-enabled", "yes", "--cluster-port", "0", "--cluster-require-full-coverage", "no",
		"--save", "", "--appendonly", "no", "--aclfile", filepath.Join(s.dir, "users.acl"))
	s.process.Stdout, s.process.Stderr = &output, &output
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(30 * time.Second)
	for {
		answer, err := s.ask("AUTH admin admin\r\nCLUSTER ADDSLOTSRANGE 0 16383\r\nCLUSTER INFO\r\nQUIT\r\n")
		if err == nil && strings.Contains(answer, "cluster_state:ok") {
			return
		}
		if time.Now().After(deadline) {
			s.Stop()
			t.Fatalf("redis-server does not answer: %v %s\n%s", err, answer, output.String())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// ask sends inline commands and returns all that comes back.
func (s *Server) ask(commands string) (string, error) {
	dialer := &tls.Dialer{NetDialer: &net.Dialer{Timeout: time.Second}, Config: &tls.Config{RootCAs: s.Authorities, MinVersion: tls.VersionTLS12}}
	conn, err := dialer.Dial("tcp", s.Address)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return "", err
	}
	if _, err := io.WriteString(conn, commands); err != nil {
		return "", err
	}
	answer, err := io.ReadAll(conn)
	return string(answer), err
}

// Stop ends the server at once.
func (s *Server) Stop() {
	if s.process != nil {
		_ = s.process.Process.Kill()
		_ = s.process.Wait()
		s.process = nil
	}
}
