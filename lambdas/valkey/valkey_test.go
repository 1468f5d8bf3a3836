package valkey_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"fulcrum/lambdas/aside"
	"fulcrum/lambdas/aside/asidetest"
	"fulcrum/lambdas/valkey"
	"fulcrum/lambdas/valkey/redistest"
)

func client(t *testing.T, s *redistest.Server, user, password string) *valkey.Client {
	t.Helper()
	c, err := valkey.New(valkey.Config{
		Address: s.Address, TLS: &tls.Config{RootCAs: s.Authorities, MinVersion: tls.VersionTLS12},
		Credentials: func(context.Context) (string, string, error) { return user, password, nil },
		Timeout:     2 * time.Second, DialTimeout: 2 * time.Second, // the machine may be busy
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// TestClient talks to a real server in cluster mode, over TLS, as a user who has
// the rights of constructs/cache and no more.
func TestClient(t *testing.T) {
	s := redistest.Start(t)
	c := client(t, s, redistest.User, redistest.Password)
	if _, err := c.Get(t.Context(), "dinner:1"); !errors.Is(err, valkey.ErrMiss) {
		t.Fatalf("got %v, want a miss", err)
	}
	if err := c.Set(t.Context(), "other:1", []byte("x"), 0); err == nil || !strings.Contains(err.Error(), "NOPERM") {
		t.Errorf("a key of somebody else: %v, want it refused", err)
	}
	if _, err := client(t, s, redistest.User, "wrong").Get(t.Context(), "dinner:1"); err == nil || errors.Is(err, valkey.ErrMiss) {
		t.Errorf("a wrong token: %v, want it refused", err)
	}
}

// TestCache holds the client to what every cache must do.
func TestCache(t *testing.T) {
	asidetest.Contract(t, client(t, redistest.Start(t), redistest.User, redistest.Password), valkey.ErrMiss)
}

// TestSealedCache holds a cache that learns nothing of what it keeps to the same.
func TestSealedCache(t *testing.T) {
	c := client(t, redistest.Start(t), redistest.User, redistest.Password)
	key := func(context.Context) ([]byte, error) { return make([]byte, 32), nil }
	asidetest.Contract(t, aside.Sealed{Cache: c, Miss: valkey.ErrMiss, Key: key}, valkey.ErrMiss)
}

// TestHangs wants a cache that takes connections and never answers to cost no more
// than the timeouts.
func TestHangs(t *testing.T) {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	c, err := valkey.New(valkey.Config{Address: l.Addr().String(), Timeout: 20 * time.Millisecond, DialTimeout: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	done := make(chan error, 1)
	go func() { _, err := c.Get(ctx, "dinner:1"); done <- err }()
	select {
	case err := <-done:
		if err == nil || errors.Is(err, valkey.ErrMiss) {
			t.Errorf("got %v, want an error", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("still waiting")
	}
}

func TestToken(t *testing.T) {
	config := aws.Config{Region: "eu-west-1", Credentials: credentials.NewStaticCredentialsProvider("AKID", "SECRET", "SESSION")}
	at := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	user, token, err := valkey.Token(config, "Cache-1", "reader", func() time.Time { return at })(t.Context())
	if err != nil || user != "reader" {
		t.Fatal(user, err)
	}
	u, err := url.Parse("http://" + token)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	for name, want := range map[string]string{
		"Action": "connect", "User": "reader", "ResourceType": "ServerlessCache", "X-Amz-Expires": "900", "X-Amz-Date": "20300102T030405Z",
		"X-Amz-Credential": "AKID/20300102/eu-west-1/elasticache/aws4_request", "X-Amz-Security-Token": "SESSION",
	} {
		if q.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, q.Get(name), want)
		}
	}
	if u.Host != "cache-1" || len(q.Get("X-Amz-Signature")) != 64 {
		t.Errorf("token is %s", token)
	}
}
