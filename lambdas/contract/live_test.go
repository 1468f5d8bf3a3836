package contract_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"fulcrum/lambdas/contract"
	"fulcrum/lambdas/contract/issuer"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/localdoor"
	"fulcrum/lambdas/notification"
	"fulcrum/lambdas/runtimeapi"
)

// pushes adds the function that pushes to the system's consumers.
func (f *functions) pushes(t *testing.T, binaries string, settings []string) {
	t.Helper()
	push, err := runtimeapi.Start(filepath.Join(binaries, "push"), settings...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(push.Close)
	f.consumers = append(f.consumers, consumer{push, notification.Handles})
}

// TestWebSockets holds the binaries of both ways to tell clients at once to the
// contract: a WebSocket API before a function, and two servers of which each holds
// the connections that come to it.
func TestWebSockets(t *testing.T) {
	i, err := issuer.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(i.Close)
	aws := localaws.Start(t)
	binaries := runtimeapi.Build(t, "fulcrum/lambdas/cmd/api", "fulcrum/lambdas/cmd/notification", "fulcrum/lambdas/cmd/search",
		"fulcrum/lambdas/cmd/push", "fulcrum/lambdas/cmd/sockets")
	issued := []string{"TOKEN_ISSUER=" + i.URL, "TOKEN_CLIENTS=" + issuer.Client}
	settings := func(name string) []string {
		aws.ConnectionTable(t, "connections-"+name)
		return append(append(aws.Environment(), issued...), "CONSISTENCY=strong", "LOG_LEVEL=info", "CONNECTIONS_TABLE=connections-"+name)
	}

	t.Run("websocket-api", func(t *testing.T) {
		name := "websocket-api"
		environment := settings(name)
		f := start(t, aws, binaries, name, environment)
		sockets, err := runtimeapi.Start(filepath.Join(binaries, "sockets"), append(environment, "SOCKET_SCOPE=dinner/guest")...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(sockets.Close)
		api := httptest.NewServer(&localdoor.Sockets{Invoke: sockets.Invoke})
		t.Cleanup(api.Close)
		f.pushes(t, binaries, append(environment, "SOCKET_ENDPOINT="+api.URL+"/live"))
		door := localdoor.Door{Form: localdoor.HTTPAPI, Invoke: f.api.Invoke}
		contract.Live(t, contract.System{
			Client: contract.HTTP{URL: "https://dinner.example", Client: &http.Client{Transport: door}},
			Token:  tokens(t, i), Forged: forged(t, i), Origin: origin, Settle: f.settle, Live: live(api.URL),
		})
	})

	t.Run("alb-websocket", func(t *testing.T) {
		name := "alb-websocket"
		environment := settings(name)
		f := start(t, aws, binaries, name, environment)
		f.pushes(t, binaries, environment)
		servers := append(environment, "STORE_TABLE=store-"+name, "READ_MODELS_TABLE=read-models-"+name,
			"SOCKET_PORT=0", "SOCKET_LIMIT=100", "SOCKET_PING_SECONDS=1")
		here, _ := startServer(t, i, servers...)
		there, pid := startServer(t, i, servers...)
		system := contract.System{
			Client: contract.HTTP{URL: here, Client: &http.Client{Timeout: 15 * time.Second}},
			Token:  tokens(t, i), Forged: forged(t, i), Origin: origin, Settle: f.settle, Live: live(there),
		}
		contract.Run(t, system)

		// A server that ends tells its clients to connect again, which they do elsewhere.
		conn, _, err := websocket.Dial(t.Context(), live(there), &websocket.DialOptions{ //nolint:bodyclose // the library says that it is none
			Subprotocols: []string{"dinner.v1", "bearer." + system.Token("last", "dinner/guest")},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		if _, _, err := conn.Read(ctx); websocket.CloseStatus(err) != websocket.StatusGoingAway || !strings.Contains(err.Error(), "connect again") {
			t.Errorf("the server ended with %v", err)
		}
		system.Live = live(here)
		contract.Live(t, system)
	})
}
