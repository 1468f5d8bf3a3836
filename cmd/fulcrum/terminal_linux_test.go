package main

import (
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// onTerminal runs the command line on a terminal of some columns and returns the lines
// that it writes there.
func onTerminal(t *testing.T, columns uint16, args ...string) []string {
	t.Helper()
	far, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close() //nolint:errcheck // ends with the test
	id, err := unix.IoctlGetInt(int(far.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(far.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	near, err := os.OpenFile("/dev/pts/"+strconv.Itoa(id), os.O_RDWR|unix.O_NOCTTY, 0) //nolint:gosec // the other end
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(near.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns}); err != nil {
		t.Fatal(err)
	}
	written := make(chan string)
	go func() {
		text, _ := io.ReadAll(far) // ends in an error once nobody writes any more
		written <- string(text)
	}()
	command := root()
	command.SetOut(near)
	command.SetErr(near)
	command.SetArgs(args)
	err = command.Execute()
	_ = near.Close()
	text := <-written
	if err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
}

// TestTablesFitTheTerminal wants the tables of the commands that write any to be as wide
// as a terminal, and to say the same on each.
func TestTablesFitTheTerminal(t *testing.T) {
	for _, args := range [][]string{
		{"estimate", "--design", "../../design.yaml"},
		{"facts"},
		{"price"},
		{"price", "lambda", "requests=3e6", "duration-ms=120", "memory-mb=1536"},
		{"simulate", "queue", "--requests", "1000", "--service", "exp:10ms"},
		{"simulate", "Baseline", "--assembly", sampleAssembly, "--design", sampleDesign, "--rate", "10/s", "--requests", "1000", "--runs", "2"},
	} {
		said := ""
		for _, columns := range []uint16{80, 100, 140} {
			lines := onTerminal(t, columns, args...)
			for _, line := range lines {
				if n := utf8.RuneCountInString(line); n > int(columns) {
					t.Errorf("%v: %d columns on a terminal of %d: %s", args, n, columns, line)
				}
			}
			words := strings.Join(strings.Fields(strings.Join(lines, "")), "")
			if said == "" {
				said = words
			}
			if args[0] != "facts" && words != said { // which says a name once where it takes a line
				t.Errorf("%v: on a terminal of %d columns it says\n%s\nand of 80\n%s", args, columns, words, said)
			}
		}
	}
}

// TestProgressStaysOnItsLine wants no more than a line, whatever is simulated.
func TestProgressStaysOnItsLine(t *testing.T) {
	for _, columns := range []int{20, 80, 200} {
		if n := utf8.RuneCountInString(progressLine(0.5, strings.Repeat("a long name ", 20), columns)); n >= columns {
			t.Errorf("%d columns on a terminal of %d", n, columns)
		}
	}
}
