package memcached

import (
	"net"
	"strings"
	"testing"
	"time"
)

func TestProblemsAreReportedAtOnce(t *testing.T) {
	t.Parallel()
	_, err := New(t.Context(), Config{Nodes: []string{"cache-1", "cache-2:11211"}, Endpoint: "e:1", Timeout: -1, EjectAfter: -2})
	if err == nil {
		t.Fatal("a wrong configuration was accepted")
	}
	for _, want := range []string{"one of the two", `"cache-1": want host:port`, "timeout -1ns", "eject after -2"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("does not say %q:\n%v", want, err)
		}
	}
}

func TestKeysThatTheProtocolForbids(t *testing.T) {
	t.Parallel()
	c, err := New(t.Context(), Config{Nodes: []string{"127.0.0.1:1"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"", strings.Repeat("k", 251), "a b", "a\r\nflush_all\r\n", "a\x00", "a\x7f"} {
		if _, err := c.Get(t.Context(), key); err == nil || !strings.Contains(err.Error(), "cache key") {
			t.Errorf("key %q: %v", key, err)
		}
	}
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 0)
	for ttl, want := range map[time.Duration]int64{
		0: 0, time.Millisecond: 1, time.Second: 1, 1500 * time.Millisecond: 2,
		30 * 24 * time.Hour: 2_592_000, 31 * 24 * time.Hour: 1_700_000_000 + 2_678_400,
	} {
		if got := expiry(ttl, now); got != want {
			t.Errorf("%v: %d, want %d", ttl, got, want)
		}
	}
}

// FuzzAnswers feeds a client whatever a broken node may send.
func FuzzAnswers(f *testing.F) {
	for _, s := range []string{"END\r\n", "VALUE k 0 1\r\nv\r\nEND\r\n", "VALUE k 0 99\r\nv", "SERVER_ERROR busy\r\n", "CONFIG cluster 0 9\r\n1\na|b|1\n\r\nEND\r\n", "VALUE k 0 4294967295\r\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(_ *testing.T, answer []byte) {
		for _, call := range []func(*connection) error{
			func(c *connection) error { _, err := c.get("k"); return err },
			func(c *connection) error { return c.set("k", []byte("v"), 0) },
			(*connection).version,
			func(c *connection) error { _, err := c.cluster(); return err },
		} {
			near, far := net.Pipe()
			go func() {
				go func() { // swallow what is asked
					b := make([]byte, 512)
					for {
						if _, err := far.Read(b); err != nil {
							return
						}
					}
				}()
				_, _ = far.Write(answer)
				_ = far.Close()
			}()
			_ = call(newConnection(near))
			_ = near.Close()
		}
	})
}

func FuzzParseCluster(f *testing.F) {
	for _, s := range []string{"12\nhost.name|10.0.0.1|11211 other||11212\n", "1\n\n", "x\na|b|1", "1\na|b|0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		nodes, err := parseCluster(text)
		if (err == nil) != (len(nodes) > 0) {
			t.Fatalf("%q: nodes %v, error %v", text, nodes, err)
		}
		for _, n := range nodes {
			if _, _, err := net.SplitHostPort(n); err != nil {
				t.Fatalf("%q: node %q: %v", text, n, err)
			}
		}
	})
}
