package sockets_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/realtime"
	"fulcrum/lambdas/server"
	"fulcrum/lambdas/sockets"
)

// leases has a lease for each server that is there, and for how long it was renewed last.
type leases struct {
	alive, ended atomic.Bool
	lasts        atomic.Int64
}

func (l *leases) Renew(_ context.Context, _ realtime.Server, until time.Time) error {
	l.lasts.Store(int64(time.Until(until)))
	l.alive.Store(true)
	return nil
}

func (l *leases) End(context.Context, realtime.Server) error {
	l.alive.Store(false)
	l.ended.Store(true)
	return nil
}

func (l *leases) Alive(context.Context, realtime.Server) (bool, error) { return l.alive.Load(), nil }

// held is a hub behind a server of HTTP/1.1, whose clients are the person in their
// query.
type held struct {
	*sockets.Hub
	open *memory.Connections
	url  string
}

func hold(t *testing.T, c sockets.Config) held {
	t.Helper()
	open := &memory.Connections{Now: time.Now}
	c.Connections, c.Now, c.NewID = open, time.Now, rand.Text
	if c.Limit == 0 {
		c.Limit = 10
	}
	if c.Ping == 0 {
		c.Ping = time.Minute
	}
	h := held{Hub: sockets.New(c), open: open}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h.Open(w, r, r.URL.Query().Get("person")); err != nil {
			http.Error(w, err.Error(), http.StatusTeapot)
		}
	}))
	h.url = front.URL
	t.Cleanup(front.Close)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		h.Leave(ctx)
	})
	return h
}

func (h held) dial(t *testing.T, person string, options *websocket.DialOptions) (*websocket.Conn, error) {
	t.Helper()
	if options == nil {
		options = &websocket.DialOptions{}
	}
	if options.Subprotocols == nil {
		options.Subprotocols = []string{realtime.Protocol, "bearer.token"}
	}
	conn, response, err := websocket.Dial(t.Context(), h.url+"?person="+person, options) //nolint:bodyclose // the library says that it is none
	if err == nil {
		t.Cleanup(func() { _ = conn.CloseNow() })
		if conn.Subprotocol() != realtime.Protocol {
			t.Errorf("speaks %q: the token must not come back", conn.Subprotocol())
		}
		return conn, nil
	}
	if response != nil && response.Body != nil {
		text := make([]byte, 200)
		n, _ := response.Body.Read(text)
		err = errors.New(strings.TrimSpace(string(text[:n])))
	}
	return nil, err
}

func (h held) connect(t *testing.T, person string) *websocket.Conn {
	t.Helper()
	conn, err := h.dial(t, person, nil)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// only returns a person's one connection.
func (h held) only(t *testing.T, person string) realtime.Connection {
	t.Helper()
	of, err := h.open.Of(t.Context(), person)
	if err != nil || len(of) != 1 {
		t.Fatalf("%v, %s has %v", err, person, of)
	}
	return of[0]
}

func read(t *testing.T, conn *websocket.Conn) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	_, message, err := conn.Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return string(message)
}

// within waits until something is so.
func within(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !so(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not so after 30 s", what)
		}
	}
}

// TestTold wants each person to be told over their own connection, commands to be
// turned away, and nothing to be kept of who has gone.
func TestTold(t *testing.T) {
	h := hold(t, sockets.Config{})
	ann, bob := h.connect(t, "ann"), h.connect(t, "bob")
	for person, conn := range map[string]*websocket.Conn{"ann": ann, "bob": bob} {
		if err := h.Send(t.Context(), h.only(t, person), []byte("for "+person)); err != nil {
			t.Fatal(err)
		}
		if got := read(t, conn); got != "for "+person {
			t.Errorf("%s was told %q", person, got)
		}
	}
	for _, said := range []struct{ message, answer string }{{"ping", "pong"}, {`{"command":"x"}`, realtime.OnlyTells}} {
		if err := ann.Write(t.Context(), websocket.MessageText, []byte(said.message)); err != nil {
			t.Fatal(err)
		}
		if got := read(t, ann); got != said.answer {
			t.Errorf("%s was answered %s", said.message, got)
		}
	}
	gone := h.only(t, "ann")
	if err := ann.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Fatal(err)
	}
	within(t, "ann's connection is forgotten", func() bool {
		of, _ := h.open.Of(t.Context(), "ann")
		return len(of) == 0 && h.Len() == 1
	})
	if err := h.Send(t.Context(), gone, nil); !errors.Is(err, realtime.ErrGone) {
		t.Errorf("sending to who has gone: %v", err)
	}
}

// TestWhoMayConnect holds what is refused before the handshake.
func TestWhoMayConnect(t *testing.T) {
	h := hold(t, sockets.Config{Origins: []string{"https://dinner.example"}, Limit: 3})
	from := func(origin string) *websocket.DialOptions {
		return &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {origin}}}
	}
	for _, x := range []struct {
		name    string
		options *websocket.DialOptions
		want    error
	}{
		{"no page", nil, nil},
		{"a page of ours", from("https://dinner.example"), nil},
		{"a page of the server's own", from(h.url), nil},
		{"another page", from("https://evil.example"), realtime.ErrOrigin},
		{"a page of our name without TLS", from("http://dinner.example"), realtime.ErrOrigin},
		{"a page of nowhere", from("null"), realtime.ErrOrigin},
		{"another protocol", &websocket.DialOptions{Subprotocols: []string{"chat"}}, realtime.ErrNoUpgrade},
		{"one too many", nil, realtime.ErrFull},
	} {
		_, err := h.dial(t, "ann", x.options) //nolint:bodyclose // the library says that it is none
		if x.want == nil && err != nil || x.want != nil && (err == nil || err.Error() != x.want.Error()) {
			t.Errorf("%s: %v, want %v", x.name, err, x.want)
		}
	}
	if of, _ := h.open.Of(t.Context(), "ann"); len(of) != 3 || h.Len() != 3 {
		t.Errorf("kept are %v", of)
	}
	response, err := http.Get(h.url) //nolint:noctx // ends with the server
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusTeapot {
		t.Errorf("a plain request: status %d", response.StatusCode)
	}
}

// full is a store of connections that takes none.
type full struct{ realtime.Connections }

func (full) Open(context.Context, realtime.Connection) error { return errors.New("the table is away") }

// TestNotKept wants the room of a connection back that nobody could be told of.
func TestNotKept(t *testing.T) {
	h := hold(t, sockets.Config{Limit: 1})
	h.Connections = full{h.open}
	for range 2 {
		if _, err := h.dial(t, "ann", nil); err == nil || err.Error() != "the table is away" {
			t.Errorf("%v", err)
		}
	}
	if h.Len() != 0 {
		t.Errorf("%d are held", h.Len())
	}
}

// TestLifetime wants a connection to end when it has lasted as long as one may.
func TestLifetime(t *testing.T) {
	h := hold(t, sockets.Config{})
	begin, asked := time.Now(), atomic.Int64{}
	h.Now = func() time.Time { // long ago when it opens
		if asked.Add(1) == 1 {
			return begin.Add(100*time.Millisecond - realtime.Lifetime)
		}
		return begin
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	_, _, err := h.connect(t, "ann").Read(ctx)
	var closed websocket.CloseError
	if !errors.As(err, &closed) || closed.Code != websocket.StatusGoingAway || !strings.Contains(closed.Reason, "as long as one may") {
		t.Errorf("ended with %v", err)
	}
}

// TestPatientTalker wants a client that says little at a time to be heard for long.
func TestPatientTalker(t *testing.T) {
	pinged := make(chan struct{}, 1000)
	h := hold(t, sockets.Config{Ping: 100 * time.Millisecond})
	conn, err := h.dial(t, "ann", &websocket.DialOptions{OnPingReceived: func(context.Context, []byte) bool {
		pinged <- struct{}{}
		return true
	}})
	if err != nil {
		t.Fatal(err)
	}
	answers := make(chan string, 1000)
	go func() { // pings are received while messages are read
		for {
			_, message, err := conn.Read(context.Background())
			if err != nil {
				close(answers)
				return
			}
			answers <- string(message)
		}
	}()
	for range 3 {
		for range 15 {
			if err := conn.Write(t.Context(), websocket.MessageText, []byte(realtime.Ping)); err != nil {
				t.Fatal(err)
			}
			if got := <-answers; got != realtime.Pong {
				t.Fatalf("answered %q", got)
			}
		}
		for len(pinged) > 0 {
			<-pinged
		}
		within(t, "the server asks whether the client is there", func() bool { return len(pinged) > 0 })
	}
}

// TestHandshakeFails wants nothing kept of a request that asks wrongly.
func TestHandshakeFails(t *testing.T) {
	h := hold(t, sockets.Config{})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"?person=ann", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"Connection": "keep-alive, Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Protocol": realtime.Protocol, "Sec-WebSocket-Version": "12",
	} {
		r.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	of, _ := h.open.Of(t.Context(), "ann")
	if response.StatusCode != http.StatusBadRequest || len(of) != 0 || h.Len() != 0 {
		t.Errorf("status %d, kept are %v", response.StatusCode, of)
	}
}

// TestDropped wants clients that say too much, send too much, do not read or do not
// answer to lose their connection, and others to keep theirs.
func TestDropped(t *testing.T) {
	h := hold(t, sockets.Config{})
	quiet := h.connect(t, "quiet")
	chatty := h.connect(t, "chatty")
	for range 100 {
		_ = chatty.Write(t.Context(), websocket.MessageText, []byte("ping"))
	}
	for {
		if _, _, err := chatty.Read(t.Context()); err != nil {
			if websocket.CloseStatus(err) != websocket.StatusPolicyViolation {
				t.Errorf("chatter ended with %v", err)
			}
			break
		}
	}
	large := h.connect(t, "large")
	_ = large.Write(t.Context(), websocket.MessageText, make([]byte, 10_000))
	if _, _, err := large.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusMessageTooBig {
		t.Errorf("a large message ended with %v", err)
	}
	h.connect(t, "slow") // and never reads
	slow, message := h.only(t, "slow"), make([]byte, realtime.MaxMessage)
	sent, err := 0, error(nil)
	for ; err == nil; sent++ {
		if sent > 10_000 {
			t.Fatal("300 MB were taken by a client that does not read")
		}
		err = h.Send(t.Context(), slow, message)
	}
	if !errors.Is(err, realtime.ErrGone) {
		t.Errorf("a client that does not read: %v", err)
	}
	within(t, "only the quiet one is left", func() bool { return h.Len() == 1 })
	if err := h.Send(t.Context(), h.only(t, "quiet"), []byte("still there")); err != nil || read(t, quiet) != "still there" {
		t.Errorf("the quiet one: %v", err)
	}
}

// TestSilent wants a client that answers no ping to be dropped, and one that does to
// stay.
func TestSilent(t *testing.T) {
	h := hold(t, sockets.Config{Ping: 200 * time.Millisecond})
	there := h.connect(t, "there")
	ctx := there.CloseRead(t.Context()) // answers pings
	h.connect(t, "silent")              // does not read, so answers none
	within(t, "the silent one is forgotten", func() bool {
		of, _ := h.open.Of(t.Context(), "silent")
		return len(of) == 0
	})
	if ctx.Err() != nil || h.Len() != 1 {
		t.Errorf("%d are left", h.Len())
	}
}

// TestLeave wants clients to be told to connect again, nothing to be kept of them,
// and nobody to be let in any more.
func TestLeave(t *testing.T) {
	l := &leases{}
	h := hold(t, sockets.Config{Leases: l, Spread: 50 * time.Millisecond})
	running, stop := context.WithCancel(t.Context())
	ran := make(chan struct{})
	go func() {
		h.Run(running)
		close(ran)
	}()
	within(t, "the lease is there", l.alive.Load)
	if lasts := time.Duration(l.lasts.Load()); lasts < 90*time.Second { // it is renewed every 30 s, of which two may fail
		t.Errorf("the lease lasts %v", lasts)
	}
	conns := []*websocket.Conn{h.connect(t, "ann"), h.connect(t, "ann"), h.connect(t, "bob")}
	ends := make(chan error, len(conns))
	for _, conn := range conns {
		go func() {
			_, _, err := conn.Read(context.Background())
			ends <- err
		}()
	}
	stop()
	<-ran
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	h.Leave(ctx)
	for range conns {
		var closed websocket.CloseError
		if err := <-ends; !errors.As(err, &closed) || closed.Code != websocket.StatusGoingAway || !strings.Contains(closed.Reason, "connect again") {
			t.Errorf("a connection ended with %v", err)
		}
	}
	of, _ := h.open.Of(t.Context(), "ann")
	if len(of) != 0 || h.Len() != 0 || !l.ended.Load() {
		t.Errorf("left are %v, %d held, lease ended: %v", of, h.Len(), l.ended.Load())
	}
	if _, err := h.dial(t, "late", nil); err == nil || err.Error() != realtime.ErrFull.Error() {
		t.Errorf("after the end: %v", err)
	}
}

// inner serves a hub's inner side as the program does, under a certificate of its own.
func inner(t *testing.T, h *sockets.Hub) (at realtime.Server, stop func()) {
	t.Helper()
	config, err := server.SelfSigned(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, tls.NewListener(l, config), h.Inner()) }()
	stop = func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		ended <- nil
	}
	t.Cleanup(stop)
	return realtime.Server{Address: l.Addr().String(), Pin: realtime.PinOf(config.Certificates[0].Certificate[0])}, stop
}

// TestSilentServer wants a server that takes no connections to cost a sender its time
// once, and not for each of its connections.
func TestSilentServer(t *testing.T) {
	l := &leases{}
	l.alive.Store(true)
	hole, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer hole.Close() //nolint:errcheck // it is over
	met := make(chan struct{}, 10)
	go func() { // takes connections, and says nothing
		for {
			conn, err := hole.Accept()
			if err != nil {
				return
			}
			met <- struct{}{}
			t.Cleanup(func() { _ = conn.Close() })
		}
	}()
	door := realtime.NewDirect(l, 300*time.Millisecond)
	for i := range 5 {
		c := realtime.Connection{ID: fmt.Sprint(i), Server: realtime.Server{Address: hole.Addr().String(), Pin: "pin"}}
		if err := door.Send(t.Context(), c, nil); err == nil || errors.Is(err, realtime.ErrGone) {
			t.Errorf("%d: %v", i, err)
		}
	}
	if len(met) != 1 {
		t.Errorf("it was tried %d times", len(met))
	}
	l.alive.Store(false)
	if err := door.Send(t.Context(), realtime.Connection{ID: "x", Server: realtime.Server{Address: hole.Addr().String(), Pin: "pin"}}, nil); !errors.Is(err, realtime.ErrGone) {
		t.Errorf("once its lease is over: %v", err)
	}
}

// TestDirect sends to connections at two servers, over TLS, each to its own, and to
// servers that are not there.
func TestDirect(t *testing.T) {
	l := &leases{}
	one, two := hold(t, sockets.Config{}), hold(t, sockets.Config{})
	atOne, stop := inner(t, one.Hub)
	atTwo, _ := inner(t, two.Hub)
	door := realtime.NewDirect(l, 5*time.Second)
	ann, bob := one.connect(t, "ann"), two.connect(t, "bob")
	annAt, bobAt := one.only(t, "ann"), two.only(t, "bob")
	annAt.Server, bobAt.Server = atOne, atTwo
	for c, conn := range map[realtime.Connection]*websocket.Conn{annAt: ann, bobAt: bob} {
		if err := door.Send(t.Context(), c, []byte("for "+c.PersonID)); err != nil {
			t.Fatal(err)
		}
		if got := read(t, conn); got != "for "+c.PersonID {
			t.Errorf("%s was told %q", c.PersonID, got)
		}
	}
	left, leave := context.WithCancel(t.Context())
	leave() // who sent it has gone, which is no reason to end the connection of whom it is for
	if err := one.Send(left, annAt, []byte("all the same")); err != nil || read(t, ann) != "all the same" {
		t.Errorf("sent by who has gone: %v", err)
	}
	elsewhere := annAt
	elsewhere.Server = atTwo
	other := annAt
	other.Server = realtime.Server{Address: fmt.Sprintf("127.0.0.1:%s", portOf(t, atTwo)), Pin: atOne.Pin}
	for name, c := range map[string]realtime.Connection{"held by another server": elsewhere, "not held": {ID: "x", Server: atOne}} {
		if err := door.Send(t.Context(), c, nil); !errors.Is(err, realtime.ErrGone) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The address has another server now, to which there is no connection yet, and the
	// lease of the one before lasts still.
	l.alive.Store(true)
	if err := realtime.NewDirect(l, 5*time.Second).Send(t.Context(), other, nil); !errors.Is(err, realtime.ErrGone) {
		t.Errorf("another server at the address: %v", err)
	}
	l.alive.Store(false)
	large := httptest.NewRecorder()
	one.Inner().ServeHTTP(large, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/connections/"+annAt.ID, bytes.NewReader(make([]byte, realtime.MaxMessage+1))))
	if large.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a message that is too large: status %d", large.Code)
	}
	if err := door.Send(t.Context(), annAt, make([]byte, realtime.MaxMessage+1)); err == nil {
		t.Error("a message that is too large was sent")
	}
	if err := door.Send(t.Context(), realtime.Connection{ID: "x"}, nil); err == nil || errors.Is(err, realtime.ErrGone) {
		t.Errorf("at no server: %v", err)
	}
	stop()
	l.alive.Store(true)
	for range 2 { // the second time it is not even tried
		if err := door.Send(t.Context(), annAt, nil); err == nil || errors.Is(err, realtime.ErrGone) {
			t.Errorf("a server that may yet be there: %v", err)
		}
	}
	if err := door.Send(t.Context(), bobAt, []byte("meanwhile")); err != nil || read(t, bob) != "meanwhile" {
		t.Errorf("the other server: %v", err)
	}
	if err := realtime.NewDirect(unknown{l}, 5*time.Second).Send(t.Context(), annAt, nil); err == nil || errors.Is(err, realtime.ErrGone) {
		t.Errorf("nobody knows whether the server is there: %v", err)
	}
	l.alive.Store(false)
	if err := door.Send(t.Context(), annAt, nil); !errors.Is(err, realtime.ErrGone) {
		t.Errorf("a server whose lease is over: %v", err)
	}
}

// unknown are leases that cannot be read.
type unknown struct{ *leases }

func (unknown) Alive(context.Context, realtime.Server) (bool, error) {
	return false, errors.New("the table is away")
}

func portOf(t *testing.T, s realtime.Server) string {
	t.Helper()
	_, port, err := net.SplitHostPort(s.Address)
	if err != nil {
		t.Fatal(err)
	}
	return port
}
