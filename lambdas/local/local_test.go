package main

import (
	"bytes"
	"errors"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"fulcrum/lambdas/runtimeapi"
)

// program is the program as a user runs it.
type program struct {
	process *exec.Cmd
	said    string // until it serves
	url     string
	rest    chan string // what it says after that
}

var serving = regexp.MustCompile(`Dinner is served at (http://127\.0\.0\.1:\d+),`)

// lastWords end what it says before it waits for Ctrl-C.
const lastWords = "TOKEN=\"$ZOE\"\n"

func start(t *testing.T, binary, store string) *program {
	t.Helper()
	return startAt(t, binary, store, filepath.Join(t.TempDir(), "log.txt"))
}

// startAt starts it with a log.
func startAt(t *testing.T, binary, store, log string) *program {
	t.Helper()
	process := exec.CommandContext(t.Context(), binary, "-store", store, "-log", log) //nolint:gosec // built here
	output, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var wrong bytes.Buffer
	process.Stderr = &wrong
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = process.Process.Kill() })
	p := &program{process: process, rest: make(chan string, 1)}
	some := make([]byte, 4096)
	for !strings.Contains(p.said, lastWords) {
		n, err := output.Read(some)
		p.said += string(some[:n])
		if err != nil {
			t.Fatalf("it ended: %s%s", p.said, wrong.String())
		}
	}
	go func() {
		var rest bytes.Buffer
		_, _ = rest.ReadFrom(output)
		p.rest <- rest.String()
	}()
	found := serving.FindStringSubmatch(p.said)
	if found == nil {
		t.Fatalf("it does not say where it serves: %s", p.said)
	}
	p.url = found[1]
	return p
}

// commands are the lines for a shell in what it said.
func (p *program) commands() []string {
	var commands []string
	for line := range strings.Lines(p.said) {
		if command, ok := strings.CutPrefix(line, "  "); ok {
			commands = append(commands, command)
		}
	}
	return commands
}

// paste runs commands in a shell, in which any answer but a success is an error.
func paste(t *testing.T, commands ...string) string {
	t.Helper()
	script := "set -e\ncurl() { command curl --fail-with-body \"$@\"; }\n" + strings.Join(commands, "echo\n")
	shell := exec.CommandContext(t.Context(), "sh", "-c", script) //nolint:gosec // what it printed
	shell.Dir = filepath.Join("..", "..")                         // where make local is run
	out, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, script, out)
	}
	return string(out)
}

// TestLocal runs the program over each store, pastes what it prints, and stops it.
func TestLocal(t *testing.T) {
	binary := filepath.Join(runtimeapi.Build(t, "fulcrum/lambdas/local"), "local")
	for store := range systems {
		t.Run(store, func(t *testing.T) {
			p := start(t, binary, store)
			commands := p.commands()
			if len(commands) != 9 {
				t.Fatalf("%d commands in %s", len(commands), p.said)
			}
			got := paste(t, commands...)
			if !strings.Contains(got, "--- PASS: TestSmoke/with_a_token") {
				t.Errorf("it is not held to the contract as one person finds it: %s", got)
			}
			for _, want := range []string{`"title":"Fish soup by the harbour"`, `"seatsLeft":6`, `"reservationId"`, `"dinnerStatus":"open"`, `"notices":[`} {
				if !strings.Contains(got, want) {
					t.Errorf("no %s in\n%s", want, got)
				}
			}
			// Anna's notice comes with an event, a moment later.
			for end := time.Now().Add(30 * time.Second); !strings.Contains(got, `"Seat Reserved"`) && time.Now().Before(end); {
				got = paste(t, commands[1], commands[4])
			}
			if !strings.Contains(got, `"Seat Reserved"`) {
				t.Errorf("Anna has no notice of her seat: %s", got)
			}
			if store == "memory" {
				p.tellsAtOnce(t, commands[1])
			}
			p.onLoopbackOnly(t)
			p.logsAlone(t, binary)
			p.stop(t)
		})
	}
	for _, test := range []struct{ store, port, want string }{
		{"redis", "", `STORE is "redis", want memory or dynamodb`},
		{"memory", "http", `PORT is "http", want a number from 1 to 65535`},
		{"memory", taken(t), "address already in use; name another, or none for a free port"},
	} {
		out, err := exec.CommandContext(t.Context(), binary, "-store", test.store, "-port", test.port, "-log", os.DevNull).CombinedOutput() //nolint:gosec // built here
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(string(out), test.want) || strings.Count(string(out), "\n") != 1 {
			t.Errorf("-store %s -port %s: %v\n%s", test.store, test.port, err, out)
		}
	}
}

// tellsAtOnce connects where it says that Anna is told at once, with the token that the
// command gets her.
func (p *program) tellsAtOnce(t *testing.T, command string) {
	t.Helper()
	socket := regexp.MustCompile(`at (ws://\S+), with the subprotocols dinner\.v1 and`).FindStringSubmatch(p.said)
	if socket == nil {
		t.Fatalf("it does not say where: %s", p.said)
	}
	token := strings.TrimSpace(paste(t, command, `printf %s "$ANNA"`))
	conn, _, err := websocket.Dial(t.Context(), socket[1], &websocket.DialOptions{ //nolint:bodyclose // the library says that it is none
		Subprotocols: []string{"dinner.v1", "bearer." + token},
	})
	if err != nil {
		t.Fatal(err)
	}
	if conn.Subprotocol() != "dinner.v1" {
		t.Errorf("the connection speaks %q", conn.Subprotocol())
	}
	_ = conn.CloseNow()
}

// logsAlone starts another program with the same log, which logs elsewhere and leaves
// this one's as it is.
func (p *program) logsAlone(t *testing.T, binary string) {
	t.Helper()
	mine := p.log(t)
	before := read(t, mine)
	other := startAt(t, binary, "memory", mine)
	theirs := other.log(t)
	if want := strings.TrimSuffix(mine, ".txt") + "-2.txt"; theirs != want {
		t.Errorf("beside %s another logs to %s, want %s", mine, theirs, want)
	}
	other.stop(t)
	if before == "" || !strings.HasPrefix(read(t, mine), before) {
		t.Errorf("%s does not begin as it did before another started", mine)
	}
	again := startAt(t, binary, "memory", mine)
	if again.log(t) != theirs || strings.Count(read(t, theirs), `"msg":"listening"`) != 1 {
		t.Errorf("where nobody logs any more, %s is not begun anew: %s", theirs, read(t, theirs))
	}
	again.stop(t)
}

// log is the file that it says it logs to.
func (p *program) log(t *testing.T) string {
	t.Helper()
	found := regexp.MustCompile(`log: (.*)`).FindStringSubmatch(p.said)
	if found == nil {
		t.Fatalf("it does not say where it logs: %s", p.said)
	}
	return found[1]
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file) //nolint:gosec // of a program started here
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// onLoopbackOnly wants no other address of this machine to answer.
func (p *program) onLoopbackOnly(t *testing.T) {
	t.Helper()
	at, err := url.Parse(p.url)
	if err != nil {
		t.Fatal(err)
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		ip, _, err := net.ParseCIDR(a.String())
		if err != nil || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
			continue
		}
		c, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", net.JoinHostPort(ip.String(), at.Port()))
		if err == nil {
			_ = c.Close()
			t.Errorf("%s answers too", ip)
		}
	}
}

// stop interrupts it, as Ctrl-C does, and wants it to end well, with nothing left.
func (p *program) stop(t *testing.T) {
	t.Helper()
	children := p.children(t)
	if strings.Contains(p.said, "store: dynamodb") && len(children) < 4 { // a local AWS and three functions
		t.Errorf("it has the processes %v", children)
	}
	if err := p.process.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rest := <-p.rest
	if err := p.process.Wait(); err != nil || strings.TrimSpace(rest) != "stopped" {
		t.Errorf("it ended with %v, and said %q", err, rest)
	}
	for _, pid := range children {
		if state := ps(t, "-o", "stat=", "-p", pid); state != "" && !strings.HasPrefix(state, "Z") {
			t.Errorf("its process %s still runs: %s", pid, state)
		}
	}
	if c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(p.url, "http://")); err == nil {
		_ = c.Close()
		t.Error("it still takes connections")
	}
}

// children are the ids of the processes that it started.
func (p *program) children(t *testing.T) []string {
	t.Helper()
	return strings.Fields(ps(t, "-o", "pid=", "--ppid", strconv.Itoa(p.process.Process.Pid)))
}

// ps returns what ps prints, nothing where there is no such process.
func ps(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ps", args...).Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// taken returns a port that is in use until the test ends.
func taken(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}
