// Command server serves the same handler as the function api as a plain HTTP
// server on PORT, 8080 by default, and gRPC besides if it is told to.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	_ "golang.org/x/crypto/x509roots/fallback" // the image has no file of authorities

	"fulcrum/lambdas/boot"
	"fulcrum/lambdas/rpc"
	"fulcrum/lambdas/server"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // another signal ends it at once
	server.CollectRarely()
	late, err := boot.LameDuck(ctx)
	if err != nil {
		boot.Fail(err)
	}
	handler, leave, err := boot.Server(ctx)
	if err != nil {
		boot.Fail(err)
	}
	if calls, err := boot.GRPC(); err != nil {
		boot.Fail(err)
	} else if calls {
		handler = rpc.New(handler)
	}
	listener, err := boot.Listen(ctx)
	if err != nil {
		boot.Fail(err)
	}
	if err := server.Serve(late, listener, handler, leave); err != nil {
		boot.Fail(err)
	}
}
