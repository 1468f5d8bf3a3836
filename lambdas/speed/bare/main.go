// Command bare does nothing but answer: as a Lambda function where a runtime
// interface is, else as an HTTP server at PORT of loopback. What the service's
// own programs cost is measured beside it.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" {
		lambda.Start(func(context.Context, json.RawMessage) (json.RawMessage, error) { return json.RawMessage(`{}`), nil })
	}
	// As large an answer as the one that is measured beside it.
	size, err := strconv.Atoi(os.Getenv("BODY_BYTES"))
	if err != nil {
		log.Fatal(err)
	}
	body, length := make([]byte, size), strconv.Itoa(size)
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { //nolint:gosec // only measured
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", length)
		_, _ = w.Write(body) // a client that is gone needs none
	})))
}
