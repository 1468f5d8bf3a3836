package contract_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"fulcrum/lambdas/contract/issuer"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/runtimeapi"
)

// answers is what each function answers to the event in its folder.
var answers = map[string]*regexp.Regexp{
	"api":          regexp.MustCompile(`^\{"statusCode":200,.*"body":"\{\\"dinners\\":\[`),
	"certificate":  regexp.MustCompile(`"SUCCESS".*arn:aws:acm:`),
	"notification": regexp.MustCompile(`^\{"batchItemFailures":\[\]\}$`),
	"search":       regexp.MustCompile(`^\{"batchItemFailures":\[\]\}$`),
	"tokenkeys":    regexp.MustCompile(`^null$`),
}

// TestEveryFunctionTakesItsEvent runs the binary of each deployed function and
// gives it the event in its folder.
func TestEveryFunctionTakesItsEvent(t *testing.T) {
	var packages []string
	for name := range answers {
		packages = append(packages, "fulcrum/lambdas/cmd/"+name)
	}
	i, err := issuer.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	server := localaws.Start(t)
	server.Table(t, "store")
	server.Table(t, "read-models")
	server.Table(t, "token-keys")
	settings := append(server.Environment(), "STORE_TABLE=store", "READ_MODELS_TABLE=read-models", "TOKEN_KEYS_TABLE=token-keys",
		"TOKEN_ISSUER="+i.URL, "TOKEN_CLIENTS="+issuer.Client)
	binaries := runtimeapi.Build(t, packages...)
	for name, want := range answers {
		t.Run(name, func(t *testing.T) {
			event, err := os.ReadFile(filepath.Join("..", "cmd", name, "event.json")) //nolint:gosec // test data
			if err != nil {
				t.Fatal(err)
			}
			// CloudFormation is answered at the URL in the event.
			told := make(chan []byte, 1)
			cloudFormation := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				told <- body
			}))
			defer cloudFormation.Close()
			event = bytes.Replace(event, []byte("https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com"), []byte(cloudFormation.URL), 1)
			function, err := runtimeapi.Start(filepath.Join(binaries, name), settings...)
			if err != nil {
				t.Fatal(err)
			}
			defer function.Close()
			got, err := function.Invoke(t.Context(), event)
			if err != nil {
				t.Fatalf("%v\n%s", err, function.Output())
			}
			if strings.Contains(string(event), cloudFormation.URL) {
				got = <-told
			}
			if !want.Match(got) {
				t.Errorf("answered %s\n%s", got, function.Output())
			}
		})
	}
}
