package memcached

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fulcrum/lambdas/aside/asidetest"
	"fulcrum/lambdas/localtls"
	"fulcrum/lambdas/ring"
)

func dial(t *testing.T, config Config) *Client {
	t.Helper()
	if config.Timeout == 0 { // a busy machine is no failed node
		config.Timeout, config.DialTimeout = 5*time.Second, 5*time.Second
	}
	c, err := New(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually waits for a condition, calling the client meanwhile so that it looks
// after its cluster.
func eventually(t *testing.T, c *Client, what string, condition func() bool) {
	t.Helper()
	for range 500 {
		if condition() {
			return
		}
		_, _ = c.Get(t.Context(), "a-key-to-call")
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s: did not happen; nodes are %v", what, c.Nodes())
}

// TestNodeDiesAndComesBack keeps keys on four real processes, kills one and starts
// it again. With a ring only its share moves, and comes back; modulo moves most.
func TestNodeDiesAndComesBack(t *testing.T) {
	t.Parallel()
	const keys = 2000
	for _, algorithm := range []ring.Algorithm{ring.Ring{}, ring.Rendezvous{}, ring.Modulo{}} {
		t.Run(algorithm.Name(), func(t *testing.T) {
			t.Parallel()
			var servers []*server
			var nodes []string
			for range 4 {
				s := start(t)
				servers, nodes = append(servers, s), append(nodes, s.address)
			}
			c := dial(t, Config{Nodes: nodes, Placement: algorithm, RejoinAfter: 20 * time.Millisecond})
			owner := make([]string, keys)
			for k := range keys {
				key := fmt.Sprintf("dinner/%d", k)
				must(t, c.Set(t.Context(), key, []byte(key+" value"), time.Hour))
				owner[k] = c.Owner(key)
			}
			// survivors returns the keys that are still found, and checks them.
			survivors := func() (found int, fromOthers int) {
				for k := range keys {
					key := fmt.Sprintf("dinner/%d", k)
					value, err := c.Get(t.Context(), key)
					switch {
					case err == nil && string(value) != key+" value":
						t.Fatalf("%s has the value %q", key, value)
					case err == nil:
						found++
					case !errors.Is(err, ErrMiss):
						t.Fatalf("%s: %v", key, err)
					case owner[k] != servers[2].address:
						fromOthers++
					}
				}
				return found, fromOthers
			}
			if found, _ := survivors(); found != keys {
				t.Fatalf("%d of %d keys are found", found, keys)
			}
			theirs := 0
			for _, o := range owner {
				if o == servers[2].address {
					theirs++
				}
			}
			servers[2].kill()
			dead := servers[2].address
			eventuallyEjected(t, c, owner, dead)
			found, lost := survivors()
			if algorithm.Name() == "modulo" {
				if lost < keys/3 {
					t.Errorf("modulo lost only %d keys of the other nodes", lost)
				}
			} else if lost != 0 || found != keys-theirs {
				t.Errorf("%d keys of other nodes are lost, %d of %d are found, the dead node had %d", lost, found, keys, theirs)
			}
			servers[2].run(t)
			eventually(t, c, "rejoining", func() bool { return len(c.Nodes()) == 4 })
			for k := range keys {
				if key := fmt.Sprintf("dinner/%d", k); c.Owner(key) != owner[k] {
					t.Fatalf("%s belongs to %s after the return, to %s before", key, c.Owner(key), owner[k])
				}
			}
			if found, lost := survivors(); lost != 0 || found != keys-theirs {
				t.Errorf("after the return %d keys of other nodes are lost, %d found", lost, found)
			}
		})
	}
}

// eventuallyEjected calls keys of a dead node until it is taken out.
func eventuallyEjected(t *testing.T, c *Client, owner []string, dead string) {
	t.Helper()
	k := slices.Index(owner, dead)
	for range 100 {
		if !slices.Contains(c.Nodes(), dead) {
			return
		}
		if _, err := c.Get(t.Context(), fmt.Sprintf("dinner/%d", k)); err == nil {
			t.Fatal("a dead node answers")
		}
	}
	t.Fatalf("%s is not ejected", dead)
}

// TestCache holds the client, of one node and of several, to what every cache must do.
func TestCache(t *testing.T) {
	t.Parallel()
	asidetest.Contract(t, dial(t, Config{Nodes: []string{start(t).address}}), ErrMiss)
	asidetest.Contract(t, dial(t, Config{Nodes: []string{start(t).address, start(t).address, start(t).address}}), ErrMiss)
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	c := dial(t, Config{Nodes: []string{start(t).address}})
	ctx := t.Context()
	must(t, c.Set(ctx, "empty", nil, 0))
	// A value over the node's limit is refused, and the node stays.
	var no refusal
	if err := c.Set(ctx, "huge", make([]byte, 2<<20), 0); !errors.As(err, &no) {
		t.Errorf("2 MiB: %v", err)
	}
	if _, err := c.Get(ctx, "empty"); err != nil || len(c.Nodes()) != 1 {
		t.Errorf("after a refusal: %v, nodes %v", err, c.Nodes())
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	cert, key, pool := localtls.Certify(t, t.TempDir())
	s := start(t, "-Z", "-o", "ssl_chain_cert="+cert+",ssl_key="+key)
	c := dial(t, Config{Nodes: []string{s.address}, TLS: trusting(pool)})
	must(t, c.Set(t.Context(), "k", []byte("v"), 0))
	if v, err := c.Get(t.Context(), "k"); err != nil || string(v) != "v" {
		t.Errorf("%q, %v", v, err)
	}
	_, _, other := localtls.Certify(t, t.TempDir())
	stranger := dial(t, Config{Nodes: []string{s.address}, TLS: trusting(other)})
	if err := stranger.Set(t.Context(), "k", nil, 0); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an unknown certificate was accepted: %v", err)
	}
}

// TestDiscovery finds nodes by both forms of an ElastiCache configuration endpoint
// and follows it when the cluster grows and shrinks. The older form is served by a
// real process, under the key that old engines use.
func TestDiscovery(t *testing.T) {
	t.Parallel()
	var nodes []string
	for range 3 {
		nodes = append(nodes, start(t).address)
	}
	text := func(version int, addresses ...string) string {
		var parts []string
		for _, a := range addresses {
			host, port, _ := net.SplitHostPort(a)
			parts = append(parts, host+"|"+host+"|"+port)
		}
		return fmt.Sprintf("%d\n%s\n", version, strings.Join(parts, " "))
	}
	old := start(t)
	direct := dial(t, Config{Nodes: []string{old.address}})
	must(t, direct.Set(t.Context(), clusterKey, []byte(text(1, nodes[:2]...)), 0))
	c := dial(t, Config{Endpoint: old.address, Refresh: 10 * time.Millisecond})
	if len(c.Nodes()) != 2 {
		t.Fatalf("discovered %v of %v", c.Nodes(), nodes[:2])
	}
	must(t, c.Set(t.Context(), "k", []byte("v"), 0))
	must(t, direct.Set(t.Context(), clusterKey, []byte(text(2, nodes...)), 0))
	eventually(t, c, "a third node", func() bool { return len(c.Nodes()) == 3 })
	must(t, direct.Set(t.Context(), clusterKey, []byte(text(3, nodes[2])), 0))
	eventually(t, c, "one node", func() bool { return slices.Equal(c.Nodes(), nodes[2:]) })
	must(t, c.Set(t.Context(), "k", []byte("v"), 0))

	young := endpoint(t, "CONFIG cluster 0 %d\r\n%s\r\nEND\r\n", text(12, nodes...))
	if c := dial(t, Config{Endpoint: young}); len(c.Nodes()) != 3 {
		t.Errorf("discovered %v of %v", c.Nodes(), nodes)
	}
	if _, err := New(t.Context(), Config{Endpoint: nodes[0]}); err == nil || !strings.Contains(err.Error(), "knows no cluster") {
		t.Errorf("an ordinary node passes for an endpoint: %v", err)
	}
}

// endpoint answers every line with the configuration, as ElastiCache does.
func endpoint(t *testing.T, form, text string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			buffer := make([]byte, 1024)
			for {
				if _, err := conn.Read(buffer); err != nil {
					break
				}
				if _, err := fmt.Fprintf(conn, form, len(text), text); err != nil {
					break
				}
			}
			_ = conn.Close()
		}
	}()
	return l.Addr().String()
}

// TestSilentNode calls a node that accepts and never answers.
func TestSilentNode(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	c := dial(t, Config{Nodes: []string{l.Addr().String()}, Timeout: 20 * time.Millisecond, DialTimeout: time.Second, RejoinAfter: time.Hour})
	for range 3 {
		if _, err := c.Get(t.Context(), "k"); err == nil {
			t.Fatal("a silent node answers")
		}
	}
	if _, err := c.Get(t.Context(), "k"); !errors.Is(err, ErrNoNodes) {
		t.Errorf("with all nodes ejected: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	live := dial(t, Config{Nodes: []string{start(t).address}})
	if _, err := live.Get(ctx, "k"); !errors.Is(err, context.Canceled) || len(live.Nodes()) != 1 {
		t.Errorf("a cancelled call: %v, nodes %v", err, live.Nodes())
	}
}

// TestManyCallers shares few connections among many goroutines, for the race
// detector, while a node dies and comes back.
func TestManyCallers(t *testing.T) {
	t.Parallel()
	one, two := start(t), start(t)
	c := dial(t, Config{Nodes: []string{one.address, two.address}, Connections: 2, RejoinAfter: 10 * time.Millisecond})
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			for k := range 200 {
				key := fmt.Sprintf("g%d/%d", g, k)
				if c.Set(t.Context(), key, []byte(key), 0) != nil {
					continue
				}
				if v, err := c.Get(t.Context(), key); err == nil && string(v) != key {
					t.Errorf("%s has the value %q", key, v)
				}
			}
		})
	}
	two.kill()
	two.run(t)
	group.Wait()
	eventually(t, c, "both nodes", func() bool { return len(c.Nodes()) == 2 })
	must(t, c.Close())
	if err := c.Set(t.Context(), "k", nil, 0); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}
