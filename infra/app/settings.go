package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"fulcrum/design/nearest"
	"fulcrum/infra/workload"
)

// Settings are what `-c name=value` and cdk.json say about a synthesis.
type Settings struct {
	// Design is the path of the design, from the context value "design".
	// Default: design.yaml.
	Design string
	// TradeOff and Stack limit the synthesis to the stacks of one trade-off or to
	// one stack. Default: all.
	TradeOff, Stack string
	// Workload is handed to every stack.
	Workload workload.Settings
	// Context is the whole context: feature flags among it.
	Context map[string]any
}

// stages are the values of the context value "stage".
var stages = []string{"production", "sandbox"}

// configuration is the file that the CDK's command line reads, beside go.mod.
const configuration = "cdk.json"

// settings reads the context that the CDK's command line hands to an app in
// CDK_CONTEXT_JSON or, if the app was started without it, the configuration's.
func settings() (Settings, error) {
	context, err := readContext()
	if err != nil {
		return Settings{}, err
	}
	problems := unknownKeys(context)
	text := func(name, otherwise string) string {
		value, given := context[name]
		if !given {
			return otherwise
		}
		s, ok := value.(string)
		if !ok || strings.TrimSpace(s) == "" {
			problems = append(problems, fmt.Errorf("-c %s: got %v; give it a text, for example -c %s=…", name, value, name))
		}
		return s
	}
	s := Settings{
		Design:   text("design", "design.yaml"),
		TradeOff: text("tradeoff", ""),
		Stack:    text("stack", ""),
		Context:  context,
		Workload: workload.Settings{
			Domain:         text("domain", ""),
			HostedZone:     text("hostedZone", ""),
			CertificateARN: text("certificateArn", ""),
			ClientCA:       text("clientCa", ""),
			ClientCRL:      text("clientCrl", ""),
			Variant:        text("variant", ""),
			Functions:      text("functions", ".build/functions"),
		},
	}
	stage := text("stage", stages[0])
	if !slices.Contains(stages, stage) {
		problems = append(problems, fmt.Errorf("-c stage=%s: unknown stage; allowed: %s", stage, strings.Join(stages, ", ")))
	}
	s.Workload.Sandbox = stage == "sandbox"
	problems = append(problems, s.Workload.Validate())
	return s, errors.Join(problems...)
}

// keys are the context values that this app understands.
var keys = []string{"certificateArn", "clientCa", "clientCrl", "design", "domain", "functions", "hostedZone", "stack", "stage", "tradeoff", "variant"}

// unknownKeys reports context values that nobody reads, since a misspelt stage would
// deploy what cannot be removed. The CDK's own have a prefix and are let through.
func unknownKeys(context map[string]any) []error {
	var problems []error
	for _, key := range slices.Sorted(maps.Keys(context)) {
		if !strings.ContainsAny(key, ":@/") && !slices.Contains(keys, key) {
			problems = append(problems, fmt.Errorf("-c %s: %w", key, nearest.Unknown("context value", key, keys)))
		}
	}
	return problems
}

func readContext() (map[string]any, error) {
	var context map[string]any
	if given := os.Getenv("CDK_CONTEXT_JSON"); given != "" {
		if err := json.Unmarshal([]byte(given), &context); err != nil {
			return nil, fmt.Errorf("CDK_CONTEXT_JSON: %w", err)
		}
		return context, nil
	}
	content, err := os.ReadFile(configuration)
	if err != nil {
		return nil, fmt.Errorf("context of the CDK app: %w; run from the root of the repository", err)
	}
	var config struct {
		Context map[string]any `json:"context"`
	}
	if err := json.Unmarshal(content, &config); err != nil {
		return nil, fmt.Errorf("%s: %w", configuration, err)
	}
	return config.Context, nil
}
