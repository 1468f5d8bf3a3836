package contract

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// protocol is the subprotocol that a client of the connection speaks; its token comes
// as another, since a browser can put it nowhere else.
const protocol = "dinner.v1"

// listener is a client that is told at once, and keeps what it was told.
type listener struct {
	conn *websocket.Conn
	mu   sync.Mutex
	all  []told
}

// told is one message.
type told struct {
	Kind   string         `json:"kind"`
	Notice map[string]any `json:"notice"`
	raw    string
}

// dial connects with subprotocols, and returns the status of who is refused.
func (s *session) dial(protocols ...string) (*websocket.Conn, int) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 15*time.Second)
	defer cancel()
	conn, response, err := websocket.Dial(ctx, s.Live, &websocket.DialOptions{ //nolint:bodyclose // the library says that it is none
		Subprotocols: protocols, HTTPHeader: http.Header{"Origin": {s.Origin}},
	})
	switch {
	case err == nil:
		s.t.Cleanup(func() { _ = conn.CloseNow() })
		return conn, http.StatusSwitchingProtocols
	case response == nil:
		s.t.Fatalf("connect: %v", err)
	}
	return nil, response.StatusCode
}

// listens connects a person of this run.
func (s *session) listens(name string) *listener {
	s.t.Helper()
	conn, status := s.dial(protocol, "bearer."+s.Token(s.people+name, "dinner/host dinner/guest"))
	if conn == nil {
		s.t.Fatalf("%s is refused with %d", name, status)
	}
	if conn.Subprotocol() != protocol {
		s.t.Errorf("the connection speaks %q", conn.Subprotocol())
	}
	l := &listener{conn: conn}
	go l.read()
	return l
}

func (l *listener) read() {
	for {
		_, message, err := l.conn.Read(context.Background())
		if err != nil {
			return
		}
		next := told{raw: string(message)}
		_ = json.Unmarshal(message, &next) // what is no JSON is told by its text
		l.mu.Lock()
		l.all = append(l.all, next)
		l.mu.Unlock()
	}
}

// messages returns what the client was told so far.
func (l *listener) messages() []told {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]told(nil), l.all...)
}

// notices returns how many notices of a type the client was told, each once.
func (l *listener) notices(eventType string) []map[string]any {
	var found []map[string]any
	seen := map[any]bool{}
	for _, m := range l.messages() {
		if m.Kind == "notice" && m.Notice["type"] == eventType && !seen[m.Notice["id"]] {
			seen[m.Notice["id"]] = true
			found = append(found, m.Notice)
		}
	}
	return found
}

// says sends a message and waits for an answer that holds a text.
func (s *session) says(l *listener, message, answer string) {
	s.t.Helper()
	before := len(l.messages())
	if err := l.conn.Write(s.t.Context(), websocket.MessageText, []byte(message)); err != nil {
		s.t.Fatal(err)
	}
	s.eventually(message+" is answered", func() bool { return len(l.messages()) > before })
	if got := l.messages()[before]; !strings.Contains(got.raw, answer) {
		s.t.Errorf("%s was answered %s, want %s", message, got.raw, answer)
	}
}

// live connects clients, who are told at once what happens to them, wherever they are
// connected, and nobody else.
func live(s *session) {
	good := s.Token(s.people+"ear", "dinner/guest")
	refused := map[string][]string{
		"no token": {protocol}, "a token cut short": {protocol, "bearer." + good[:len(good)-8]},
		"another scope": {protocol, "bearer." + s.Token(s.people+"ear", "dinner/host")}, "another protocol": {"chat", "bearer." + good},
		"no protocol": nil,
	}
	for name, token := range s.forged("ear") {
		refused[name] = []string{protocol, "bearer." + token}
	}
	for name, protocols := range refused {
		if conn, status := s.dial(protocols...); conn != nil || status < 400 || status > 499 {
			s.t.Errorf("%s: status %d", name, status)
		}
	}
	here, there, host, stranger := s.listens("ear"), s.listens("ear"), s.listens("host"), s.listens("stranger")
	s.says(here, "ping", "pong")
	s.says(here, `{"command":"Reserve Seat"}`, `"kind":"error"`)
	path := s.created(3, 1)
	s.reserved(path, "ear")
	for name, l := range map[string]*listener{"the guest": here, "the guest elsewhere": there, "the host": host} {
		s.eventually(name+" is told", func() bool { return len(l.notices("Seat Reserved")) == 1 })
		notice := l.notices("Seat Reserved")[0]
		if "/dinners/"+notice["dinnerId"].(string) != path || notice["id"] == "" || notice["text"] == "" {
			s.t.Errorf("%s was told %v", name, notice)
		}
	}
	// It is the notice that the inbox has.
	s.eventually("the inbox has it", func() bool {
		kept := s.list(s.send("GET /me/notices", "", s.as("ear")...), "notices")
		return len(kept) == 1 && kept[0]["id"] == here.notices("Seat Reserved")[0]["id"] && kept[0]["text"] == here.notices("Seat Reserved")[0]["text"]
	})
	s.says(stranger, "ping", "pong") // the first that the stranger hears
	if all := stranger.messages(); len(all) != 1 {
		s.t.Errorf("a stranger was told %v", all)
	}
	// Who leaves and comes back goes on.
	if err := here.conn.Close(websocket.StatusNormalClosure, ""); err != nil {
		s.t.Errorf("leaving: %v", err)
	}
	back := s.listens("ear")
	s.wants(s.send("POST "+path+"/confirmation", "", s.as("host")...), http.StatusOK, "")
	for name, l := range map[string]*listener{"who came back": back, "who stayed": there} {
		s.eventually(name+" is told", func() bool { return len(l.notices("Number Confirmed")) == 1 })
	}
}
