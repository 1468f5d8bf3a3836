package main

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

func jsonOutput(t *testing.T, args ...string) map[string]any {
	t.Helper()
	out, err := commandOutput(newSimulate(), args...)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return got
}

func TestSimulateQueueJSON(t *testing.T) {
	t.Parallel()
	got := jsonOutput(t, "queue", "--arrival", "80/s", "--service", "exp:10ms", "--servers", "2", "--requests", "1e5", "--runs", "4", "--json")
	for _, field := range []string{"mean_wait_s", "mean_response_s", "p95_s", "p99_s", "utilization", "probability_of_wait"} {
		if v, ok := got[field].(float64); !ok || v <= 0 {
			t.Errorf("field %s is %v", field, got[field])
		}
	}
	closed, ok := got["closed_form"].(map[string]any)
	if !ok || math.Abs(closed["mean_response_s"].(float64)/got["mean_response_s"].(float64)-1) > 0.02 {
		t.Errorf("closed form %v, simulated %v", closed, got["mean_response_s"])
	}
	if half, ok := got["confidence_95"].(map[string]any)["p99_s"].(float64); !ok || half <= 0 {
		t.Errorf("confidence of the p99: %v", half)
	}
}

func TestSimulateModels(t *testing.T) {
	t.Parallel()
	if got := jsonOutput(t, "throttle", "--arrivals", "det:20000/s", "--requests", "1e5", "--runs", "1", "--json"); math.Abs(got["admitted_per_run"].(float64)-55_000) > 2 {
		t.Errorf("admitted %v, want 5,000 and five seconds of 10,000", got["admitted_per_run"])
	}
	if got := jsonOutput(t, "lambda", "--rate", "det:6000/s", "--service", "det:2s", "--duration", "5s", "--concurrency", "0", "--runs", "1", "--json"); math.Abs(got["environments_started"].(float64)-1500) > 2 {
		t.Errorf("%v environments after 5 s, want 1,500", got["environments_started"])
	}
	got := jsonOutput(t, "balance", "--policy", "two-choices", "--servers", "10", "--load", "0.5", "--service", "exp:1", "--requests", "2e4", "--runs", "2", "--json")
	if shares, ok := got["server_shares"].([]any); !ok || len(shares) != 10 {
		t.Errorf("shares %v", got["server_shares"])
	}
}

func TestSimulateStacks(t *testing.T) {
	t.Parallel()
	args := []string{"Baseline", "FrontDoor-Alb", "--assembly", "../../compare/testdata/cdk.out", "--design", "../../design.yaml", "--rate", "20/s", "--requests", "2000", "--runs", "2"}
	text, err := commandOutput(newSimulate(), append(args, "--sensitivity", "--assume", "alb.overhead=det:5ms")...)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Baseline\n", "in 2 runs of ", "Not modelled\n", "FrontDoor-Alb", "within 300 ms", "BUSIEST", "P99 AT HALF", "det:5ms", "given", "assumption, 2026"} {
		if !strings.Contains(text, want) {
			t.Errorf("does not say %q:\n%s", want, text)
		}
	}
	out, err := commandOutput(newSimulate(), append(args, "--json")...)
	if err != nil {
		t.Fatal(err)
	}
	var stacks []simulatedStack
	if err := json.Unmarshal([]byte(out), &stacks); err != nil || len(stacks) != 2 || len(stacks[0].Assumptions) < 10 || len(stacks[1].Load) < 3 {
		t.Errorf("%v in\n%.400s", err, out)
	}
	again, err := commandOutput(newSimulate(), append(args, "--json")...)
	if err != nil || again != out {
		t.Errorf("a second run with the seed differs: %v", err)
	}
}

func TestSimulateReportsEveryProblem(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		args []string
		want []string
	}{
		{[]string{"queue", "--arrival", "x", "--service", "gamma:1", "--servers", "0", "--requests", "-3", "--policy", "lucky", "--fault", "slow", "--runs", "0"},
			[]string{`rate "x"`, `unknown kind "gamma"`, "--servers: 0", "--requests: \"-3\"", `unknown policy "lucky"`, `fault "slow"`, "--runs: 0"}},
		{[]string{"queue", "--arrival", "200/s"}, []string{"load is 2, the queue grows without bound"}},
		{[]string{"queue", "--queue", "-7", "--requests", "1e12", "--duration", "1e9h"}, []string{"--queue: -7", "1e12 is out of range: give 1 to 1e+09", `"1e9h" is not a time: give for example 90s`}},
		{[]string{"queue", "--duration", "9000h"}, []string{"at most a year"}},
		{[]string{"balance", "--policy", "random", "--servers", "3", "--weights", "1,2", "--service", "det:0"}, []string{"2 for 3 servers", "random has no weights", "give a mean above 0"}},
		{[]string{"lambda", "--concurrency", "-1", "--provisioned", "-2", "--idle", "-3"}, []string{"--concurrency: -1", "--provisioned: -2", `"-3" is not a time`}},
		{[]string{"balance", "--load", "1.5", "--servers", "0"}, []string{"--load: 1.5", "--servers: 0"}},
		{[]string{"throttle", "--rate", "0", "--burst", "0"}, []string{"--rate: 0", "--burst: 0"}},
		{[]string{"lambda", "--rate", "0", "--cold-start", "x"}, []string{"--rate: ", "--cold-start: "}},
		{[]string{"Basline", "--assembly", "../../compare/testdata/cdk.out", "--design", "../../design.yaml", "--assume", "alb.overhed=1", "--column", "top", "--rate", "fast"},
			[]string{"did you mean Baseline?", "did you mean alb.overhead?", `unknown column "top"`, `rate "fast"`}},
		{[]string{"Baseline", "FrontDoor-Alb", "--assembly", "../../compare/testdata/cdk.out", "--design", "../../design.yaml", "--fault", "slow:7@60s-120s×10"},
			[]string{"stack Baseline: fault of server 7: Lambda has no servers", "stack FrontDoor-Alb: fault of server 7"}},
	} {
		_, err := commandOutput(newSimulate(), x.args...)
		if err == nil {
			t.Errorf("%v was accepted", x.args)
			continue
		}
		for _, want := range x.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%v does not say %q:\n%v", x.args, want, err)
			}
		}
	}
}

// TestSimulateBalanceWeights wants weights to be what the servers' shares follow, and
// mitigation to take load off a server that fails.
func TestSimulateBalanceWeights(t *testing.T) {
	t.Parallel()
	args := []string{"balance", "--policy", "weighted-random", "--servers", "3", "--load", "0.3", "--service", "exp:10ms", "--requests", "2e4", "--runs", "2", "--json"}
	shares := jsonOutput(t, append(args, "--weights", "6,3,1")...)["server_shares"].([]any)
	for i, want := range []float64{0.6, 0.3, 0.1} {
		if got := shares[i].(float64); math.Abs(got-want) > 0.02 {
			t.Errorf("server %d has the share %v, want %v", i+1, got, want)
		}
	}
	// The health check of 30 s sees the failure late, mitigation every 10 s.
	down := append(args, "--fault", "down:2@1s-1h")
	without, with := jsonOutput(t, down...)["failed_share"].(float64), jsonOutput(t, append(down, "--mitigation")...)["failed_share"].(float64)
	if with > 0.9*without || without == 0 {
		t.Errorf("with mitigation %v of the requests fail, without %v", with, without)
	}
}

// TestSimulateDay wants a run that is shorter than the day it follows to say so.
func TestSimulateDay(t *testing.T) {
	t.Parallel()
	args := []string{"queue", "--arrival", "daily:1/s:3", "--service", "exp:10ms", "--runs", "1"}
	part, err := commandOutput(newSimulate(), append(args, "--requests", "2000")...)
	if err != nil || !strings.Contains(part, "this is only its beginning") {
		t.Errorf("%v:\n%s", err, part)
	}
	whole, err := commandOutput(newSimulate(), append(args, "--duration", "24h")...)
	if err != nil || strings.Contains(whole, "this is only its beginning") || !strings.Contains(whole, "1 run of 2") {
		t.Errorf("%v:\n%s", err, whole)
	}
}

// TestFlagsThatAreNoNumbers wants each command to say what a flag takes instead.
func TestFlagsThatAreNoNumbers(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		args []string
		want string
	}{
		{[]string{"simulate", "queue", "--seed", "-1"}, `--seed: "-1" is not what it takes: give a whole number of at least 0`},
		{[]string{"ring", "--nodes", "1e9"}, `--nodes: "1e9" is not what it takes: give a whole number`},
		{[]string{"simulate", "balance", "--load", "much"}, `--load: "much" is not what it takes: give a number`},
	} {
		if _, err := commandOutput(root(), x.args...); err == nil || err.Error() != x.want {
			t.Errorf("%v: %v, want %s", x.args, err, x.want)
		}
	}
}
