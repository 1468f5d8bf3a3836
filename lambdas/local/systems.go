package main

import (
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"time"

	"fulcrum/lambdas/boot"
	"fulcrum/lambdas/contract/issuer"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/localdoor"
	"fulcrum/lambdas/rehearsal"
	"fulcrum/lambdas/runtimeapi"
	"fulcrum/lambdas/token"
)

// inMemory is the handler of the program server, over a store in this process.
func inMemory(r *running, i *issuer.Issuer) error {
	for name, value := range map[string]string{
		"STORE_TABLE": "", "TOKEN_ISSUER": i.URL, "TOKEN_CLIENTS": issuer.Client,
	} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	// The service logs to standard output, which here is the user's.
	os.Stdout = r.log
	h, leave, err := boot.Server(r.Context())
	if err != nil {
		return err
	}
	r.handler, r.leave = h, append(r.leave, leave)
	return nil
}

// carryEvery is how often what the store holds is carried to the consumers.
const carryEvery = 250 * time.Millisecond

// onDynamoDB is the function api behind an HTTP API, with the whole way of its events
// to the consumers' functions, over a local AWS.
func onDynamoDB(r *running, i *issuer.Issuer) error {
	fmt.Fprintln(os.Stderr, "compiling the functions and starting a local AWS …")
	binaries, err := os.MkdirTemp("", "functions-")
	if err != nil {
		return err
	}
	r.Cleanup(func() { _ = os.RemoveAll(binaries) })
	if err := runtimeapi.Compile(binaries, rehearsal.Programs...); err != nil {
		return err
	}
	system := rehearsal.Start(r, localaws.Start(r), binaries, "local", "TOKEN_ISSUER="+i.URL, "TOKEN_CLIENTS="+issuer.Client)
	system.API.Log(r.log)
	for _, c := range system.Consumers {
		c.Function.Log(r.log)
	}
	verifier := token.NewVerifier(i.URL, []string{issuer.Client}, http.DefaultTransport, time.Now)
	r.handler = &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(&url.URL{Scheme: "https", Host: "api.dinner.example"}) },
		Transport: localdoor.Door{
			Form: localdoor.HTTPAPI, Invoke: system.API.Invoke,
			Claims: func(raw string) (map[string]string, error) {
				if _, err := verifier.Verify(r.Context(), raw); err != nil {
					return nil, err
				}
				return i.Verify(raw)
			},
		},
	}
	r.Every(carryEvery, func() { system.Settle(r) })
	return nil
}
