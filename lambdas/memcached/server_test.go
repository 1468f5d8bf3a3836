package memcached

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"
)

// server is a real Memcached process on loopback.
type server struct {
	address string
	args    []string
	process *exec.Cmd
}

// start starts a process on a free port and waits until it answers.
func start(t *testing.T, args ...string) *server {
	t.Helper()
	s := &server{address: freeAddress(t), args: args}
	s.run(t)
	return s
}

// run starts the process on its address, again after kill.
func (s *server) run(t *testing.T) {
	t.Helper()
	binary, err := exec.LookPath("memcached")
	if err != nil {
		t.Fatal("these tests need a real Memcached: apt-get install memcached")
	}
	_, port, err := net.SplitHostPort(s.address)
	if err != nil {
		t.Fatal(err)
	}
	args := append([]string{"-l", "127.0.0.1", "-p", port, "-m", "16", "-U", "0"}, s.args...)
	if os.Getuid() == 0 {
		args = append(args, "-u", "root")
	}
	s.process = exec.Command(binary, args...)
	var output bytes.Buffer
	s.process.Stdout, s.process.Stderr = &output, &output
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.kill() })
	for range 200 {
		if c, err := net.Dial("tcp", s.address); err == nil {
			_ = c.Close()
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.kill()
	t.Fatalf("memcached %v does not answer: %s", args, output.String())
}

// kill ends the process at once.
func (s *server) kill() {
	if s.process != nil {
		_ = s.process.Process.Kill()
		_ = s.process.Wait()
		s.process = nil
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func trusting(pool *x509.CertPool) *tls.Config {
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
}
