// Command local serves the whole system on loopback, without AWS: with sample
// dinners, and an issuer that gives a token to anybody who asks. It reloads nothing:
// what is served is what was compiled.
//
// Choose the deployed programs in lambdas/cmd for everything but a try.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"fulcrum/lambdas/contract/issuer"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/server"
	"fulcrum/lambdas/telemetry"
)

func main() {
	flags := flag.NewFlagSet("local", flag.ExitOnError)
	store := flags.String("store", "memory", "where everything is kept: memory, or dynamodb for a local AWS")
	port := flags.String("port", "", "the port to serve at; a free one if empty")
	log := flags.String("log", "local.log", "the file that the service logs to; one with a number if another program logs to it")
	_ = flags.Parse(os.Args[1:]) // exits on an error
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, *store, *port, *log); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// running is what runs: handler serves requests, log takes what the service prints.
type running struct {
	*localaws.Program
	handler http.Handler
	log     *os.File
	// leave ends what is no request when the program ends.
	leave []func(context.Context)
}

// system starts the service over one kind of store.
type system func(r *running, i *issuer.Issuer) error

var systems = map[string]system{"memory": inMemory, "dynamodb": onDynamoDB}

// run serves until ctx is done, and tells the user on out how to call.
func run(ctx context.Context, out io.Writer, store, port, log string) error {
	start, ok := systems[store]
	if !ok {
		return fmt.Errorf("STORE is %q, want memory or dynamodb", store)
	}
	listener, err := listen(ctx, port)
	if err != nil {
		return err
	}
	file, err := openLog(log)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // what it logs last is no loss
	log = file.Name()
	slog.SetDefault(telemetry.NewLog(file, "info"))
	tokens, err := issuer.Start()
	if err != nil {
		return err
	}
	defer tokens.Close()
	r := &running{Program: localaws.NewProgram(ctx), log: file}
	defer r.End()
	if r.Do(func() error { return start(r, tokens) }); r.Context().Err() != nil {
		return r.Failure()
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(r.Context(), listener, r.handler, r.leave...) }()
	r.Do(func() error {
		shown := banner{URL: "http://" + listener.Addr().String(), Issuer: tokens.URL, Store: store, Log: log}
		if shown.Dinner, err = seed(r.Context(), shown.URL, tokens); err != nil {
			return err
		}
		return shown.print(out, time.Now())
	})
	if err := errors.Join(<-served, r.Failure()); err != nil {
		return fmt.Errorf("%w\nthe log is %s", err, log)
	}
	_, err = fmt.Fprintln(out, "stopped")
	return err
}

// listen takes a port of the loopback interface, a free one if none is named.
func listen(ctx context.Context, port string) (net.Listener, error) {
	if port == "" {
		port = "0"
	} else if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return nil, fmt.Errorf("PORT is %q, want a number from 1 to 65535, or nothing for a free port", port)
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return nil, fmt.Errorf("PORT %s: %w; name another, or none for a free port", port, err)
	}
	return l, nil
}
