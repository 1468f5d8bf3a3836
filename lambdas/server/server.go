// Package server runs an http.Handler as a plain HTTP server, for containers and
// instances behind a load balancer. Choose package door for Lambda.
package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// bounds are the times a connection has.
type bounds struct{ header, read, write, idle time.Duration }

// deployed are the bounds behind a load balancer. The time between requests is
// longer than a load balancer's 60 s, so that it, not the server, closes idle
// connections and no request meets a closed one.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
var deployed = bounds{header: 5 * time.Second, read: 10 * time.Second, write: 15 * time.Second, idle: 75 * time.Second}

const (
	maxHeaderBytes = 16 << 10
	// drain is how long requests may finish once no more are taken: with the time as a
	// lame duck before it, less than a server has until it is killed.
	drain = 25 * time.Second
)

// Serve answers requests on l until ctx is done, then lets those under way finish.
// Meanwhile each leave ends what is no request, such as connections that were taken
// over; it has as long as they have.
func Serve(ctx context.Context, l net.Listener, h http.Handler, leave ...func(context.Context)) error {
	return serve(ctx, l, h, deployed, leave...)
}

func serve(ctx context.Context, l net.Listener, h http.Handler, b bounds, leave ...func(context.Context)) error {
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: b.header, ReadTimeout: b.read,
		WriteTimeout: b.write, IdleTimeout: b.idle, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		ctx, cancel := context.WithTimeout(context.Background(), drain)
		defer cancel()
		var beside sync.WaitGroup
		for _, end := range leave {
			beside.Go(func() { end(ctx) })
		}
		err := s.Shutdown(ctx)
		beside.Wait()
		stopped <- err
	})
	slog.Info("listening", "address", l.Addr().String())
	err := s.Serve(l)
	if stop() || !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
