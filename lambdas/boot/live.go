package boot

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"time"

	"fulcrum/lambdas/realtime"
	"fulcrum/lambdas/server"
	"fulcrum/lambdas/sockets"
)

const (
	// localSockets is how many connections a server without a table holds.
	localSockets = 256
	// defaultPing keeps a connection alive through a load balancer, whose idle timeout
	// is 60 s unless it is set.
	defaultPing = 20 * time.Second
	// socketSpread is over how long clients are told that the server ends: most of the
	// time that requests have to finish.
	socketSpread = 10 * time.Second
)

// held returns what holds WebSockets over CONNECTIONS_TABLE, nil if that is not set:
// at most SOCKET_LIMIT of them, pinging each every SOCKET_PING_SECONDS. At
// SOCKET_PORT it takes what is sent to them, until ctx is done.
func held(ctx context.Context) (*sockets.Hub, error) {
	if os.Getenv("CONNECTIONS_TABLE") == "" {
		return nil, nil //nolint:nilnil // no WebSockets is a way to run
	}
	s, _, err := begin()
	if err != nil {
		return nil, err
	}
	var problems []error
	number := func(name string, least, most int) int {
		n, err := strconv.Atoi(os.Getenv(name))
		if err != nil || n < least || n > most {
			problems = append(problems, fmt.Errorf("%s is %q, want a whole number from %d to %d", name, os.Getenv(name), least, most))
		}
		return n
	}
	port, limit, ping := number("SOCKET_PORT", 0, 65535), number("SOCKET_LIMIT", 1, 60000), number("SOCKET_PING_SECONDS", 1, 600)
	host, err := ownAddress()
	if err := errors.Join(append(problems, err)...); err != nil {
		return nil, err
	}
	config, err := server.SelfSigned(time.Now())
	if err != nil {
		return nil, err
	}
	config.NextProtos = []string{"http/1.1"}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return nil, err
	}
	db, err := client(ctx)
	if err != nil {
		return nil, err
	}
	table := connections(db)
	hub := sockets.New(sockets.Config{
		Connections: table, Leases: table, Origins: s.origins,
		Self:  realtime.Server{Address: l.Addr().String(), Pin: realtime.PinOf(config.Certificates[0].Certificate[0])},
		Limit: limit, Ping: time.Duration(ping) * time.Second, Spread: socketSpread,
		Now: time.Now, NewID: rand.Text,
	})
	go hub.Run(ctx)
	go func() {
		if err := server.Serve(ctx, tls.NewListener(l, config), hub.Inner()); err != nil {
			slog.Error("nothing can be sent to connections any more", "error", err)
		}
	}()
	return hub, nil
}

// ownAddress returns this server's address in its private network, or that of the
// loopback where it is in none. A task on Fargate has another one for its metadata,
// which is link-local.
//
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html
func ownAddress() (string, error) {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return "", err
	}
	for _, a := range addresses {
		if in, ok := a.(*net.IPNet); ok && in.IP.To4() != nil && in.IP.IsPrivate() {
			return in.IP.String(), nil
		}
	}
	return "127.0.0.1", nil
}
