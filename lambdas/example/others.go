package example

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"

	"fulcrum/lambdas/localaws"
)

// Others are those whom functions call and moto does not play: CloudFormation, which
// waits for a custom resource's answer, CodeDeploy, a version of the function api
// that is well, and the management address of a WebSocket API.
type Others struct {
	URL string

	mu   sync.Mutex
	told []byte
}

// Told returns what was told since the last call, nil for nothing.
func (o *Others) Told() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	told := o.told
	o.told = nil
	return told
}

func (o *Others) hear(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body) // what is cut off is not what the test wants
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told = body
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_, _ = io.WriteString(w, "{}")
}

func listen(t localaws.Scope) *Others {
	o := &Others{}
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /answer", o.hear)                  // CloudFormation
	mux.HandleFunc("POST /{$}", o.hear)                    // CodeDeploy
	mux.HandleFunc("POST /live/@connections/{id}", o.hear) // API Gateway
	mux.HandleFunc("POST /2015-03-31/functions/{name}/invocations", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"{\"status\":\"ok\"}","isBase64Encoded":false}`)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	o.URL = server.URL
	return o
}
